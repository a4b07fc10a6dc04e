"""From a draft to the event: tried out first in a transaction that is undone, then published by the same function."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.events import drafts
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.events.compare import Change, Place, changes, merged
from ticketing.events.drafts import Document, Draft
from ticketing.events.export import file_of
from ticketing.events.file_parts import EventFile
from ticketing.events.file_plain import part, plain
from ticketing.events.told import Difference
from ticketing.events.unwritten import unwritten
from ticketing.inventory import levels
from ticketing.inventory.levels import Levels
from ticketing.office.editor_words import place_words
from ticketing.office.publish import not_told, put_in_place
from ticketing.orders.event_news import readers_count

MOST_TOLD, LONGEST = 60, 120


class _Undo(Exception):
    """Ends a transaction that was only to see what would happen."""


@dataclass(frozen=True)
class Trial:
    """What publishing would do. `refused` says why it cannot; else `catalog` is the event as it would be, `untold` what
    its `readers` with a ticket do not know yet."""

    refused: Refused | None = None
    catalog: Catalog | None = None
    levels: Levels | None = None
    untold: tuple[Difference, ...] = ()
    readers: int = 0


def try_out(draft: Draft, now: datetime) -> Trial:
    """Publish, look, and undo all of it."""
    found = Trial()
    with suppress(_Undo), writing() as session:
        try:
            catalog = _put(session, draft, now)
            untold = tuple(not_told(session, catalog))
            count = readers_count(session, catalog.id) if untold else 0
            found = Trial(None, catalog, levels.read(session, catalog.id), untold, count)
        except Refused as error:
            found = Trial(error)
        raise _Undo
    return found


def unfinished(draft: Draft) -> Refused | None:
    """Why nobody may publish this yet: what a new event must still say."""
    places = list(unwritten(draft.document))
    return Refused("event_unfinished", what="; ".join(map(place_words, places))) if places else None


def publish_draft(session: Session, draft: Draft, *, notify: bool | None, now: datetime, actor: str) -> Catalog:
    """Make the draft the event, and the draft is gone.

    `notify` says whether everybody with a ticket will be written to about what they do not know, which is done after
    this transaction (`publish.tell`); None where nobody said. Raises Refused("sold_promise"), Refused("room_shared"),
    Refused("slug_taken"), Refused("event_unfinished") where something must still be written,
    Refused("event_moved_on") where the event was changed elsewhere since the draft took it up,
    Refused("notify_unanswered") where there is something to tell and nobody said whether to.
    """
    if moved_on(session, draft):
        raise Refused("event_moved_on")
    if missing := unfinished(draft):
        raise missing
    catalog = _put(session, draft, now)
    if not_told(session, catalog) and notify is None:
        raise Refused("notify_unanswered")
    drafts.end(session, draft)
    facts = audit_facts(changes(draft.base or {}, draft.document)) if draft.base else {}
    audit.record(
        session, now, actor, "event.published", f"event:{catalog.id}", revision=catalog.revision, changes=facts
    )
    return catalog


def moved_on(session: Session, draft: Draft) -> list[Change]:
    """What was changed in the event itself since the draft took it up."""
    return changes(draft.base, _live(session, draft)) if draft.base is not None else []


def catch_up(session: Session, draft: Draft, now: datetime, actor: str) -> list[Place]:
    """Take into the draft what was changed in the event itself; the places where both changed the same, and the
    draft's is kept."""
    if draft.base is None:
        return []
    live = _live(session, draft)
    both, clashes = merged(draft.base, draft.document, live)
    drafts.save(session, draft, both, now, actor)
    drafts.take_up(session, draft, live)
    audit.record(session, now, actor, "draft.caught_up", f"draft:{draft.id}", event=draft.event_id)
    return clashes


def audit_facts(found: list[Change]) -> dict[str, list[str]]:
    """Changes as the audit log keeps them: place, what it was, what it is; long texts are cut."""
    return {".".join(one.place): [_short(one.before), _short(one.after)] for one in found[:MOST_TOLD]}


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _live(session: Session, draft: Draft) -> Document:
    document: Document = plain(file_of(load_by_id(session, draft.event_id or 0)))
    return document


def _put(session: Session, draft: Draft, now: datetime) -> Catalog:
    file: EventFile = part(EventFile, draft.document)
    if draft.event_id is None:
        drafts.check_slug(session, file.event.slug, draft.id)
    else:
        slug = load_by_id(session, draft.event_id).slug
        file = replace(file, event=replace(file.event, slug=slug))
    return put_in_place(session, file, draft.shifted, now)
