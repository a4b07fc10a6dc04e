"""The dashboard: sums of hours that are over, visits by source, money that can be summed without looking at orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

CONFIRMED, REVOKED = sa.text("state = 'confirmed'"), sa.text("state = 'revoked'")


def upgrade() -> None:
    op.create_table('tally',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.CheckConstraint('count > 0', name=op.f('ck_tally_count_positive')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_tally_event_id')),
    sa.PrimaryKeyConstraint('event_id', 'kind', 'hour', 'key', name=op.f('pk_tally'))
    )
    op.create_table('tally_mark',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('sealed_until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_tally_mark_event_id')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_tally_mark'))
    )
    op.create_table('visit',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.CheckConstraint('count > 0', name=op.f('ck_visit_count_positive')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_visit_event_id')),
    sa.PrimaryKeyConstraint('event_id', 'day', 'source', name=op.f('pk_visit'))
    )
    for table in ('payment', 'refund'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('event_id', sa.Integer(), nullable=True))
        op.execute(
            f'UPDATE {table} SET event_id = (SELECT event_id FROM "order" WHERE "order".id = {table}.order_id)'
        )
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('event_id', existing_type=sa.Integer(), nullable=False)
            batch_op.create_foreign_key(batch_op.f(f'fk_{table}_event_id'), 'event', ['event_id'], ['id'])
    op.create_index('ix_payment_money', 'payment', ['event_id', 'state', 'methods', 'flag', 'amount_minor', 'fee_minor', 'net_minor'],
                    sqlite_where=CONFIRMED, postgresql_where=CONFIRMED)
    op.create_index('ix_refund_money', 'refund', ['event_id', 'state', 'paid_outside_at', 'amount_minor', 'payment_id'])
    op.create_index('ix_ticket_issued', 'ticket', ['event_id', 'issued_at', 'tier_id'])
    op.create_index('ix_ticket_revoked', 'ticket', ['event_id', 'state', 'revoked_at', 'tier_id'],
                    sqlite_where=REVOKED, postgresql_where=REVOKED)
    op.drop_index(op.f('ix_ticket_event_id'), table_name='ticket')


def downgrade() -> None:
    op.create_index(op.f('ix_ticket_event_id'), 'ticket', ['event_id'])
    op.drop_index('ix_ticket_revoked', table_name='ticket')
    op.drop_index('ix_ticket_issued', table_name='ticket')
    op.drop_index('ix_refund_money', table_name='refund')
    op.drop_index('ix_payment_money', table_name='payment')
    for table in ('refund', 'payment'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f'fk_{table}_event_id'), type_='foreignkey')
            batch_op.drop_column('event_id')
    op.drop_table('visit')
    op.drop_table('tally_mark')
    op.drop_table('tally')
