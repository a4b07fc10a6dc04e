"""Shifts at a till: a drawer is counted, sells, and is counted again. What should lie in it is known at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.core.states import Outcome, Transitions, move
from ticketing.payments.cash_models import CashShift

OPEN, CLOSED = "open", "closed"
TRANSITIONS: Transitions = {CLOSED: frozenset({OPEN})}
LONGEST_NOTE = 200
LONGEST_TILL = 40
MOST_PIECES = 9999
LONGEST_SHIFT = timedelta(hours=16)
"""Longer than a day at the door lasts: a shift that is still open then was left behind."""
DENOMINATIONS: Mapping[str, tuple[int, ...]] = {
    "jpy": (10000, 5000, 2000, 1000, 500, 100, 50, 10, 5, 1),
    "usd": (10000, 5000, 2000, 1000, 500, 100, 25, 10, 5, 1),
    "eur": (10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
}
"""The notes and coins that a drawer holds, by their worth in minor units."""

Count = Mapping[str, int]
"""How many of each note and coin, by its worth in minor units."""


@dataclass(frozen=True)
class Drawer:
    """Whose drawer begins, and with what in it."""

    event_id: int
    person_id: str
    till: str
    currency: str
    count: Count


def read_count(form: Mapping[str, str], currency: str) -> dict[str, int]:
    """The fields `n-<worth>` of a count, empty ones as none; raises Refused("count_unreadable", 400)."""
    count: dict[str, int] = {}
    for worth in DENOMINATIONS[currency]:
        text = form.get(f"n-{worth}", "").strip()
        if not text:
            continue
        if not (text.isdecimal() and len(text) <= 5 and int(text) <= MOST_PIECES):
            raise Refused("count_unreadable", 400)
        if int(text):
            count[str(worth)] = int(text)
    return count


def worth(count: Count) -> int:
    """What a count comes to, in minor units."""
    return sum(int(piece) * number for piece, number in count.items())


def open_shift(session: Session, drawer: Drawer, by: str, now: datetime) -> CashShift:
    """Begin a shift; raises Refused("shift_open") where this person has one at this event already."""
    opened = worth(drawer.count)
    shift = CashShift(
        id=new_id(),
        event_id=drawer.event_id,
        person_id=drawer.person_id,
        till=" ".join(drawer.till.split())[:LONGEST_TILL],
        state=OPEN,
        currency=drawer.currency,
        opened_with=dict(drawer.count),
        opened_minor=opened,
        cash_minor=opened,
        opened_at=now,
    )
    session.add(shift)
    try:
        session.flush()
    except IntegrityError as error:
        raise Refused("shift_open") from error
    audit.record(session, now, by, "till.open", f"shift:{shift.id}", cash=opened)
    return shift


def shift_of(session: Session, event_id: int, person_id: str) -> CashShift | None:
    """The open shift of this person at this event."""
    mine = select(CashShift).where(CashShift.event_id == event_id, CashShift.person_id == person_id)
    return session.scalars(mine.where(CashShift.state == OPEN)).one_or_none()


def shifts(session: Session, event_id: int) -> list[CashShift]:
    """All shifts of an event, the newest first."""
    rows = select(CashShift).where(CashShift.event_id == event_id)
    return list(session.scalars(rows.order_by(CashShift.opened_at.desc(), CashShift.id)))


def move_cash(session: Session, shift_id: str, amount: int) -> None:
    """Put so much into an open drawer, or take it out; raises Refused("shift_over") where it is closed, and
    Refused("drawer_short") where so much is not in it.

    Whoever closes the shift waits for this, so a drawer is never counted without it."""
    drawer = update(CashShift).where(CashShift.id == shift_id, CashShift.state == OPEN)
    enough = CashShift.cash_minor + min(amount, 0) >= 0
    if changed(session, drawer.where(enough).values(cash_minor=CashShift.cash_minor + amount)) != 1:
        state = session.scalar(select(CashShift.state).where(CashShift.id == shift_id))
        raise Refused("drawer_short" if state == OPEN else "shift_over")


def close_shift(session: Session, shift_id: str, count: Count, note: str, by: str, now: datetime) -> CashShift:
    """End a shift with its count; a difference needs a note that explains it. A second time changes nothing.

    Raises Refused("difference_unexplained") with the difference as a whole number of minor units (`minor`), and
    Refused("note_too_long", 400).
    """
    mine = select(CashShift).where(CashShift.id == shift_id)
    shift = session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one()
    said, counted = " ".join(note.split()), worth(count)
    if len(said) > LONGEST_NOTE:
        raise Refused("note_too_long", 400)
    if shift.state == OPEN and counted != shift.cash_minor and not said:
        raise Refused("difference_unexplained", minor=counted - shift.cash_minor)
    facts = {"counted": dict(count), "counted_minor": counted, "note": said, "closed_at": now, "closed_by": by}
    if move(session, CashShift, shift_id, TRANSITIONS, CLOSED, **facts) is Outcome.MOVED:
        found = {"counted": counted, "expected": shift.cash_minor, "difference": counted - shift.cash_minor}
        audit.record(session, now, by, "till.close", f"shift:{shift_id}", **found)
    return session.scalars(mine.execution_options(populate_existing=True)).one()
