"""The lines of orders by tier: who looks for the orders of one kind of ticket waits for no look at all of them."""

from __future__ import annotations

from alembic import op


revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_order_line_tier', 'order_line', ['tier_id', 'order_id'])


def downgrade() -> None:
    op.drop_index('ix_order_line_tier', table_name='order_line')
