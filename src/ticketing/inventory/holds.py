"""Holds: the one place where capacity is taken and given back.

Every counter changes by one conditional UPDATE; counters are always touched in the order of their ids, so that two
buyers never wait for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from ticketing.core.batch import Step, adding
from ticketing.core.db import changed, looking
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


def taking(catalog: Catalog, hold_id: str, wish: Wish) -> list[Step]:
    """Take the places of `wish` for a hold, all or none: steps to run together, Unmet where there are too few.

    Places that people on the waiting list want are not there for others.
    """
    lines = [line for tier, quantity in wish for line in lines_of(catalog, hold_id, tier, quantity)]
    places = [
        Step(HOLD_PLACES, {"stock_id": stock_id, "count": count}, must=True)
        for stock_id, count in sorted(_totals(catalog, wish).items())
    ]
    return [adding(HoldLine, lines), *places]


def lines_of(
    catalog: Catalog, hold_id: str, tier: TierInfo, quantity: int, source_id: str | None = None
) -> list[dict[str, Any]]:
    """The rows that say what a hold has for so many of a tier, one for each counter."""
    own = {"hold_id": hold_id, "tier_id": tier.id, "quantity": quantity, "source_id": source_id}
    return [{**own, "stock_id": stock_id} for stock_id in stocks_of(catalog, tier)]


def check_left(catalog: Catalog, wish: Wish) -> None:
    """Raises Refused("places_gone") where too few places are left now, naming the tier that ran out."""
    totals = _totals(catalog, wish)
    with looking() as connection:
        levels = read(connection, catalog.id)
    left = {level.stock_id: level.left for level in (*levels.programs.values(), *levels.tiers.values())}
    for stock_id, count in totals.items():
        if count > left[stock_id]:
            touched = [tier for tier, _ in wish if stock_id in stocks_of(catalog, tier)]
            tier = min(touched, key=lambda one: levels.left(catalog, one))
            raise Refused("places_gone", tier=pick(tier.name), left=levels.left(catalog, tier))


def _totals(catalog: Catalog, wish: Wish) -> dict[int, int]:
    """How many places of each counter `wish` takes."""
    totals: dict[int, int] = {}
    for tier, quantity in wish:
        for stock_id in stocks_of(catalog, tier):
            totals[stock_id] = totals.get(stock_id, 0) + quantity
    return totals


def sell(session: Session, hold_id: str) -> Outcome:
    """Turn held places into sold ones. REFUSED where they were given back already."""
    outcome = move(session, Hold, hold_id, TRANSITIONS, SOLD)
    if outcome is Outcome.MOVED:
        for stock_id, count in _counts(session, hold_id):
            _shift(session, stock_id, held=-count, sold=count)
    return outcome


def release(session: Session, hold_id: str) -> Outcome:
    """Give places back, held or sold. ALREADY where that was done before: they are never given back twice.

    Held ones that came out of an offer go back to it while it stands.
    """
    sold = move(session, Hold, hold_id, {RELEASED: frozenset({SOLD})}, RELEASED)
    if sold is Outcome.MOVED:
        for stock_id, count in _counts(session, hold_id):
            _shift(session, stock_id, held=0, sold=-count)
        return sold
    held = move(session, Hold, hold_id, TRANSITIONS, RELEASED)
    if held is Outcome.MOVED:
        kept = _back_to_source(session, hold_id)
        for stock_id, count in _counts(session, hold_id):
            _shift(session, stock_id, held=kept.get(stock_id, 0) - count, sold=0)
    return held


def _back_to_source(session: Session, hold_id: str) -> dict[int, int]:
    """Let the offer that places came from keep them again; how many of each counter stay held that way."""
    lines = list(session.scalars(select(HoldLine).where(HoldLine.hold_id == hold_id, HoldLine.source_id.is_not(None))))
    kept: dict[int, int] = {}
    for line in lines:
        if not stands(session, str(line.source_id)):
            continue
        there = (HoldLine.hold_id == line.source_id, HoldLine.tier_id == line.tier_id)
        more = update(HoldLine).where(*there, HoldLine.stock_id == line.stock_id)
        if changed(session, more.values(quantity=HoldLine.quantity + line.quantity)) == 0:
            row = {"hold_id": line.source_id, "tier_id": line.tier_id, "stock_id": line.stock_id}
            changed(session, insert(HoldLine).values(**row, quantity=line.quantity))
        kept[line.stock_id] = kept.get(line.stock_id, 0) + line.quantity
    return kept


def stands(session: Session, hold_id: str) -> bool:
    """Whether a hold keeps its places; it stays so until this transaction ends, and its lines change here only."""
    held = update(Hold).where(Hold.id == hold_id, Hold.state == HELD)
    return changed(session, held.values(expires_at=Hold.expires_at)) == 1  # takes the row


def resizing(session: Session, catalog: Catalog, hold_id: str, tier: TierInfo, more: int) -> list[Step]:
    """Let a hold that stands keep so many places of a tier more, or fewer: steps to run together, Unmet where too few
    are left. The caller sees to it that as many are kept as it gives back."""
    own = (HoldLine.hold_id == hold_id, HoldLine.tier_id == tier.id)
    kept = {line.stock_id: line.quantity for line in session.scalars(select(HoldLine).where(*own))}
    if not kept:
        return taking(catalog, hold_id, [(tier, more)])
    there = {"of_hold": hold_id, "of_tier": tier.id}
    lines = [Step(EMPTY_LINES, there) if -more in kept.values() else Step(CHANGE_LINES, {**there, "more": more})]
    if more > 0:
        places = [Step(HOLD_PLACES, {"stock_id": one, "count": more}, must=True) for one in sorted(kept)]
    else:
        places = [Step(SHIFT_PLACES, {"stock_id": one, "more_held": more, "more_sold": 0}) for one in sorted(kept)]
    return lines + places


def extend(session: Session, hold_id: str, until: datetime) -> None:
    """Keep held places longer: a voucher of a convenience store can be paid for days."""
    changed(session, update(Hold).where(Hold.id == hold_id, Hold.state == HELD).values(expires_at=until))


def retake(session: Session, hold_id: str) -> Outcome:
    """Sell the places of a hold that had been given back, if all of them are still free.

    REFUSED, with nothing changed, where they are not, or where the hold was never given back.
    """
    if move(session, Hold, hold_id, {SOLD: frozenset({RELEASED})}, SOLD) is not Outcome.MOVED:
        return Outcome.REFUSED
    taken: list[tuple[int, int]] = []
    for stock_id, count in _counts(session, hold_id):
        if changed(session, SELL_PLACES, {"stock_id": stock_id, "count": count}) != 1:
            for taken_id, taken_count in taken:
                _shift(session, taken_id, held=0, sold=-taken_count)
            move(session, Hold, hold_id, {RELEASED: frozenset({SOLD})}, RELEASED)
            return Outcome.REFUSED
        taken.append((stock_id, count))
    return Outcome.MOVED


def give_back(session: Session, hold_id: str, tier_id: int, count: int) -> None:
    """Give so many sold places of one tier back, the hold stays sold; the last ones release it.

    Raises RuntimeError where it does not have as many: the caller revokes tickets first, and each only once.
    """
    own = (HoldLine.hold_id == hold_id, HoldLine.tier_id == tier_id)
    stock_ids = sorted(session.scalars(select(HoldLine.stock_id).where(*own)))
    emptied = delete(HoldLine).where(*own, HoldLine.quantity == count)
    if changed(session, emptied) == 0:
        fewer = update(HoldLine).where(*own, HoldLine.quantity > count).values(quantity=HoldLine.quantity - count)
        if changed(session, fewer) == 0:
            raise RuntimeError(f"hold {hold_id} has no {count} places of tier {tier_id}")
    for stock_id in stock_ids:
        _shift(session, stock_id, held=0, sold=-count)
    if not _counts(session, hold_id):
        move(session, Hold, hold_id, {RELEASED: frozenset({SOLD})}, RELEASED)


SELL_PLACES = (
    update(Stock)
    .where(
        Stock.id == bindparam("stock_id"), Stock.sold + Stock.held + bindparam("count", type_=Integer) <= Stock.capacity
    )
    .values(sold=Stock.sold + bindparam("count", type_=Integer))
)
HOLD_PLACES = (
    update(Stock)
    .where(
        Stock.id == bindparam("stock_id"),
        Stock.sold + Stock.held + Stock.waiting + bindparam("count", type_=Integer) <= Stock.capacity,
    )
    .values(held=Stock.held + bindparam("count", type_=Integer))
    .returning(Stock.id)
)
_OF_TIER = (HoldLine.hold_id == bindparam("of_hold"), HoldLine.tier_id == bindparam("of_tier"))
EMPTY_LINES = delete(HoldLine).where(*_OF_TIER)
CHANGE_LINES = update(HoldLine).where(*_OF_TIER).values(quantity=HoldLine.quantity + bindparam("more", type_=Integer))
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
