"""The organizer's event editor: events and drafts, a draft begun as a copy or from an event, its pages one by one."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import audit, clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.events import catalog as catalogs
from ticketing.events import drafts
from ticketing.events.compare import Change, changes, merged
from ticketing.events.drafts import Document, Draft, New
from ticketing.events.export import file_of
from ticketing.events.file_rules import SLUG
from ticketing.office import editor_form, editor_pages, editor_rows
from ticketing.office.access import actor, asked_event, check, person
from ticketing.office.draft_publish import audit_facts
from ticketing.office.editor_sections import Section, section_of
from ticketing.office.editor_values import Values
from ticketing.staff.roles import may
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_editor", __name__, url_prefix="/office")
Answered = str | BaseResponse | tuple[str, int]


def opened(session: Session, draft_id: str) -> Draft:
    """The draft, for who may edit it; raises Refused("not_found"), Refused("forbidden")."""
    if not may_edit_all() and not editor_pages.editable(session):
        raise Refused("forbidden", 403)
    draft = drafts.load(session, draft_id)
    if draft.event_id is not None:
        check(draft.event_id, "edit_events")
    elif not may_edit_all():
        raise Refused("forbidden", 403)
    return draft


def may_edit_all() -> bool:
    """Whether who is signed in may edit every event, and so begin new ones."""
    return may(person().roles.get(None), "edit_events")


@bp.get("/events")
@signed_in_only
def overview() -> str:
    """All events and drafts that one may edit; with `?event=`, for who may edit that one."""
    if request.args.get("event"):
        with reading() as session:
            asked_event(session, "edit_events")
    return _overview({}, {})


@bp.post("/events/copy")
@signed_in_only
def copy() -> Answered:
    """Begin a new event as a copy of another one at another time. Fields: `from`, `slug`, `starts_at`."""
    if not may_edit_all():
        raise Refused("forbidden", 403)
    form = {name: request.form.get(name, "").strip()[:100] for name in ("from", "slug", "starts_at")}
    now = clock.now()
    try:
        with writing() as session:
            new = _new(session, form)
            draft_id = drafts.copy(session, new, now, actor())
            audit.record(session, now, actor(), "draft.begun", f"draft:{draft_id}", slug=new.slug, like=form["from"])
    except Refused as error:
        field = "starts_at" if error.code == "start_unreadable" else "slug"
        return _overview(form, {field: error.text()}), error.status
    return redirect(url_for("office_editor.draft", draft_id=draft_id), 303)


@bp.post("/events/<slug>/edit")
@signed_in_only
def edit(slug: str) -> BaseResponse:
    """Open the draft of an event's changes."""
    now = clock.now()
    with writing() as session:
        catalog = catalogs.load(session, slug)
        check(catalog.id, "edit_events")
        draft_id = drafts.open_for(session, catalog, now, actor())
    return redirect(url_for("office_editor.draft", draft_id=draft_id), 303)


@bp.get("/drafts/<draft_id>")
@signed_in_only
def draft(draft_id: str) -> str:
    """The draft: its pages, and what is different from the event as it is."""
    with reading() as session:
        found = opened(session, draft_id)
        page = editor_pages.draft_page(session, found)
    return render_template("office/editor_draft.html", page=page)


@bp.get("/drafts/<draft_id>/<name>")
@signed_in_only
def section(draft_id: str, name: str) -> str:
    """One page of the draft."""
    with reading() as session:
        found = opened(session, draft_id)
    part, filled = _section(name), editor_form.values_of(found.document)
    return _form(found, part, editor_rows.Shown(filled, editor_form.Answer(found.document)))


@bp.post("/drafts/<draft_id>/<name>")
@signed_in_only
def save(draft_id: str, name: str) -> Answered:
    """Save one page. Fields: `version` (of the draft that the page shows), those of the page; `add` only adds a row."""
    values = {key: [text[:20_000] for text in texts] for key, texts in request.form.lists()}
    with reading() as session:
        opened(session, draft_id)
    part = _section(name)
    if request.form.get("add"):
        with reading() as session:
            found = opened(session, draft_id)
        more, began = editor_rows.with_row(values, request.form["add"]), _version(found)
        return _form(found, part, editor_rows.Shown(more, editor_form.Answer(None), version=began))
    try:
        return _try_to_save(draft_id, part, values)
    except Refused as error:
        if error.code != "draft_changed":
            raise
        return _try_to_save(draft_id, part, values)  # looked at anew, it tells what the other one changed


def _try_to_save(draft_id: str, part: Section, values: Values) -> Answered:
    with reading() as session:
        found = opened(session, draft_id)
        began = _version(found)
        seen = drafts.document_at(session, found.id, began)
    answer = editor_form.read(seen, part, values)
    if answer.document is None:
        return _form(found, part, editor_rows.Shown(values, answer, version=began)), 400
    both, _ = merged(seen, answer.document, found.document)
    others = [one for one in changes(seen, found.document) if part.has(one.place)]
    if others:
        return _form(found, part, _with_others(both, others)), 409
    again = editor_form.read(both, part, editor_form.values_of(both))
    if again.document is None:
        return _form(found, part, editor_rows.Shown(values, again, version=began)), 400
    _save(found, both, clock.now())
    return redirect(url_for("office_editor.draft", draft_id=draft_id, done=part.name), 303)


def _with_others(both: Document, others: list[Change]) -> editor_rows.Shown:
    """The page with what both changed, told at the fields: only sent again it is saved."""
    filled = editor_form.values_of(both)
    return editor_rows.Shown(filled, editor_form.Answer(both), tuple(others), shown=both)


def _save(found: Draft, document: Document, now: datetime) -> None:
    made = changes(found.document, document)
    if not made:
        return
    with writing() as session:
        drafts.save(session, found, document, now, actor())
        facts = audit_facts(made)
        audit.record(session, now, actor(), "draft.changed", f"draft:{found.id}", event=found.event_id, changes=facts)


def _version(found: Draft) -> int:
    """The version of the draft that the page shows which is sent now."""
    text = request.form.get("version", "")
    return min(int(text), found.version) if text.isdecimal() and len(text) < 9 else found.version


def _section(name: str) -> Section:
    part = section_of(name)
    if part is None:
        raise Refused("not_found", 404)
    return part


def _form(found: Draft, part: Section, shown: editor_rows.Shown) -> str:
    with reading() as session:
        page = editor_pages.section_page(session, found, part, shown)
    return render_template("office/editor_section.html", page=page)


def _overview(form: dict[str, str], errors: dict[str, str]) -> str:
    with reading() as session:
        page = editor_pages.overview_page(session, clock.now(), may_begin=may_edit_all())
    return render_template("office/editor_events.html", page=page, form=form, errors=errors)


def _new(session: Session, form: dict[str, str]) -> New:
    catalog = catalogs.load(session, form["from"])
    if not SLUG.accepts(form["slug"]):
        raise Refused("slug_unreadable", 400)
    return New(file_of(catalog), catalog.shifted, form["slug"], instant(form["starts_at"], catalog.zone))


def instant(text: str, zone: ZoneInfo) -> datetime:
    """What a field for a time says; raises Refused("start_unreadable")."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("start_unreadable", 400) from error
    if at.year not in range(2000, 2200):
        raise Refused("start_unreadable", 400)
    return at if at.tzinfo else at.replace(tzinfo=zone)
