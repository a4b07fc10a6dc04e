"""The waiting list, and what its people want of each counter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('waiting_entry',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('tier_id', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('together', sa.Boolean(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('stocks', sa.JSON(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('offered', sa.Integer(), nullable=True),
    sa.Column('hold_id', sa.String(length=36), nullable=True),
    sa.Column('offered_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'offered', 'taken', 'lapsed', 'left', 'closed')", name=op.f('ck_waiting_entry_state_known')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_waiting_entry_quantity_positive')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_waiting_entry_event_id')),
    sa.ForeignKeyConstraint(['hold_id'], ['hold.id'], name=op.f('fk_waiting_entry_hold_id')),
    sa.ForeignKeyConstraint(['tier_id'], ['tier.id'], name=op.f('fk_waiting_entry_tier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting_entry')),
    sa.UniqueConstraint('hold_id', name=op.f('uq_waiting_entry_hold_id'))
    )
    with op.batch_alter_table('waiting_entry', schema=None) as batch_op:
        batch_op.create_index('ix_waiting_entry_state', ['state', 'event_id', 'tier_id'], unique=False)
        batch_op.create_index('uq_waiting_entry_open', ['tier_id', 'email'], unique=True, sqlite_where=sa.text("state IN ('waiting', 'offered')"), postgresql_where=sa.text("state IN ('waiting', 'offered')"))

    with op.batch_alter_table('hold_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source_id', sa.String(length=36), nullable=True))
        batch_op.create_index(batch_op.f('ix_hold_line_source_id'), ['source_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_hold_line_source_id'), 'hold', ['source_id'], ['id'])

    with op.batch_alter_table('stock', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waiting', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_stock_waiting_not_negative'), 'waiting >= 0')



def downgrade() -> None:
    with op.batch_alter_table('stock', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_stock_waiting_not_negative'), type_='check')
        batch_op.drop_column('waiting')

    with op.batch_alter_table('hold_line', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_hold_line_source_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_hold_line_source_id'))
        batch_op.drop_column('source_id')

    with op.batch_alter_table('waiting_entry', schema=None) as batch_op:
        batch_op.drop_index('uq_waiting_entry_open', sqlite_where=sa.text("state IN ('waiting', 'offered')"), postgresql_where=sa.text("state IN ('waiting', 'offered')"))
        batch_op.drop_index('ix_waiting_entry_state')

    op.drop_table('waiting_entry')
