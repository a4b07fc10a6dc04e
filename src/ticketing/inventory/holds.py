"""Holds: the one place where capacity is taken and given back.

Every counter changes by one conditional UPDATE; counters are always touched in the order of their ids, so that two
buyers never wait for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, func, select, update
from sqlalchemy.orm import Session

from ticketing.core.batch import Done, Step, adding
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.i18n import pick
from ticketing.core.states import Outcome, Transitions, move
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.inventory.levels import read
from ticketing.inventory.models import Hold, HoldLine, Stock
from ticketing.inventory.stock import stocks_of

Wish = Sequence[tuple[TierInfo, int]]
"""What a buyer wants: tiers and how many of each."""

HELD, SOLD, RELEASED = "held", "sold", "released"
TRANSITIONS: Transitions = {
    SOLD: frozenset({HELD}),
    RELEASED: frozenset({HELD, SOLD}),
}


def opening(hold_id: str, event_id: int, now: datetime, expires_at: datetime) -> Step:
    """Begin a hold that keeps nothing yet."""
    row = {"id": hold_id, "event_id": event_id, "state": HELD, "created_at": now, "expires_at": expires_at}
    return adding(Hold, [row])


def taking(session: Session, catalog: Catalog, hold_id: str, wish: Wish) -> list[Step]:
    """Take the places of `wish` for a hold: steps to run together. Ask `check_taken` about what came of them."""
    lines = [
        {"hold_id": hold_id, "tier_id": tier.id, "stock_id": stock_id, "quantity": quantity}
        for tier, quantity in wish
        for stock_id in stocks_of(session, catalog, tier)
    ]
    places = _places(session, catalog, wish)
    return [
        adding(HoldLine, lines),
        *((HOLD_PLACES, {"stock_id": stock_id, "count": count}) for stock_id, count in places),
    ]


def check_taken(session: Session, catalog: Catalog, wish: Wish, done: Sequence[Done]) -> None:
    """Raises Refused("places_gone") naming the tier that ran out and how many are left; the caller rolls back."""
    taken = [(places, step.count == 1) for places, step in zip(_places(session, catalog, wish), done[1:], strict=True)]
    for (stock_id, _), was_taken in taken:
        if not was_taken:
            for (taken_id, count), _ in (one for one in taken if one[1]):
                _shift(session, taken_id, held=-count, sold=0)  # to tell what is left as others see it
            raise _gone(session, catalog, wish, stock_id)


def _places(session: Session, catalog: Catalog, wish: Wish) -> list[tuple[int, int]]:
    """Which counters `wish` takes places from, in the order of their ids, and how many of each."""
    totals: dict[int, int] = {}
    for tier, quantity in wish:
        for stock_id in stocks_of(session, catalog, tier):
            totals[stock_id] = totals.get(stock_id, 0) + quantity
    return sorted(totals.items())


def sell(session: Session, hold_id: str) -> Outcome:
    """Turn held places into sold ones. REFUSED where they were given back already."""
    outcome = move(session, Hold, hold_id, TRANSITIONS, SOLD)
    if outcome is Outcome.MOVED:
        for stock_id, count in _counts(session, hold_id):
            _shift(session, stock_id, held=-count, sold=count)
    return outcome


def release(session: Session, hold_id: str) -> Outcome:
    """Give places back, held or sold. ALREADY where that was done before: they are never given back twice."""
    sold = move(session, Hold, hold_id, {RELEASED: frozenset({SOLD})}, RELEASED)
    if sold is Outcome.MOVED:
        for stock_id, count in _counts(session, hold_id):
            _shift(session, stock_id, held=0, sold=-count)
        return sold
    held = move(session, Hold, hold_id, TRANSITIONS, RELEASED)
    if held is Outcome.MOVED:
        for stock_id, count in _counts(session, hold_id):
            _shift(session, stock_id, held=-count, sold=0)
    return held


HOLD_PLACES = (
    update(Stock)
    .where(
        Stock.id == bindparam("stock_id"), Stock.sold + Stock.held + bindparam("count", type_=Integer) <= Stock.capacity
    )
    .values(held=Stock.held + bindparam("count", type_=Integer))
)
SHIFT_PLACES = (
    update(Stock)
    .where(Stock.id == bindparam("stock_id"))
    .values(
        held=Stock.held + bindparam("more_held", type_=Integer), sold=Stock.sold + bindparam("more_sold", type_=Integer)
    )
)


def _shift(session: Session, stock_id: int, *, held: int, sold: int) -> None:
    changed(session, SHIFT_PLACES, {"stock_id": stock_id, "more_held": held, "more_sold": sold})


def _counts(session: Session, hold_id: str) -> list[tuple[int, int]]:
    rows = session.execute(
        select(HoldLine.stock_id, func.sum(HoldLine.quantity))
        .where(HoldLine.hold_id == hold_id)
        .group_by(HoldLine.stock_id)
        .order_by(HoldLine.stock_id)
    )
    return [(stock_id, int(count)) for stock_id, count in rows]


def _gone(session: Session, catalog: Catalog, wish: Wish, stock_id: int) -> Refused:
    levels = read(session, catalog.id)
    touched = [tier for tier, _ in wish if stock_id in stocks_of(session, catalog, tier)]
    tier = min(touched, key=lambda one: levels.left(catalog, one))
    return Refused("places_gone", tier=pick(tier.name), left=levels.left(catalog, tier))
