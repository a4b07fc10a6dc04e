"""Bringing an event file into every room that keeps something about an event: one transaction, all or nothing.
Telling whoever has a ticket of it comes after that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.door.occupancy import open_rooms
from ticketing.events import told
from ticketing.events.catalog import Catalog, fresh, load_by_id
from ticketing.events.file import read
from ticketing.events.file_parts import EventFile
from ticketing.events.models import Event
from ticketing.events.promises import narrowed, worsened
from ticketing.events.shift import shift
from ticketing.events.store import save
from ticketing.events.told import Difference
from ticketing.inventory import levels
from ticketing.inventory.stock import fit
from ticketing.orders import event_news


def publish(session: Session, text: str, starts_at: datetime | None, now: datetime, actor: str) -> Catalog:
    """Create the event of this file or bring it up to date; `starts_at` makes it a rehearsal copy at that time.

    Raises BadEventFile with every fault and its line, Refused("sold_promise") where the file would take away what
    was sold.
    """
    written = read(text)
    file = written if starts_at is None else shift(written, starts_at)
    catalog = put_in_place(session, file, file.event.starts_at - written.event.starts_at, now)
    audit.record(session, now, actor, "event.import", f"event:{catalog.id}", revision=catalog.revision)
    return catalog


def put_in_place(session: Session, file: EventFile, shifted: timedelta, now: datetime) -> Catalog:
    """The same for an event that was read or written already; whoever calls writes the audit entry.

    `shifted` says by how much the times of a rehearsal copy were moved. Raises Refused("sold_promise").
    """
    known = session.scalar(select(Event.id).where(Event.slug == file.event.slug))
    _keep_promises(session, known, file, now)
    if known is not None and event_news.last_told(session, known) is None:
        event_news.note_told(session, load_by_id(session, known))
    event_id = save(session, file, now, shifted)
    session.flush()
    catalog = fresh(session, event_id)
    if known is None:
        event_news.note_told(session, catalog)
    fit(session, catalog)
    open_rooms(session, catalog)
    return catalog


def tell(catalog: Catalog, now: datetime, actor: str, at_once: int = 200) -> Iterator[int]:
    """Write to everybody with a ticket what of the event is not as they know it, `at_once` people in one transaction,
    so that nobody who buys waits long meanwhile; says after each how many. Whoever is killed between two of them, and
    tells again, goes on where it was: nobody is written to twice, nobody is left out."""
    last = False
    while not last:
        with writing() as session:
            before = event_news.last_told(session, catalog.id)
            if before is None or not told.differences(before, catalog):
                return
            count = event_news.tell_some(session, catalog, before, now, at_once)
            last = count < at_once
            if last:
                event_news.note_told(session, catalog)
            audit.record(session, now, actor, "event.told", f"event:{catalog.id}", letters=count)
        yield count


def not_told(session: Session, catalog: Catalog) -> list[Difference]:
    """What of the event is not as ticket holders know it, where there are any."""
    before = event_news.last_told(session, catalog.id)
    found = told.differences(before, catalog) if before is not None else []
    return found if found and event_news.has_readers(session, catalog.id) else []


def _keep_promises(session: Session, event_id: int | None, file: EventFile, now: datetime) -> None:
    if event_id is None:
        return
    catalog, counters = load_by_id(session, event_id), levels.read(session, event_id).tiers
    sold = {tier_id for tier_id, counter in counters.items() if counter.sold + counter.held}
    lost = [loss for tier_id, loss in narrowed(catalog, file).items() if tier_id in sold]
    if sold:
        lost += worsened(catalog, file, now)
    if lost:
        raise Refused("sold_promise", what="; ".join(lost))
