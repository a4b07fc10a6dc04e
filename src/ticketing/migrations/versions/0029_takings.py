"""What events took as sums, and indexes for what the dashboard counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

REVOKED, REFUSED, PAID = sa.text("state = 'revoked'"), sa.text("decision = 'refuse'"), sa.text('paid_at IS NOT NULL')


def upgrade() -> None:
    op.create_table('takings',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('methods', sa.String(length=40), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('taken_minor', sa.BigInteger(), nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), nullable=False),
    sa.Column('fees_unknown', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_takings_event_id')),
    sa.PrimaryKeyConstraint('event_id', 'methods', name=op.f('pk_takings'))
    )
    op.execute(
        "INSERT INTO takings (event_id, methods, count, taken_minor, fee_minor, fees_unknown)"
        " SELECT event_id, methods, count(*),"
        " sum(CASE WHEN flag = 'wrong_amount' AND net_minor IS NOT NULL AND fee_minor IS NOT NULL"
        " THEN net_minor + fee_minor ELSE amount_minor END),"
        " sum(coalesce(fee_minor, 0)), sum(CASE WHEN fee_minor IS NULL THEN 1 ELSE 0 END)"
        " FROM payment WHERE state = 'confirmed' AND methods != 'free' GROUP BY event_id, methods"
    )
    op.create_index('ix_order_paid', 'order', ['event_id', 'paid_at', 'id'], sqlite_where=PAID, postgresql_where=PAID)
    op.create_index('ix_presence_came', 'presence', ['first_gate_id', 'entries'])
    op.create_index('ix_scan_refused', 'scan', ['event_id', 'decision', 'received_at', 'reason'],
                    sqlite_where=REFUSED, postgresql_where=REFUSED)
    op.drop_index('ix_ticket_revoked', table_name='ticket')
    op.create_index('ix_ticket_revoked', 'ticket', ['event_id', 'state', 'revoked_at', 'tier_id', 'id'],
                    sqlite_where=REVOKED, postgresql_where=REVOKED)
    # Orders are summed up from now on as well: the worker makes all sums anew, and the figures are right meanwhile.
    op.execute('DELETE FROM tally')
    op.execute('DELETE FROM tally_mark')


def downgrade() -> None:
    op.execute('DELETE FROM tally')
    op.execute('DELETE FROM tally_mark')
    op.drop_index('ix_ticket_revoked', table_name='ticket')
    op.create_index('ix_ticket_revoked', 'ticket', ['event_id', 'state', 'revoked_at', 'tier_id'],
                    sqlite_where=REVOKED, postgresql_where=REVOKED)
    op.drop_index('ix_scan_refused', table_name='scan')
    op.drop_index('ix_presence_came', table_name='presence')
    op.drop_index('ix_order_paid', table_name='order')
    op.drop_table('takings')
