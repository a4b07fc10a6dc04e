"""Allotments: places set aside for press, speakers and other guests, until they are given or sold after all.

They are holds like those of buyers, so every counter stays the sum of its holds, and what is given out of one is handed
over as an offer to somebody on the waiting list is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.batch import run_together
from ticketing.core.db import changed, reading, writing
from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.inventory import holds
from ticketing.inventory.holds import HELD, SOLD, opening, taking
from ticketing.inventory.models import Allotment, Hold, HoldLine
from ticketing.inventory.offers import Kept, kept_by

LONGEST_NAME = 60
MOST = 1000
AT_ONCE = 20
OPEN_ENDED = timedelta(days=3650)
"""Where no moment was named, holds expire so long after they were made: events may be moved, their guests with them."""


@dataclass(frozen=True)
class Aside:
    """What is to be set aside; `until` is when what is left of it is sold again, None for never by itself."""

    name: str
    tier: TierInfo
    count: int
    until: datetime | None = None


@dataclass(frozen=True)
class Size:
    """How many places an allotment is to be of, given ones among them; `shown` is what somebody saw when they asked."""

    hold_id: str
    count: int
    shown: int


@dataclass(frozen=True)
class Standing:
    """An allotment as it stands: how many places it still keeps, how many were given out of it and are not back, and
    until when it keeps them, where that was said."""

    row: Allotment
    until: datetime | None
    kept: int
    given: int


def set_aside(session: Session, catalog: Catalog, aside: Aside, key: str, by: str, now: datetime) -> None:
    """Take places out of what is sold; once for each `key`, which is its id.

    Raises Refused("event_canceled"), Refused("allotment_over", 400) for a moment that has passed; Unmet where too few
    are left, and IntegrityError where the same form came in this moment: the transaction must be rolled back then.
    """
    until = aside.until or now + OPEN_ENDED
    if catalog.canceled_at is not None:
        raise Refused("event_canceled")
    if until <= now:
        raise Refused("allotment_over", 400)
    if session.get(Allotment, key) is not None:
        return
    wish = [(aside.tier, aside.count)]
    run_together(session.connection(), [opening(key, catalog.id, now, until), *taking(catalog, key, wish)])
    row = Allotment(hold_id=key, event_id=catalog.id, tier_id=aside.tier.id, name=aside.name, count=aside.count)
    row.made_by, row.made_at = by, now
    session.add(row)
    facts = {"tier": aside.tier.code, "places": aside.count}
    audit.record(session, now, by, "allotment.made", f"allotment:{key}", **facts)


def resize(session: Session, catalog: Catalog, size: Size, by: str, now: datetime) -> None:
    """Set more places aside, or fewer; a second time changes nothing.

    Raises Refused("allotment_ended") for one that was released, Refused("allotment_changed") where it is not of as many
    as was shown, Refused("allotment_given") for fewer than were given out of it, Refused("event_canceled"); Unmet where
    too few are left: the transaction must be rolled back then.
    """
    if catalog.canceled_at is not None:
        raise Refused("event_canceled")
    if not holds.stands(session, size.hold_id):
        raise Refused("allotment_ended")
    row, kept = get(session, size.hold_id), kept_by(session, size.hold_id)
    more = size.count - row.count
    if more == 0:
        return
    if row.count != size.shown:
        raise Refused("allotment_changed", count=row.count)
    if kept + more < 0:
        raise Refused("allotment_given", given=row.count - kept)
    steps = holds.resizing(session, catalog, size.hold_id, catalog.tier_by_id(row.tier_id), more)
    row.count = size.count
    session.flush()
    run_together(session.connection(), steps)
    facts = {"from": size.shown, "places": size.count}
    audit.record(session, now, by, "allotment.resized", f"allotment:{size.hold_id}", **facts)


def release(session: Session, hold_id: str, by: str, now: datetime) -> int:
    """Let what an allotment still keeps be sold again; says how many places. A second time changes nothing."""
    if not holds.stands(session, hold_id):
        return 0
    kept = kept_by(session, hold_id)
    holds.release(session, hold_id)
    mine = update(Allotment).where(Allotment.hold_id == hold_id, Allotment.released_at.is_(None))
    changed(session, mine.values(released_at=now, released_by=by))
    audit.record(session, now, by, "allotment.released", f"allotment:{hold_id}", places=kept)
    return kept


def get(session: Session, hold_id: str) -> Allotment:
    """One allotment; raises Refused("not_found", 404)."""
    found = session.get(Allotment, hold_id, populate_existing=True)
    if found is None:
        raise Refused("not_found", 404)
    return found


def kept_of(session: Session, catalog: Catalog, hold_id: str) -> Kept:
    """What may be given out of it now; raises Refused("not_found", 404) for one of another event."""
    row = get(session, hold_id)
    if row.event_id != catalog.id:
        raise Refused("not_found", 404)
    return Kept(hold_id, catalog.tier_by_id(row.tier_id), kept_by(session, hold_id))


def of_event(session: Session, event_id: int) -> list[Standing]:
    """All allotments of an event, the newest first."""
    given = (
        select(HoldLine.source_id, HoldLine.hold_id, func.max(HoldLine.quantity).label("count"))
        .join(Hold, Hold.id == HoldLine.hold_id)
        .where(HoldLine.source_id.is_not(None), Hold.state.in_((HELD, SOLD)))
        .group_by(HoldLine.source_id, HoldLine.hold_id)
        .subquery("given")
    )
    sums = select(given.c.source_id, func.sum(given.c.count)).group_by(given.c.source_id)
    counted = {source_id: int(count) for source_id, count in session.execute(sums)}
    rows = select(Allotment, Hold.expires_at).join(Hold, Hold.id == Allotment.hold_id)
    newest = rows.where(Allotment.event_id == event_id).order_by(Allotment.made_at.desc(), Allotment.hold_id)
    return [
        Standing(
            row,
            until if until - row.made_at < OPEN_ENDED else None,
            kept_by(session, row.hold_id),
            counted.get(row.hold_id, 0),
        )
        for row, until in session.execute(newest)
    ]


def due(session: Session, now: datetime) -> list[str]:
    """The allotments whose time has passed."""
    over = select(Allotment.hold_id).join(Hold, Hold.id == Allotment.hold_id)
    over = over.where(Allotment.released_at.is_(None), Hold.state == HELD, Hold.expires_at <= now)
    return list(session.scalars(over.limit(AT_ONCE)))


def work(now: datetime) -> int:
    """Release what is due, each in a transaction of its own; says how many."""
    with reading() as session:
        over = due(session, now)
    for hold_id in over:
        with writing() as session:
            release(session, hold_id, "system", now)
    return len(over)


def wrong(session: Session) -> Iterator[str]:
    """A line for each allotment that is not what its hold says."""
    rows = select(Allotment, Hold.state).join(Hold, Hold.id == Allotment.hold_id).order_by(Allotment.hold_id)
    for row, state in session.execute(rows):
        if (state == HELD) != (row.released_at is None):
            yield f"allotment {row.hold_id}: its hold is {state}, released at {row.released_at}"
        elif kept_by(session, row.hold_id) > row.count:
            yield f"allotment {row.hold_id} keeps more than the {row.count} places that it is of"
