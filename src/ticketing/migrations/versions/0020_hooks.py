"""Hooks of programs, and what each was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hook',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('address', sa.String(length=500), nullable=False),
    sa.Column('types', sa.JSON(), nullable=False),
    sa.Column('secret_no', sa.Integer(), nullable=False),
    sa.Column('renewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('off_reason', sa.String(length=10), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rest_until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("off_reason IN ('', 'by_hand', 'failing', 'gone', 'maker')", name=op.f('ck_hook_off_reason_known')),
    sa.CheckConstraint("state IN ('on', 'off', 'removed')", name=op.f('ck_hook_state_known')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_hook_event_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_hook_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hook'))
    )
    with op.batch_alter_table('hook', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hook_event_id'), ['event_id'], unique=False)

    op.create_table('delivery',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('hook_id', sa.String(length=36), nullable=False),
    sa.Column('type', sa.String(length=30), nullable=False),
    sa.Column('subject_id', sa.String(length=36), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_status', sa.Integer(), nullable=True),
    sa.Column('last_error', sa.String(length=20), nullable=False),
    sa.Column('last_answer', sa.String(length=500), nullable=False),
    sa.CheckConstraint("state IN ('queued', 'sending', 'delivered', 'failed')", name=op.f('ck_delivery_state_known')),
    sa.ForeignKeyConstraint(['hook_id'], ['hook.id'], name=op.f('fk_delivery_hook_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('hook_id', 'type', 'subject_id', name=op.f('uq_delivery_hook_id_type_subject_id'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_due', ['state', 'due_at'], unique=False)
        batch_op.create_index('ix_delivery_newest', ['hook_id', 'queued_at', 'id'], unique=False)
        batch_op.create_index('ix_delivery_queued', ['queued_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_queued')
        batch_op.drop_index('ix_delivery_newest')
        batch_op.drop_index('ix_delivery_due')

    op.drop_table('delivery')
    with op.batch_alter_table('hook', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hook_event_id'))

    op.drop_table('hook')
