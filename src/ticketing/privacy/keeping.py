"""The keeping time: so many days after an event, as its file says, names and addresses go by themselves.

It goes in small steps, each a transaction of its own, so that it can be broken off and goes on the next time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, Select, Update, delete, func, select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed, reading, writing
from ticketing.events.catalog import Catalog, load, slugs
from ticketing.mail import outbox
from ticketing.orders.models import Order
from ticketing.privacy.erasing import empty_orders
from ticketing.privacy.known import somebodys, unfinished
from ticketing.staff.models import Invitation, PairingCode, StaffSession
from ticketing.waiting.models import WaitingEntry

STEP = 100
# What helps to see who acted from where, and who was invited, is of use for about as long.
OF_STAFF = timedelta(days=90)


@dataclass(frozen=True)
class Due:
    """One event whose keeping time is over: how many orders and entries of its waiting list still say who; `unfinished`
    are the codes of those that stay until their money is settled."""

    slug: str
    orders: int
    waiting: int
    unfinished: tuple[str, ...]


@dataclass(frozen=True)
class Purged:
    """What is due, or was erased: by event; letters whose address belongs to nobody here any more; sign-ins that ended
    long ago, invitations and pairing codes."""

    events: tuple[Due, ...]
    letters: int
    of_staff: int


def ends_at(catalog: Catalog) -> datetime:
    """When the keeping time of this event is over."""
    return catalog.ends_at + timedelta(days=int(catalog.policy.get("keep_personal_data_days", 90)))


def due(now: datetime) -> Purged:
    """What would be erased now."""
    with reading() as session:
        events = tuple(filter(_says_anything, (_due(session, catalog) for catalog in _over(session, now))))
        letters = session.scalar(select(func.count()).where(*outbox.settled(), ~somebodys())) or 0
        old = sum(session.scalar(select(func.count()).where(*condition)) or 0 for _change, condition in _old(now))
    return Purged(events, letters, old)


def purge(now: datetime, actor: str) -> Purged:
    """Erase what is due; what it was."""
    before = due(now)
    for event in before.events:
        with reading() as session:
            event_id = load(session, event.slug).id
        while _step(event_id, event.slug, now, actor):
            pass
        with writing() as session:
            entries = update(WaitingEntry).where(WaitingEntry.event_id == event_id, WaitingEntry.email != "")
            changed(session, entries.values(email=""))
    with writing() as session:
        letters = outbox.forget_where(session, ~somebodys())
        for statement, condition in _old(now):
            changed(session, statement.where(*condition))
    return Purged(before.events, letters, before.of_staff)


def _step(event_id: int, slug: str, now: datetime, actor: str) -> int:
    """Empty the next orders of an event; how many."""
    with writing() as session:
        orders = list(session.scalars(_orders(event_id)))
        busy = set(unfinished(session, orders))
        ready = [order for order in orders if order.code not in busy][:STEP]
        if ready:
            empty_orders(session, ready, now)
            audit.record(session, now, actor, "privacy.purge", f"event:{event_id}", orders=len(ready), slug=slug)
    return len(ready)


def _orders(event_id: int) -> Select[Order]:
    return select(Order).where(Order.event_id == event_id, Order.erased_at.is_(None)).order_by(Order.created_at)


def _due(session: Session, catalog: Catalog) -> Due:
    orders = list(session.scalars(_orders(catalog.id)))
    busy = unfinished(session, orders)
    waiting = select(func.count()).where(WaitingEntry.event_id == catalog.id, WaitingEntry.email != "")
    return Due(catalog.slug, len(orders) - len(busy), session.scalars(waiting).one(), tuple(busy))


def _says_anything(event: Due) -> bool:
    return bool(event.orders or event.waiting or event.unfinished)


def _over(session: Session, now: datetime) -> Iterator[Catalog]:
    for slug in slugs(session):
        catalog = load(session, slug)
        if ends_at(catalog) <= now:
            yield catalog


def _old(now: datetime) -> list[tuple[Update | Delete, tuple[ColumnElement[bool], ...]]]:
    """What of staff has had its time: sign-ins and pairing codes go, invitations forget the address."""
    before = now - OF_STAFF
    return [
        (delete(StaffSession), (StaffSession.expires_at < before,)),
        (delete(PairingCode), (PairingCode.expires_at < before,)),
        (update(Invitation).values(email=""), (Invitation.expires_at < before, Invitation.email != "")),
    ]
