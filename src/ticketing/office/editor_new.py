"""Beginning a new event with a few words; all the rest is filled in on the pages of its draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for

from ticketing.core import audit, clock
from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.events import drafts
from ticketing.events.catalog import load, slugs
from ticketing.office.access import actor, allowed_everywhere
from ticketing.office.editor_views import Answered
from ticketing.office.editor_words import label, place_words
from ticketing.office.event_outline import FIELDS, Unfit, outline
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_editor_new", __name__, url_prefix="/office/events/new")
LONGEST = 200


@dataclass(frozen=True)
class NewEventPage:
    """All that `office/editor_new.html` shows: what was typed and what is wrong with it, by field; `faults` are names
    and labels of the fields that are not right."""

    values: Mapping[str, str]
    errors: Mapping[str, str]
    faults: tuple[tuple[str, str], ...]


@bp.get("")
@signed_in_only
def form() -> str:
    """The form for a new event."""
    _check()
    return _page({}, {})


@bp.post("")
@signed_in_only
def begin() -> Answered:
    """Begin the draft of a new event. Fields: those of `event_outline.FIELDS`, named as in the event file."""
    _check()
    values = {name: request.form.get(name, "").strip()[:LONGEST] for name in FIELDS}
    now = clock.now()
    try:
        with writing() as session:
            known = [load(session, slug) for slug in slugs(session)]
            file = outline({name: [text] for name, text in values.items()}, known, now)
            draft_id = drafts.begin(session, file, now, actor())
            audit.record(session, now, actor(), "draft.begun", f"draft:{draft_id}", slug=file.event.slug)
    except Unfit as error:
        return _page(values, error.errors), 400
    except Refused as error:
        if error.code != "slug_taken":
            raise
        return _page(values, {"event.slug": error.text()}), error.status
    return redirect(url_for("office_editor.draft", draft_id=draft_id), 303)


def _check() -> None:
    """Raises Refused("forbidden") for who may not edit every event."""
    if not allowed_everywhere("edit_events"):
        raise Refused("forbidden", 403)


def _page(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    faults = tuple((name, place_words(tuple(part for part in name.split(".") if part != "0"))) for name in errors)
    return render_template("office/editor_new.html", page=NewEventPage(values, errors, faults), label=label)
