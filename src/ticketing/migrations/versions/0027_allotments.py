"""Places set aside for guests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('allotment',
    sa.Column('hold_id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('tier_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_by', sa.String(length=80), nullable=True),
    sa.CheckConstraint('count > 0', name=op.f('ck_allotment_count_positive')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_allotment_event_id_event')),
    sa.ForeignKeyConstraint(['hold_id'], ['hold.id'], name=op.f('fk_allotment_hold_id_hold')),
    sa.ForeignKeyConstraint(['tier_id'], ['tier.id'], name=op.f('fk_allotment_tier_id_tier')),
    sa.PrimaryKeyConstraint('hold_id', name=op.f('pk_allotment'))
    )
    with op.batch_alter_table('allotment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_allotment_event_id'), ['event_id'], unique=False)


def downgrade() -> None:
    # What is set aside would be held by nobody whom anything could free.
    op.execute("UPDATE stock SET held = held - (SELECT COALESCE(SUM(l.quantity), 0) FROM hold_line l"
               " JOIN hold h ON h.id = l.hold_id JOIN allotment a ON a.hold_id = h.id"
               " WHERE l.stock_id = stock.id AND h.state = 'held')")
    op.execute("UPDATE hold SET state = 'released' WHERE state = 'held' AND id IN (SELECT hold_id FROM allotment)")
    with op.batch_alter_table('allotment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_allotment_event_id'))
    op.drop_table('allotment')
