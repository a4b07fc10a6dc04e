"""Tills: shifts with a counted drawer, what was sold in them, and until when a tier is sold at the door."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

OPEN = "state = 'open'"


def upgrade() -> None:
    with op.batch_alter_table('tier', schema=None) as batch_op:
        batch_op.add_column(sa.Column('door_sale_ends_at', sa.DateTime(timezone=True), nullable=True))

    op.create_table('cash_shift',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('till', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('opened_with', sa.JSON(), nullable=False),
    sa.Column('opened_minor', sa.Integer(), nullable=False),
    sa.Column('cash_minor', sa.Integer(), nullable=False),
    sa.Column('counted', sa.JSON(), nullable=True),
    sa.Column('counted_minor', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=80), nullable=True),
    sa.CheckConstraint("state IN ('open', 'closed')", name=op.f('ck_cash_shift_state_known')),
    sa.CheckConstraint('opened_minor >= 0 AND counted_minor >= 0', name=op.f('ck_cash_shift_amounts_not_negative')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_cash_shift_event_id_event')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_cash_shift_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cash_shift'))
    )
    with op.batch_alter_table('cash_shift', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cash_shift_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_cash_shift_open', ['event_id', 'person_id'], unique=True, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))

    op.create_table('till_sale',
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('shift_id', sa.String(length=36), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('given_minor', sa.Integer(), nullable=True),
    sa.Column('sold_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sold_by', sa.String(length=80), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_by', sa.String(length=80), nullable=True),
    sa.CheckConstraint("way IN ('cash', 'phone')", name=op.f('ck_till_sale_way_known')),
    sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_till_sale_order_id_order')),
    sa.ForeignKeyConstraint(['shift_id'], ['cash_shift.id'], name=op.f('fk_till_sale_shift_id_cash_shift')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_till_sale'))
    )
    with op.batch_alter_table('till_sale', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_till_sale_shift_id'), ['shift_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('till_sale', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_till_sale_shift_id'))
    op.drop_table('till_sale')

    with op.batch_alter_table('cash_shift', schema=None) as batch_op:
        batch_op.drop_index('uq_cash_shift_open', sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
        batch_op.drop_index(batch_op.f('ix_cash_shift_event_id'))
    op.drop_table('cash_shift')

    with op.batch_alter_table('tier', schema=None) as batch_op:
        batch_op.drop_column('door_sale_ends_at')
