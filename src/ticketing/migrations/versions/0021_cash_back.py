"""Cash of refunds that was given out of drawers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('cash_back',
    sa.Column('refund_id', sa.String(length=36), nullable=False),
    sa.Column('shift_id', sa.String(length=36), nullable=False),
    sa.Column('amount_minor', sa.Integer(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_by', sa.String(length=80), nullable=False),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_cash_back_amount_positive')),
    sa.ForeignKeyConstraint(['refund_id'], ['refund.id'], name=op.f('fk_cash_back_refund_id_refund')),
    sa.ForeignKeyConstraint(['shift_id'], ['cash_shift.id'], name=op.f('fk_cash_back_shift_id_cash_shift')),
    sa.PrimaryKeyConstraint('refund_id', name=op.f('pk_cash_back'))
    )
    with op.batch_alter_table('cash_back', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cash_back_shift_id'), ['shift_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('cash_back', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cash_back_shift_id'))
    op.drop_table('cash_back')
