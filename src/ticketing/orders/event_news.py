"""News of an event for everybody who has a ticket: that it moved, and that it is near. One letter each, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed, reading, writing
from ticketing.events import told
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.events.models import Event
from ticketing.events.reminding import reminder_at
from ticketing.mail.models import Letter
from ticketing.mail.outbox import queue
from ticketing.orders.fulfil import To, letter_of
from ticketing.orders.holders import NOBODY, TO_A_HOLDER
from ticketing.orders.models import Order, TicketChange
from ticketing.orders.states import AWAITING, PAID, PARTLY
from ticketing.tickets.issue import VALID
from ticketing.tickets.models import Ticket

CHANGED_LETTER = "event.changed"
REMINDER_LETTER = "order.reminder"
AHEAD = timedelta(days=370)
"""No reminder is sent longer before its event."""
AT_ONCE = 500
"""So many facts are asked about by one statement."""


@dataclass(frozen=True)
class Reader:
    """Who a letter goes to: the buyer of an order, or (with `change`) whoever a ticket of it was passed on to."""

    order: Order
    change: TicketChange | None = None

    def letter(self, kind: str, about: str, **facts: Any) -> Letter:
        """The letter of this kind to them."""
        if self.change is None:
            return letter_of(self.order, kind, about, None, facts)
        to = To(self.change.email, self.change.language)
        return letter_of(self.order, kind, f"{about}:{self.change.id}", to, {**facts, "change": self.change.id})


def readers(session: Session, event_id: int, states: Sequence[str], paid_by: datetime | None = None) -> list[Reader]:
    """The buyers of these orders (paid by then, where that is asked) and whoever was passed a ticket of them."""
    wanted = [Order.event_id == event_id, Order.state.in_(states)]
    if paid_by is not None:
        wanted.append(Order.paid_at <= paid_by)
    reached = select(Order).where(*wanted, Order.buyer_email != "").order_by(Order.created_at)
    found = [Reader(order) for order in session.scalars(reached)]
    passed_on = (
        select(Order, TicketChange)
        .join(TicketChange, TicketChange.order_id == Order.id)
        .join(Ticket, (Ticket.id == TicketChange.ticket_id) & (Ticket.issue == TicketChange.issue))
        .where(*wanted, *TO_A_HOLDER, TicketChange.email != NOBODY, Ticket.state == VALID)
    )
    return found + [Reader(order, change) for order, change in session.execute(passed_on)]


def tell_some(session: Session, catalog: Catalog, before: Mapping[str, Any], now: datetime, limit: int) -> int:
    """Write to so many of those with a ticket, or a voucher to pay, who were not written to yet, what of the event is
    not as it was; says to how many. Fewer than `limit`, and everybody has been written to."""
    session.execute(select(Event.id).where(Event.id == catalog.id).with_for_update())  # two who tell tell in turn
    about = told.mark(before, catalog)
    everybody = readers(session, catalog.id, (AWAITING, PAID, PARTLY))
    letters = [reader.letter(CHANGED_LETTER, about, before=dict(before)) for reader in everybody]
    return _queue_new(session, letters, now, limit)


def _queue_new(session: Session, letters: Sequence[Letter], now: datetime, limit: int | None = None) -> int:
    """Queue so many of the letters whose fact was not written about yet, by few statements; says how many."""
    written: set[str] = set()
    for first in range(0, len(letters), AT_ONCE):
        facts = [letter.fact for letter in letters[first : first + AT_ONCE]]
        written.update(session.scalars(select(Letter.fact).where(Letter.fact.in_(facts))))
    new = [letter for letter in letters if letter.fact not in written][:limit]
    for letter in new:
        queue(session, now, letter)
    session.flush()
    return len(new)


def has_readers(session: Session, event_id: int) -> bool:
    """Whether anybody has a ticket, or a voucher to pay."""
    some = select(Order.id).where(Order.event_id == event_id, Order.state.in_((AWAITING, PAID, PARTLY)))
    return session.scalar(some.limit(1)) is not None


def readers_count(session: Session, event_id: int) -> int:
    """To how many letters `tell` would come."""
    return len(readers(session, event_id, (AWAITING, PAID, PARTLY)))


def last_told(session: Session, event_id: int) -> dict[str, Any] | None:
    """What ticket holders know of when and where the event is; None where that was not kept yet."""
    return session.scalar(select(Event.told).where(Event.id == event_id))


def note_told(session: Session, catalog: Catalog) -> None:
    """From now on, what is so is what ticket holders know."""
    news = {**told.snapshot(catalog), "revision": catalog.revision}
    changed(session, update(Event).where(Event.id == catalog.id).values(told=news))


def work_reminders(now: datetime) -> int:
    """Queue the reminders of events for which it is time, each event's in one transaction; says how many letters."""
    with reading() as session:
        due = [catalog for catalog in _near(session, now) if _is_due(catalog, now)]
    count = 0
    for catalog in due:
        with writing() as session:
            count += _remind(session, catalog, now)
    return count


def _near(session: Session, now: datetime) -> Iterator[Catalog]:
    near = select(Event.id, Event.starts_at, Event.timezone, Event.reminded_for)
    near = near.where(Event.canceled_at.is_(None), Event.starts_at > now, Event.starts_at < now + AHEAD)
    for event_id, _, _, reminded_for in session.execute(near).all():
        catalog = load_by_id(session, event_id)
        if reminded_for != day_of(catalog):
            yield catalog


def day_of(catalog: Catalog) -> Any:
    """The day of the event in its zone: the same day is reminded of once."""
    return catalog.starts_at.astimezone(catalog.zone).date()


def _is_due(catalog: Catalog, now: datetime) -> bool:
    at = reminder_at(catalog)
    return at is not None and at <= now < catalog.starts_at


def _remind(session: Session, catalog: Catalog, now: datetime) -> int:
    """Of several workers one does it. Who paid after the time of the reminder has a fresh letter anyway."""
    day = day_of(catalog)
    mine = update(Event).where(Event.id == catalog.id, Event.canceled_at.is_(None))
    mine = mine.where(Event.reminded_for.is_(None) | (Event.reminded_for != day))
    if changed(session, mine.values(reminded_for=day)) != 1:
        return 0
    everybody = readers(session, catalog.id, (PAID, PARTLY), reminder_at(catalog))
    return _queue_new(session, [reader.letter(REMINDER_LETTER, day.isoformat()) for reader in everybody], now)
