"""What an order is found by, in one column."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.orders.search_key import Named, search_key


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.add_column(sa.Column('search_key', sa.Text(), server_default='', nullable=False))
        batch_op.create_index('ix_order_newest', ['event_id', 'created_at', 'id'], unique=False)
    _fill(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table('order', schema=None) as batch_op:
        batch_op.drop_index('ix_order_newest')
        batch_op.drop_column('search_key')


def _fill(connection: sa.Connection) -> None:
    """The keys of orders that exist: folding names is not a thing that both databases can do."""
    order = sa.table('order', *(sa.column(name) for name in ('id', 'code', 'buyer_email', 'buyer_name', 'buyer_kana')))
    key = sa.table('order', sa.column('id'), sa.column('search_key'))
    ticket = sa.table('ticket', *(sa.column(name) for name in ('order_code', 'attendee', 'kana')))
    change = sa.table('ticket_change', *(sa.column(name) for name in ('order_id', 'email')))
    last = ''
    while rows := connection.execute(sa.select(order).where(order.c.id > last).order_by(order.c.id).limit(AT_ONCE)).all():
        last = rows[-1].id
        names = {row.code: [Named(row.buyer_name, row.buyer_kana)] for row in rows}
        for one in connection.execute(sa.select(ticket).where(ticket.c.order_code.in_(names))):
            names[one.order_code].append(Named(one.attendee, one.kana))
        addresses = {row.id: [row.buyer_email] for row in rows}
        for one in connection.execute(sa.select(change).where(change.c.order_id.in_(addresses), change.c.email != '')):
            addresses[one.order_id].append(one.email)
        keys = [{'order': row.id, 'key': search_key(row.code, addresses[row.id], names[row.code])} for row in rows]
        renewing = sa.update(key).where(key.c.id == sa.bindparam('order')).values(search_key=sa.bindparam('key'))
        connection.execute(renewing, keys)
