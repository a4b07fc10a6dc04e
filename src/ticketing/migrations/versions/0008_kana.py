"""How names are read: of buyers and on tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.add_column(sa.Column('buyer_kana', sa.String(length=100), server_default='', nullable=False))
        batch_op.add_column(sa.Column('readings', sa.JSON(), server_default=sa.text("'{}'"), nullable=False))

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kana', sa.String(length=100), server_default='', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_column('kana')

    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.drop_column('readings')
        batch_op.drop_column('buyer_kana')
