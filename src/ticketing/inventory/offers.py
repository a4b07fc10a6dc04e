"""Places for those who wait: wanted first, then offered (held for one of them), then handed to the order that takes
them up. What is wanted is kept from everybody else, so nobody can step in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, String, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from ticketing.core.batch import Step, adding
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.inventory.holds import HELD, SOLD, lines_of, opening
from ticketing.inventory.models import Hold, HoldLine, Stock
from ticketing.inventory.stock import stocks_of


@dataclass(frozen=True)
class Kept:
    """What an offer keeps: at most `count` places of one tier, in the hold `hold_id`."""

    hold_id: str
    tier: TierInfo
    count: int


def offering(catalog: Catalog, kept: Kept, now: datetime, until: datetime) -> list[Step]:
    """Hold free places for one who waits: steps to run together, Unmet where too few are free."""
    return [
        opening(kept.hold_id, catalog.id, now, until),
        adding(HoldLine, lines_of(catalog, kept.hold_id, kept.tier, kept.count)),
        *(
            Step(OFFER, {"stock_id": stock_id, "count": kept.count}, must=True)
            for stock_id in sorted(stocks_of(catalog, kept.tier))
        ),
    ]


def handing_over(kept: Kept, hold_id: str, count: int, now: datetime) -> list[Step]:
    """Move so many of the offered places into the hold of an order: Unmet where the offer is over or has fewer."""
    there = {"source_id": kept.hold_id, "tier_id": kept.tier.id, "count": count}
    return [
        Step(STANDING, {"source_id": kept.hold_id, "now": now}, must=True),
        Step(HAND_OVER, {**there, "hold_id": hold_id}, must=True),
        Step(EMPTY if count == kept.count else LESSEN, there, must=True),
    ]


def kept_by(session: Session, hold_id: str) -> int:
    """How many places an offer keeps now: those that were handed to an order are not counted."""
    own = select(HoldLine.quantity).join(Hold, Hold.id == HoldLine.hold_id)
    return session.scalar(own.where(Hold.id == hold_id, Hold.state == HELD).limit(1)) or 0


def taken_up(session: Session, hold_ids: Sequence[str], *states: str) -> set[str]:
    """Those of these offers that orders took places from and hold (HELD) or have bought (SOLD)."""
    rows = (
        select(HoldLine.source_id)
        .join(Hold, Hold.id == HoldLine.hold_id)
        .where(HoldLine.source_id.in_(hold_ids), Hold.state.in_(states or (HELD, SOLD)))
    )
    return {source_id for source_id in session.scalars(rows) if source_id is not None}


COUNT = bindparam("count", type_=Integer)
SOURCE = bindparam("source_id", type_=String)
WANT = update(Stock).where(Stock.id == bindparam("stock_id")).values(waiting=Stock.waiting + COUNT)
OFFER = (
    update(Stock)
    .where(Stock.id == bindparam("stock_id"), Stock.sold + Stock.held + COUNT <= Stock.capacity)
    .values(held=Stock.held + COUNT)
    .returning(Stock.id)
)
STANDING = (
    update(Hold)
    .where(Hold.id == SOURCE, Hold.state == HELD, Hold.expires_at > bindparam("now"))
    .values(expires_at=Hold.expires_at)  # takes the row: the offer cannot end before we are done
    .returning(Hold.id)
)
_THERE = (HoldLine.hold_id == SOURCE, HoldLine.tier_id == bindparam("tier_id"))
HAND_OVER = (
    insert(HoldLine)
    .from_select(
        ["hold_id", "tier_id", "stock_id", "quantity", "source_id"],
        select(bindparam("hold_id", type_=String), HoldLine.tier_id, HoldLine.stock_id, COUNT, HoldLine.hold_id).where(
            *_THERE
        ),
    )
    .returning(HoldLine.stock_id)
)
EMPTY = delete(HoldLine).where(*_THERE, HoldLine.quantity == COUNT).returning(HoldLine.stock_id)
LESSEN = (
    update(HoldLine)
    .where(*_THERE, HoldLine.quantity > COUNT)
    .values(quantity=HoldLine.quantity - COUNT)
    .returning(HoldLine.stock_id)
)
