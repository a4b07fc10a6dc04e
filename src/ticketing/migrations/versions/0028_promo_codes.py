"""Promo codes, their uses, and what they took off the price of a ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

IN_FORCE = sa.text('withdrawn_at IS NULL')


def upgrade() -> None:
    op.create_table('promo_code',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=True),
    sa.Column('amount_minor', sa.Integer(), nullable=True),
    sa.Column('tiers', sa.JSON(), nullable=False),
    sa.Column('max_uses', sa.Integer(), nullable=True),
    sa.Column('max_per_order', sa.Integer(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=80), nullable=True),
    sa.CheckConstraint('(percent IS NULL) <> (amount_minor IS NULL)', name=op.f('ck_promo_code_one_kind')),
    sa.CheckConstraint('percent BETWEEN 1 AND 100', name=op.f('ck_promo_code_percent_sensible')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_promo_code_amount_positive')),
    sa.CheckConstraint('max_per_order > 0', name=op.f('ck_promo_code_max_per_order_positive')),
    sa.CheckConstraint('used >= 0', name=op.f('ck_promo_code_used_not_negative')),
    sa.CheckConstraint('used <= max_uses', name=op.f('ck_promo_code_within_limit')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_promo_code_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promo_code'))
    )
    with op.batch_alter_table('promo_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_promo_code_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_promo_code_word', ['event_id', 'word'], unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)

    op.create_table('promo_use',
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('promo_code_id', sa.String(length=36), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('count > 0', name=op.f('ck_promo_use_count_positive')),
    sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_promo_use_order_id')),
    sa.ForeignKeyConstraint(['promo_code_id'], ['promo_code.id'], name=op.f('fk_promo_use_promo_code_id')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_promo_use'))
    )
    with op.batch_alter_table('promo_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_promo_use_promo_code_id'), ['promo_code_id'], unique=False)

    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('off_minor', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_order_line_off_not_negative'), 'off_minor >= 0')


def downgrade() -> None:
    # What was paid stands in the price of each ticket, and stays.
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_order_line_off_not_negative'), type_='check')
        batch_op.drop_column('off_minor')
    with op.batch_alter_table('promo_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_promo_use_promo_code_id'))
    op.drop_table('promo_use')
    with op.batch_alter_table('promo_code', schema=None) as batch_op:
        batch_op.drop_index('uq_promo_code_word', sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)
        batch_op.drop_index(batch_op.f('ix_promo_code_event_id'))
    op.drop_table('promo_code')
