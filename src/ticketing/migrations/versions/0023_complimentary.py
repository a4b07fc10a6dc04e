"""Complimentary orders: for whom, and who gave them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

PURPOSES = "purpose IN ('guest', 'press', 'speaker', 'partner', 'team')"


def upgrade() -> None:
    op.create_table('complimentary',
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=10), nullable=False),
    sa.Column('batch_id', sa.String(length=36), nullable=False),
    sa.Column('given_by', sa.String(length=80), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint(PURPOSES, name=op.f('ck_complimentary_purpose_known')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_complimentary_event_id_event')),
    sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_complimentary_order_id_order')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_complimentary'))
    )
    with op.batch_alter_table('complimentary', schema=None) as batch_op:
        batch_op.create_index('ix_complimentary_newest', ['event_id', 'given_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('complimentary', schema=None) as batch_op:
        batch_op.drop_index('ix_complimentary_newest')
    op.drop_table('complimentary')
