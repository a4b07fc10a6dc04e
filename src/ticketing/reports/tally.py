"""Counting facts by hour, fast at any number of them: sums for hours that are over, and the rest counted as it stands.

A row of a ticket keeps when it was issued, an order when it was placed and when it was paid, and a scan never changes:
an hour that is over stays as it is. The worker sums such hours up, so that nothing is added to a sale or a scan, and
nobody waits for a counter. `wrong_tallies` recounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    Executable,
    String,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from ticketing.core.db import changed, insert_or, reading, writing
from ticketing.door.models import Scan
from ticketing.events.models import Event
from ticketing.orders.models import Order
from ticketing.payments.cash_models import TillSale
from ticketing.payments.comp_models import Complimentary
from ticketing.reports.models import Tally, TallyMark
from ticketing.tickets.models import Ticket

SETTLED = timedelta(minutes=15)
"""What reads the clock now has been committed by then, or never will: statements are given up after ten seconds."""
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
ISSUED, REFUSED, BEGUN, PAID = "issued", "refused", "begun", "paid"

Counts = Mapping[tuple[datetime, str], int]
"""How many, by the hour's begin and the key, which is empty where the kind has none."""


class _Fact(NamedTuple):
    """Where a kind is counted: when it happened, which rows are of it, what tells it apart, if anything does."""

    event_id: Any
    at: Any
    which: ColumnElement[bool]
    key: Any = None


ENDED: ColumnElement[bool] = literal_column("ticket.state = 'revoked'")
_NOT_LET_IN: ColumnElement[bool] = literal_column("scan.decision = 'refuse'")
"""Both said as in the conditions of their indexes: with a bound value SQLite would not know that the index fits."""
_ON_THE_PAGES = ~exists().where(TillSale.order_id == Order.id) & ~exists().where(Complimentary.order_id == Order.id)
FACTS = {
    ISSUED: _Fact(Ticket.event_id, Ticket.issued_at, true(), Ticket.tier_id),
    REFUSED: _Fact(Scan.event_id, Scan.received_at, _NOT_LET_IN, Scan.reason),
    BEGUN: _Fact(Order.event_id, Order.created_at, _ON_THE_PAGES),
    PAID: _Fact(Order.event_id, Order.paid_at, _ON_THE_PAGES),
}
"""Tickets issued, by tier id; scans refused, by reason; orders begun on the pages, and those of them that were paid:
none of a till, none that was given."""


def sealed_until(session: Session, event_id: int) -> datetime:
    """Up to when the facts of an event are summed up."""
    return session.scalar(select(TallyMark.sealed_until).where(TallyMark.event_id == event_id)) or FIRST


def counts(session: Session, event_id: int, kind: str, mark: datetime, since: datetime) -> Counts:
    """The facts of this kind by hour, from the hour of `since` on, exact at this moment; `mark` is `sealed_until`."""
    since = _hour(since)
    kept = {(hour, key): count for (hour, key), count in sealed(session, event_id, kind, mark).items() if hour >= since}
    return {**kept, **fresh(session, event_id, kind, max(since, mark))}


def total(session: Session, event_id: int, kind: str, mark: datetime) -> int:
    """How many facts of this kind there are, at this moment."""
    parts = sealed(session, event_id, kind, mark), fresh(session, event_id, kind, mark)
    return sum(sum(part.values()) for part in parts)


def sealed(session: Session, event_id: int, kind: str, mark: datetime) -> Counts:
    """The sums of this kind up to the mark. They change no more, so this process keeps them."""
    cache: dict[tuple[int, str], tuple[datetime, Counts]] = current_app.extensions["ticketing.tallies"]
    known = cache.get((event_id, kind))
    if known is None or known[0] != mark:
        # Only hours before the mark that was read: one that is moved between these statements counts nothing twice.
        rows = select(Tally.hour, Tally.key, Tally.count).where(
            Tally.event_id == event_id, Tally.kind == kind, Tally.hour < mark
        )
        known = mark, {(hour, key): count for hour, key, count in session.execute(rows)}
        cache[event_id, kind] = known
    return known[1]


def fresh(session: Session, event_id: int, kind: str, since: datetime) -> Counts:
    """The facts of this kind by hour, counted as they stand, from this hour on."""
    return _count(session, event_id, kind, since, None)


def ended(session: Session, event_id: int) -> list[tuple[datetime, int, int]]:
    """Tickets that are revoked now: the hour in which they ended, tier id, how many. They may come back: not summed."""
    rows = session.execute(_ending(session.get_bind().dialect.name), {"event_id": event_id})
    return [(_time(text), tier_id, count) for text, tier_id, count in rows]


def seal(session: Session, event_id: int, now: datetime) -> bool:
    """Sum up the hours that are over and settled; False where that is done already, or somebody else does it."""
    mark, until = sealed_until(session, event_id), _hour(now - SETTLED)
    if mark >= until or not _claim(session, event_id, mark, until):
        return False
    rows = [
        {"event_id": event_id, "kind": kind, "hour": hour, "key": key, "count": count}
        for kind in FACTS
        for (hour, key), count in _count(session, event_id, kind, mark, until).items()
    ]
    if rows:
        session.execute(insert(Tally), rows)
    return True


def work(now: datetime) -> int:
    """Sum up what is due of every event; says of how many."""
    until = _hour(now - SETTLED)
    with reading() as session:
        marks = select(Event.id, TallyMark.sealed_until).outerjoin(TallyMark, TallyMark.event_id == Event.id)
        due = [event_id for event_id, mark in session.execute(marks) if mark is None or mark < until]
    for event_id in due:
        with writing() as session:
            seal(session, event_id, now)
    return len(due)


def wrong_tallies(session: Session) -> Iterator[str]:
    """A line for each sum that is not what the facts say."""
    for event_id, until in session.execute(select(TallyMark.event_id, TallyMark.sealed_until)):
        for kind in FACTS:
            kept = select(Tally.hour, Tally.key, Tally.count).where(Tally.event_id == event_id, Tally.kind == kind)
            sums = {(hour, key): count for hour, key, count in session.execute(kept)}
            true_ones = _count(session, event_id, kind, FIRST, until)
            for hour, key in sorted({**sums, **true_ones}):
                said, expected = sums.get((hour, key), 0), true_ones.get((hour, key), 0)
                if said != expected:
                    yield f"event {event_id}: {kind} {key} {hour:%Y-%m-%dT%HZ} says {said}, rows say {expected}"


def _claim(session: Session, event_id: int, mark: datetime, until: datetime) -> bool:
    """Move the mark: of several workers one does it."""
    if mark == FIRST:
        first = insert_or(TallyMark, session.get_bind().dialect.name).values(event_id=event_id, sealed_until=until)
        return changed(session, first.on_conflict_do_nothing()) == 1
    here = (TallyMark.event_id == event_id) & (TallyMark.sealed_until == mark)
    return changed(session, update(TallyMark).where(here).values(sealed_until=until)) == 1


def _count(session: Session, event_id: int, kind: str, since: datetime, until: datetime | None) -> Counts:
    rows = session.execute(
        _counting(session.get_bind().dialect.name, kind, until is not None),
        {"event_id": event_id, "since": since, "until": until},
    )
    return {(_time(text), str(*key)): count for count, text, *key in rows}


@cache
def _counting(dialect: str, kind: str, is_closed: bool) -> Executable:
    """Made once: an open dashboard asks for all of them every three seconds."""
    fact = FACTS[kind]
    hour = text_of(dialect, fact.at, 13).label("hour")
    by = [hour] if fact.key is None else [hour, fact.key]
    which = [fact.event_id == bindparam("event_id"), fact.at >= bindparam("since"), fact.which]
    if is_closed:
        which.append(fact.at < bindparam("until"))
    return select(func.count(), *by).where(*which).group_by(*by)


@cache
def _ending(dialect: str) -> Executable:
    hour = text_of(dialect, Ticket.revoked_at, 13).label("hour")
    rows = select(hour, Ticket.tier_id, func.count()).where(Ticket.event_id == bindparam("event_id"), ENDED)
    return rows.group_by(hour, Ticket.tier_id)


def _time(hour: str) -> datetime:
    return datetime.fromisoformat(f"{hour}:00+00:00")


def text_of(dialect: str, at: Any, length: int) -> ColumnElement[str]:
    """The first characters of a time in UTC, `2025-10-26 00:40`: 13 of them are its hour, 16 its minute."""
    if dialect == "sqlite":
        return func.substr(at, 1, length, type_=String)
    return func.to_char(at, "YYYY-MM-DD HH24:MI"[: length + 2], type_=String)


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
