"""Drafts of events: begun as a copy or from an event that exists, changed version by version, never seen by buyers.

Every version is an event that `file.take` would accept. Whoever may do this is asked above; what it would do to what
is sold is asked when it is published.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.events.catalog import Catalog
from ticketing.events.draft_models import EventDraft, EventDraftVersion
from ticketing.events.export import file_of
from ticketing.events.file_parts import EventFile
from ticketing.events.file_plain import part, plain
from ticketing.events.models import Event
from ticketing.events.shift import shift

Document = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A draft at its present version. `base` is the event that it changes, as it was taken up; None for a new one."""

    id: str
    event_id: int | None
    version: int
    base: Document | None
    document: Document
    shifted: timedelta
    actor: str
    at: datetime

    @property
    def file(self) -> EventFile:
        """The event as it stands in the draft."""
        return part(EventFile, self.document)


@dataclass(frozen=True)
class New:
    """What a copy is made of: the event to copy, how its times were moved, the copy's slug and start."""

    file: EventFile
    shifted: timedelta
    slug: str
    starts_at: datetime


def copy(session: Session, new: New, now: datetime, actor: str) -> str:
    """Begin a new event like another one, all its times moved so that it begins at `starts_at`; the draft's id.

    Nobody has confirmed the legal page of the new one yet. A copy of a rehearsal is a rehearsal. Raises
    Refused("slug_taken") where an event or another draft has this slug.
    """
    check_slug(session, new.slug)
    moved = shift(new.file, new.starts_at)
    file = replace(moved, event=replace(moved.event, slug=new.slug), seller=replace(moved.seller, confirmed=False))
    shifted = new.shifted + (new.starts_at - new.file.event.starts_at) if new.shifted else timedelta(0)
    draft = EventDraft(id=new_id(), event_id=None, version=0, base=None, created_at=now)
    draft.shifted_seconds = int(shifted.total_seconds())
    return _begin(session, draft, plain(file), now, actor)


def begin(session: Session, file: EventFile, now: datetime, actor: str) -> str:
    """Begin a new event with this; the draft's id. Raises Refused("slug_taken") as `copy` does."""
    check_slug(session, file.event.slug)
    draft = EventDraft(id=new_id(), event_id=None, version=0, base=None, created_at=now, shifted_seconds=0)
    return _begin(session, draft, plain(file), now, actor)


def open_for(session: Session, catalog: Catalog, now: datetime, actor: str) -> str:
    """The draft of this event's changes, begun if there is none; its id."""
    known = session.scalar(select(EventDraft.id).where(EventDraft.event_id == catalog.id))
    if known is not None:
        return known
    document = plain(file_of(catalog))
    draft = EventDraft(id=new_id(), event_id=catalog.id, version=0, base=document, created_at=now)
    draft.shifted_seconds = int(catalog.shifted.total_seconds())
    try:
        with session.begin_nested():
            return _begin(session, draft, document, now, actor)
    except IntegrityError:  # somebody else began it in this very moment
        return session.scalars(select(EventDraft.id).where(EventDraft.event_id == catalog.id)).one()


def load(session: Session, draft_id: str) -> Draft:
    """The draft at its present version; raises Refused("not_found")."""
    found = session.execute(_present().where(EventDraft.id == draft_id)).one_or_none()
    if found is None:
        raise Refused("not_found", 404)
    return _draft(*found)


def all_of(session: Session) -> list[Draft]:
    """All drafts, the oldest first."""
    return [_draft(*found) for found in session.execute(_present().order_by(EventDraft.created_at, EventDraft.id))]


def document_at(session: Session, draft_id: str, version: int) -> Document:
    """The draft as it was at this version; raises Refused("not_found")."""
    row = session.get(EventDraftVersion, (draft_id, version))
    if row is None:
        raise Refused("not_found", 404)
    return row.document


def save(session: Session, draft: Draft, document: Document, now: datetime, actor: str) -> int:
    """Make this the draft's next version; its number. Raises Refused("draft_changed") where it moved on meanwhile."""
    mine = update(EventDraft).where(EventDraft.id == draft.id, EventDraft.version == draft.version)
    if changed(session, mine.values(version=draft.version + 1)) != 1:
        raise Refused("draft_changed")
    _keep(session, draft.id, draft.version + 1, document, (actor, now))
    return draft.version + 1


def take_up(session: Session, draft: Draft, base: Document) -> None:
    """From now on the draft is one of changes to this."""
    changed(session, update(EventDraft).where(EventDraft.id == draft.id).values(base=base))


def end(session: Session, draft: Draft) -> None:
    """Take the draft away, at the version that was looked at; raises Refused("draft_changed")."""
    session.execute(delete(EventDraftVersion).where(EventDraftVersion.draft_id == draft.id))
    mine = delete(EventDraft).where(EventDraft.id == draft.id, EventDraft.version == draft.version)
    if changed(session, mine) != 1:
        raise Refused("draft_changed")


def check_slug(session: Session, slug: str, draft_id: str = "") -> None:
    """Raises Refused("slug_taken") where an event has this slug, or another draft of a new one."""
    taken = session.scalar(select(exists().where(Event.slug == slug)))
    others = (draft for draft in all_of(session) if draft.event_id is None and draft.id != draft_id)
    if taken or any(draft.document["event"]["slug"] == slug for draft in others):
        raise Refused("slug_taken", slug=slug)


def _begin(session: Session, draft: EventDraft, document: Document, now: datetime, actor: str) -> str:
    session.add(draft)
    session.flush()
    _keep(session, draft.id, 0, document, (actor, now))
    return draft.id


def _keep(session: Session, draft_id: str, version: int, document: Document, by: tuple[str, datetime]) -> None:
    row = EventDraftVersion(draft_id=draft_id, version=version, document=document, actor=by[0], at=by[1])
    session.add(row)
    session.flush()


def _present() -> Any:
    present = (EventDraftVersion.draft_id == EventDraft.id) & (EventDraftVersion.version == EventDraft.version)
    return select(EventDraft, EventDraftVersion).join(EventDraftVersion, present)


def _draft(row: EventDraft, present: EventDraftVersion) -> Draft:
    return Draft(
        id=row.id,
        event_id=row.event_id,
        version=row.version,
        base=row.base,
        document=present.document,
        shifted=timedelta(seconds=row.shifted_seconds),
        actor=present.actor,
        at=present.at,
    )
