"""Refunds, disputes, receipts, vouchers, fees, and comparisons with Stripe's books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reconciliation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=8), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('upto', sa.DateTime(timezone=True), nullable=False),
    sa.Column('matches', sa.Boolean(), nullable=False),
    sa.Column('checked', sa.JSON(), nullable=False),
    sa.Column('differences', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reconciliation'))
    )
    with op.batch_alter_table('reconciliation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reconciliation_started_at'), ['started_at'], unique=False)

    op.create_table('receipt',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('fact', sa.String(length=120), nullable=False),
    sa.Column('refund_id', sa.String(length=36), nullable=True),
    sa.Column('addressee', sa.String(length=100), nullable=False),
    sa.Column('amount_minor', sa.Integer(), nullable=False),
    sa.Column('tax_minor', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('printed', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount_minor >= 0 AND tax_minor >= 0 AND printed >= 0', name=op.f('ck_receipt_amounts_not_negative')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_receipt_event_id')),
    sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_receipt_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_receipt_event_id_number')),
    sa.UniqueConstraint('fact', name=op.f('uq_receipt_fact'))
    )
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_receipt_order_id'), ['order_id'], unique=False)

    op.create_table('dispute',
    sa.Column('id', sa.String(length=120), nullable=False),
    sa.Column('payment_id', sa.String(length=36), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=False),
    sa.Column('amount_minor', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('evidence_due_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('blocked', sa.Boolean(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_dispute_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute'))
    )
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_payment_id'), ['payment_id'], unique=False)
        batch_op.create_index('ix_dispute_status', ['status'], unique=False)

    op.create_table('refund',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('fact', sa.String(length=120), nullable=False),
    sa.Column('payment_id', sa.String(length=36), nullable=False),
    sa.Column('order_id', sa.String(length=36), nullable=False),
    sa.Column('reason', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('amount_minor', sa.Integer(), nullable=False),
    sa.Column('kept_minor', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('tickets', sa.JSON(), nullable=False),
    sa.Column('stripe_id', sa.String(length=120), nullable=True),
    sa.Column('failure', sa.String(length=80), nullable=True),
    sa.Column('requested_by', sa.String(length=80), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('check_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checks', sa.Integer(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('requested', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')", name=op.f('ck_refund_state_known')),
    sa.CheckConstraint('amount_minor > 0 AND kept_minor >= 0', name=op.f('ck_refund_amounts_not_negative')),
    sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_refund_order_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_refund_payment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refund')),
    sa.UniqueConstraint('fact', name=op.f('uq_refund_fact')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_refund_stripe_id'))
    )
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.create_index('ix_refund_due', ['check_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_refund_order_id'), ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_refund_payment_id'), ['payment_id'], unique=False)

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('canceled_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('methods', sa.String(length=40), server_default='card', nullable=False))
        batch_op.add_column(sa.Column('method', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('voucher', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('charge_id', sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column('fee_minor', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('net_minor', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.drop_column('net_minor')
        batch_op.drop_column('fee_minor')
        batch_op.drop_column('charge_id')
        batch_op.drop_column('voucher')
        batch_op.drop_column('method')
        batch_op.drop_column('methods')

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_column('canceled_at')

    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_refund_payment_id'))
        batch_op.drop_index(batch_op.f('ix_refund_order_id'))
        batch_op.drop_index('ix_refund_due')

    op.drop_table('refund')
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.drop_index('ix_dispute_status')
        batch_op.drop_index(batch_op.f('ix_dispute_payment_id'))

    op.drop_table('dispute')
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_receipt_order_id'))

    op.drop_table('receipt')
    with op.batch_alter_table('reconciliation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reconciliation_started_at'))

    op.drop_table('reconciliation')