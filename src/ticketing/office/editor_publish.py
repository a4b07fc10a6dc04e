"""The end of a draft: looked at as buyers would see it, published or given up; and moved in time as a whole."""

from __future__ import annotations

from collections import deque

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from ticketing.core import audit, clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.events import drafts
from ticketing.events.drafts import Draft
from ticketing.events.file_plain import plain
from ticketing.events.shift import shift
from ticketing.office import editor_pages
from ticketing.office.access import actor
from ticketing.office.draft_publish import catch_up, publish_draft, try_out
from ticketing.office.editor_views import Answered, instant, opened
from ticketing.office.publish import tell
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_editor_publish", __name__, url_prefix="/office/drafts/<draft_id>")
ANSWERS = {"yes": True, "no": False}


@bp.get("/preview")
@signed_in_only
def preview(draft_id: str) -> Answered:
    """The event page as it would be, for who may edit it."""
    now, found = clock.now(), _opened(draft_id)
    trial = try_out(found, now)
    if trial.catalog is None or trial.levels is None:
        return _publish_page(found, "")
    page: str = current_app.extensions["ticketing.preview"](trial.catalog, trial.levels, now)
    return page


@bp.get("/publish")
@signed_in_only
def confirm(draft_id: str) -> Answered:
    """What publishing would do, or why it cannot."""
    return _publish_page(_opened(draft_id), "")


@bp.post("/publish")
@signed_in_only
def publish(draft_id: str) -> Answered:
    """Publish the draft as it was shown. Fields: `version`; `notify` (`yes` or `no`) where holders would not know."""
    found, now = _opened(draft_id), clock.now()
    if request.form.get("version") != str(found.version):
        return _refused(found, Refused("draft_changed"))
    notify = ANSWERS.get(request.form.get("notify", ""))
    try:
        with writing() as session:
            catalog = publish_draft(session, found, notify=notify, now=now, actor=actor())
    except Refused as error:
        return _refused(_opened(draft_id), error)
    if notify:
        deque(tell(catalog, now, actor()), maxlen=0)
    return redirect(url_for("office_editor.overview", done=catalog.slug), 303)


@bp.post("/catch-up")
@signed_in_only
def take_in(draft_id: str) -> Answered:
    """Take in what was changed in the event itself; where the draft changed the same, the draft's is kept."""
    with writing() as session:
        catch_up(session, opened(session, draft_id), clock.now(), actor())
    return redirect(url_for("office_editor.draft", draft_id=draft_id), 303)


@bp.post("/move")
@signed_in_only
def move(draft_id: str) -> Answered:
    """Move every time of the draft so that the event begins at `starts_at`."""
    now = clock.now()
    with writing() as session:
        found = opened(session, draft_id)
        file = found.file
        at = instant(request.form.get("starts_at", "")[:40], editor_pages.zone_of(found))
        drafts.save(session, found, plain(shift(file, at)), now, actor())
        before, after = file.event.starts_at.isoformat(), at.isoformat()
        audit.record(
            session, now, actor(), "draft.moved", f"draft:{found.id}", event=found.event_id, before=before, after=after
        )
    return redirect(url_for("office_editor.draft", draft_id=draft_id), 303)


@bp.post("/discard")
@signed_in_only
def discard(draft_id: str) -> Answered:
    """Give the draft up, at the `version` that was looked at. The event stays as it is."""
    now = clock.now()
    with writing() as session:
        found = opened(session, draft_id)
        if request.form.get("version") != str(found.version):
            raise Refused("draft_changed")
        drafts.end(session, found)
        slug = found.file.event.slug
        audit.record(session, now, actor(), "draft.discarded", f"draft:{found.id}", event=found.event_id, slug=slug)
    return redirect(url_for("office_editor.overview"), 303)


def _opened(draft_id: str) -> Draft:
    with reading() as session:
        return opened(session, draft_id)


def _refused(found: Draft, error: Refused) -> Answered:
    return _publish_page(found, error.text()), error.status


def _publish_page(found: Draft, error: str) -> str:
    trial = try_out(found, clock.now())
    with reading() as session:
        page = editor_pages.publish_page(session, found, trial, error)
    return render_template("office/editor_publish.html", page=page)
