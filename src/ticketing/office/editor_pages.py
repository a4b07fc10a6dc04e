"""What the pages of the event editor show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events import catalog as catalogs
from ticketing.events import drafts
from ticketing.events.compare import changes
from ticketing.events.drafts import Draft
from ticketing.events.unwritten import unwritten
from ticketing.office import editor_form
from ticketing.office.access import allowed
from ticketing.office.draft_publish import Trial, moved_on, unfinished
from ticketing.office.editor_fields import Node
from ticketing.office.editor_form import Fault
from ticketing.office.editor_lines import Line, lines
from ticketing.office.editor_rows import Shown
from ticketing.office.editor_sections import SECTIONS, Section, section_at
from ticketing.office.editor_words import place_words
from ticketing.staff.models import Person


@dataclass(frozen=True)
class DraftHead:
    """What every page of a draft says about it. `live` is the slug of the event that it changes, empty for a new one;
    `changed` is who last changed it and when."""

    id: str
    title: str
    when: str
    slug: str
    live: str
    version: int
    changed: str
    rehearsal: bool


@dataclass(frozen=True)
class SectionLink:
    """A page of the draft in the list of them; `count` is how much is different there."""

    name: str
    title: str
    about: str
    count: int


@dataclass(frozen=True)
class DraftPage:
    """All that `office/editor_draft.html` shows. `elsewhere` is what was changed in the event itself meanwhile,
    `missing` what must still be written: on which page, and what."""

    head: DraftHead
    sections: tuple[SectionLink, ...]
    lines: tuple[Line, ...]
    elsewhere: tuple[Line, ...]
    missing: tuple[tuple[str, str], ...]
    starts_at: str
    done: str


@dataclass(frozen=True)
class SectionPage:
    """All that `office/editor_section.html` shows. `faults` are names and labels of fields that are not right."""

    head: DraftHead
    version: int
    section: Section
    sections: tuple[Section, ...]
    nodes: tuple[Node, ...]
    faults: tuple[tuple[str, str], ...]
    elsewhere: tuple[Fault, ...]
    others: tuple[Line, ...]


@dataclass(frozen=True)
class PublishPage:
    """All that `office/editor_publish.html` shows: what publishing would do, or why it cannot."""

    head: DraftHead
    lines: tuple[Line, ...]
    elsewhere: tuple[Line, ...]
    refused: str
    untold: tuple[Line, ...]
    readers: int
    error: str


@dataclass(frozen=True)
class EventRow:
    """An event in the list; `draft` is the id of the draft of its changes, where there is one."""

    slug: str
    title: str
    when: str
    state: str
    draft: str


@dataclass(frozen=True)
class OverviewPage:
    """All that `office/editor_events.html` shows."""

    events: tuple[EventRow, ...]
    drafts: tuple[DraftHead, ...]
    may_begin: bool


def editable(session: Session) -> list[catalogs.Catalog]:
    """The events that who is signed in may edit, the soonest first."""
    known = [catalogs.load(session, slug) for slug in catalogs.slugs(session)]
    return [one for one in known if allowed(one.id, "edit_events")]


def overview_page(session: Session, now: datetime, *, may_begin: bool) -> OverviewPage:
    """Events and drafts of new ones; raises Refused("forbidden") for who may edit none of them."""
    mine, all_drafts = editable(session), drafts.all_of(session)
    if not mine and not may_begin:
        raise Refused("forbidden", 403)
    of_event = {draft.event_id: draft.id for draft in all_drafts if draft.event_id is not None}
    return OverviewPage(
        events=tuple(_event_row(catalog, of_event.get(catalog.id, ""), now) for catalog in mine),
        drafts=tuple(head(session, draft) for draft in all_drafts if draft.event_id is None) if may_begin else (),
        may_begin=may_begin,
    )


def draft_page(session: Session, draft: Draft) -> DraftPage:
    """The draft as a whole."""
    made = changes(draft.base, draft.document) if draft.base is not None else []
    zone = zone_of(draft)
    return DraftPage(
        head=head(session, draft),
        sections=tuple(
            SectionLink(one.name, one.title, one.about, sum(one.has(change.place) for change in made))
            for one in SECTIONS
        ),
        lines=lines(made, zone),
        elsewhere=lines(moved_on(session, draft), zone),
        missing=tuple(_missing(draft)),
        starts_at=f"{draft.file.event.starts_at.astimezone(zone):%Y-%m-%dT%H:%M}",
        done=next((str(one.title) for one in SECTIONS if one.name == request.args.get("done")), ""),
    )


def section_page(session: Session, draft: Draft, section: Section, shown: Shown) -> SectionPage:
    """One page of the draft, with what was typed or what stands in it."""
    document = shown.shown or draft.document
    new = draft.event_id is None
    sheet = editor_form.sheet(document, shown.values, shown.answer, shown.others, new=new)
    nodes = sheet.nodes(section)
    return SectionPage(
        head=head(session, draft),
        version=draft.version if shown.version is None else shown.version,
        section=section,
        sections=SECTIONS,
        nodes=nodes,
        faults=tuple(_faults(nodes, "")),
        elsewhere=shown.answer.elsewhere,
        others=lines(shown.others, zone_of(draft)),
    )


def publish_page(session: Session, draft: Draft, trial: Trial, error: str) -> PublishPage:
    """What publishing would do."""
    zone = zone_of(draft)
    refused = unfinished(draft) or trial.refused
    return PublishPage(
        head=head(session, draft),
        lines=lines(changes(draft.base, draft.document) if draft.base is not None else [], zone),
        elsewhere=lines(moved_on(session, draft), zone),
        refused=refused.text() if refused else "",
        untold=tuple(Line(one.label, one.before, one.now, "") for one in trial.untold),
        readers=trial.readers,
        error=error,
    )


def head(session: Session, draft: Draft) -> DraftHead:
    """The draft in a few words."""
    file, zone = draft.file, zone_of(draft)
    live = catalogs.load_by_id(session, draft.event_id).slug if draft.event_id is not None else ""
    start, end = file.event.starts_at, file.event.ends_at
    return DraftHead(
        id=draft.id,
        title=pick(draft.document["event"]["title"]),
        when=f"{i18n.date(start, zone)} {i18n.span(start, end, zone)}",
        slug=file.event.slug,
        live=live,
        version=draft.version,
        changed=_("%(who)s, %(when)s", who=_who(session, draft.actor), when=i18n.date_time(draft.at, zone)),
        rehearsal=bool(draft.shifted),
    )


def _missing(draft: Draft) -> Iterable[tuple[str, str]]:
    for place in unwritten(draft.document):
        there = section_at(place)
        yield there.name if there else "", place_words(place)


def _faults(nodes: Iterable[Node], above: str) -> Iterable[tuple[str, str]]:
    for node in nodes:
        named = f"{above} › {node.label}" if above else node.label
        if node.error:
            yield node.name, named
        yield from _faults(node.parts, named)


def _event_row(catalog: catalogs.Catalog, draft: str, now: datetime) -> EventRow:
    if catalog.canceled_at is not None:
        state = _("called off")
    else:
        state = _("over") if now >= catalog.ends_at else _("published")
    hours = i18n.span(catalog.starts_at, catalog.ends_at, catalog.zone)
    when = f"{i18n.date(catalog.starts_at, catalog.zone)} {hours}"
    return EventRow(catalog.slug, pick(catalog.title), when, state, draft)


def _who(session: Session, actor: str) -> str:
    kind, __, person_id = actor.partition(":")
    found = session.get(Person, person_id) if kind == "person" else None
    return found.email if found else actor


def zone_of(draft: Draft) -> ZoneInfo:
    """The zone that the times of this draft are told in."""
    return ZoneInfo(draft.document["event"]["timezone"])
