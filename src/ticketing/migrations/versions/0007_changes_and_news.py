"""Changes of tickets and addresses, news of events, letters that need not be sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('address_change',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('address_before', sa.String(length=254), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('asked', 'confirmed', 'stopped', 'undone')", name=op.f('ck_address_change_state_known')),
    sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_address_change_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_change'))
    )
    with op.batch_alter_table('address_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_address_change_order_id'), ['order_id'], unique=False)

    op.create_table('former_code',
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('ticket_id', sa.String(length=36), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_former_code_ticket_id')),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_former_code'))
    )
    with op.batch_alter_table('former_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_former_code_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_change',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('ticket_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('issue', sa.Integer(), nullable=False),
    sa.Column('name_before', sa.String(length=100), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('name', 'transfer', 'return')", name=op.f('ck_ticket_change_kind_known')),
    sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_ticket_change_order_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_change_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_change'))
    )
    with op.batch_alter_table('ticket_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_change_order_id'), ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_change_ticket_id'), ['ticket_id'], unique=False)

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('reminded_for', sa.Date(), nullable=True))

    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_letter_state_known'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_letter_state_known'), "state IN ('queued', 'sending', 'sent', 'failed', 'dropped')"
        )


def downgrade() -> None:
    op.execute("DELETE FROM letter WHERE state = 'dropped'")
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_letter_state_known'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_letter_state_known'), "state IN ('queued', 'sending', 'sent', 'failed')"
        )

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_column('reminded_for')
        batch_op.drop_column('told')

    with op.batch_alter_table('ticket_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_change_ticket_id'))
        batch_op.drop_index(batch_op.f('ix_ticket_change_order_id'))

    op.drop_table('ticket_change')
    with op.batch_alter_table('former_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_former_code_ticket_id'))

    op.drop_table('former_code')
    with op.batch_alter_table('address_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_address_change_order_id'))

    op.drop_table('address_change')
