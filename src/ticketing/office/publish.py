"""Bringing an event file into every room that keeps something about an event: one transaction, all or nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.errors import Refused
from ticketing.door.occupancy import open_rooms
from ticketing.events.catalog import Catalog, fresh, load_by_id
from ticketing.events.file import read
from ticketing.events.file_parts import EventFile
from ticketing.events.models import Event
from ticketing.events.promises import narrowed
from ticketing.events.shift import shift
from ticketing.events.store import save
from ticketing.inventory import levels
from ticketing.inventory.stock import fit


def publish(session: Session, text: str, starts_at: datetime | None, now: datetime, actor: str) -> Catalog:
    """Create the event of this file or bring it up to date; `starts_at` makes it a rehearsal copy at that time.

    Raises BadEventFile with every fault and its line, Refused("sold_promise") where the file would take away what
    was sold.
    """
    written = read(text)
    file = written if starts_at is None else shift(written, starts_at)
    _keep_promises(session, file)
    event_id = save(session, file, now, file.event.starts_at - written.event.starts_at)
    session.flush()
    catalog = fresh(session, event_id)
    fit(session, catalog)
    open_rooms(session, catalog)
    audit.record(session, now, actor, "event.import", f"event:{event_id}", revision=catalog.revision)
    return catalog


def _keep_promises(session: Session, file: EventFile) -> None:
    event_id = session.scalar(select(Event.id).where(Event.slug == file.event.slug))
    if event_id is None:
        return
    counters = levels.read(session, event_id).tiers
    for tier_id, loss in narrowed(load_by_id(session, event_id), file).items():
        if counters[tier_id].sold + counters[tier_id].held:
            raise Refused("sold_promise", what=loss)
