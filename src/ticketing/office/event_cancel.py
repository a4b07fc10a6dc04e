"""Calling the whole event off: the owner types its address, then the worker does it while the page tells how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock, i18n
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.slits import Meter, meter
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.office.access import actor, asked_event
from ticketing.office.order_rows import moment
from ticketing.payments import calling_off
from ticketing.reports.call_off import CallOff, call_off
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_event", __name__, url_prefix="/office/event")


@dataclass(frozen=True)
class CancelPage:
    """All that `office/event_cancel.html` shows. `figures` and `meter` are kept up to date while the worker works."""

    event: Heading
    zone: str
    called_off: str
    figures: dict[str, str]
    meter: Meter
    error: str
    typed: str


@bp.get("/cancel")
@signed_in_only
def cancel() -> str:
    """What calling off will do, or how far it has come."""
    return _page()


@bp.post("/cancel")
@signed_in_only
def call_it_off() -> str | BaseResponse | tuple[str, int]:
    """Call the event off, when its address was typed. There is no way back; a second time changes nothing."""
    typed = request.form.get("slug", "")
    with writing() as session:
        catalog = asked_event(session, "call_off")
        right = typed.strip() == catalog.slug
        if right:
            calling_off.call_off(session, catalog.id, actor(), clock.now())
    if not right:
        return _page(Refused("slug_differs", 400, slug=catalog.slug).text(), typed[:100]), 400
    return redirect(url_for("office_event.cancel", event=catalog.slug), 303)


@bp.get("/cancel.json")
@signed_in_only
def progress_json() -> Response | BaseResponse:
    """The same figures for the open page; 304 while nothing changes."""
    with reading() as session:
        catalog = asked_event(session, "call_off")
        facts = call_off(session, catalog)
    response = jsonify(figures=_figures(facts), paths=_paths(_meter(facts)))
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def _page(error: str = "", typed: str = "") -> str:
    with reading() as session:
        catalog = asked_event(session, "call_off")
        facts = call_off(session, catalog)
    return render_template("office/event_cancel.html", page=_shown(catalog, facts, error, typed))


def _shown(catalog: Catalog, facts: CallOff, error: str, typed: str) -> CancelPage:
    at = facts.called_off_at
    return CancelPage(
        event=heading(catalog),
        zone=str(catalog.zone),
        called_off=moment(at, catalog.zone) if at else "",
        figures=_figures(facts),
        meter=_meter(facts),
        error=error,
        typed=typed,
    )


def _figures(facts: CallOff) -> dict[str, str]:
    names = ("done", "left", "paid", "waiting", "sent", "back", "failed")
    said = _("Every order is done.") if facts.left == 0 else _("The worker goes on by itself. You may close this page.")
    return {**{name: str(getattr(facts, name)) for name in names}, "money": i18n.money(facts.money), "said": said}


def _meter(facts: CallOff) -> Meter:
    return meter(facts.done, 0, max(1, facts.done + facts.left))


def _paths(drawn: Meter) -> dict[str, Any]:
    return {"done-taken": drawn.taken, "done-held": drawn.held, "done-free": drawn.free}
