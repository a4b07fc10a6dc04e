"""What the office writes to an order: notes, corrections; new codes for tickets and a new link for their buyer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0018'
down_revision = '0016'
branch_labels = None
depends_on = None

KINDS = "kind IN ('name', 'transfer', 'return')"
KINDS_NOW = "kind IN ('name', 'transfer', 'return', 'reissue')"


def upgrade() -> None:
    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.add_column(sa.Column('link_issue', sa.Integer(), server_default='1', nullable=False))

    with op.batch_alter_table('ticket_change', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_ticket_change_kind_known'), type_='check')
        batch_op.create_check_constraint(op.f('ck_ticket_change_kind_known'), KINDS_NOW)

    op.create_table('order_note',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_order_note_order_id_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_note'))
    )
    with op.batch_alter_table('order_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_note_order_id'), ['order_id'], unique=False)

    op.create_table('order_correction',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('before', sa.String(length=254), nullable=False),
    sa.Column('after', sa.String(length=254), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("what IN ('name', 'kana', 'email', 'attendee')", name=op.f('ck_order_correction_what_known')),
    sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_order_correction_order_id_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_correction'))
    )
    with op.batch_alter_table('order_correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_correction_order_id'), ['order_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('order_correction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_correction_order_id'))
    op.drop_table('order_correction')

    with op.batch_alter_table('order_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_note_order_id'))
    op.drop_table('order_note')

    op.execute("DELETE FROM ticket_change WHERE kind = 'reissue'")
    with op.batch_alter_table('ticket_change', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_ticket_change_kind_known'), type_='check')
        batch_op.create_check_constraint(op.f('ck_ticket_change_kind_known'), KINDS)

    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.drop_column('link_issue')
