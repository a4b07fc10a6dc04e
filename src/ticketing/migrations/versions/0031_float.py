"""Change that is brought to a drawer while its shift goes on, and cash that is taken out of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('float_change',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('shift_id', sa.String(length=36), nullable=False),
    sa.Column('amount_minor', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=80), nullable=False),
    sa.CheckConstraint('amount_minor <> 0', name=op.f('ck_float_change_amount_moves')),
    sa.ForeignKeyConstraint(['shift_id'], ['cash_shift.id'], name=op.f('fk_float_change_shift_id_cash_shift')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_float_change'))
    )
    with op.batch_alter_table('float_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_float_change_shift_id'), ['shift_id'], unique=False)


def downgrade() -> None:
    # What a drawer should hold stays as it was: former versions know no float, and their doctor says so.
    with op.batch_alter_table('float_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_float_change_shift_id'))
    op.drop_table('float_change')
