"""Refunds that Stripe could not pay, paid outside it: when, by whom, how."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paid_outside_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('paid_outside_by', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('paid_outside_note', sa.String(length=200), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.drop_column('paid_outside_note')
        batch_op.drop_column('paid_outside_by')
        batch_op.drop_column('paid_outside_at')
