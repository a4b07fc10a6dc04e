"""How much comes from one address, and how much work its next order or join therefore costs (core.proof).

What counts for orders is places that are kept and not paid: who pays makes room for others behind the same address.
Which orders came from an address is remembered for half an hour beside the rate limits, not with the orders.
"""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from ticketing.core import limits, proof
from ticketing.core.db import looking
from ticketing.core.errors import Refused
from ticketing.orders.models import Order
from ticketing.orders.states import PENDING

UNPAID = "unpaid"
REMEMBERED_SECONDS = 30 * 60
UNPAID_FOR_TWICE, JOINS_FOR_TWICE = 4, 10
"""The work doubles with every so many unpaid orders, or joins of the waiting list."""

STILL_UNPAID = (
    select(func.count())
    .select_from(Order)
    .where(Order.id.in_(bindparam("ids", expanding=True)), Order.state == PENDING)
)  # fmt: skip


def doublings(kind: str) -> int:
    """How often the work for this kind is doubled by now."""
    if kind == "order":
        return _unpaid() // UNPAID_FOR_TWICE
    if kind == "waiting":
        return proof.beyond(kind) // JOINS_FOR_TWICE
    raise Refused("not_found", 404)


def remember(order_id: str) -> None:
    """Note that this order came from here."""
    limits.keep(UNPAID, limits.client(), order_id, REMEMBERED_SECONDS)


def _unpaid() -> int:
    ids = limits.kept(UNPAID, limits.client())
    if len(ids) < UNPAID_FOR_TWICE:
        return 0
    with looking() as connection:
        return int(connection.execute(STILL_UNPAID, {"ids": ids}).scalar_one())
