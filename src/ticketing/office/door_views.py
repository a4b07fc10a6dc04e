"""The routes of the door in the office: what is seen. What is done stands in `door_actions`."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.events.heading import heading
from ticketing.office.access import asked_event
from ticketing.office.door_pages import door_page, figures_json, tablet_rows
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_door", __name__, url_prefix="/office/door")
DONE = ("limit", "emptied", "off", "written_off", "supervisor", "ended", "closed")


@bp.get("")
@signed_in_only
def overview() -> str:
    """Who is inside, what may still come in, how the tablets fare, who may overrule."""
    with reading() as session:
        page = door_page(session, asked_event(session, "run_door"), clock.now())
    return render_template("office/door.html", page=page, done=done(), confirm=None, error="")


@bp.get("/figures.json")
@signed_in_only
def figures() -> Response | BaseResponse:
    """The same for the page that keeps itself up to date; 304 while nothing changes."""
    with reading() as session:
        page = door_page(session, asked_event(session, "run_door"), clock.now())
        response = jsonify(figures_json(page))
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@bp.get("/tablets/<device_id>")
@signed_in_only
def tablet(device_id: str) -> str:
    """One tablet: all that it said of itself, and how to take it off or write it off."""
    with reading() as session:
        catalog = asked_event(session, "run_door")
        rows = tablet_rows(session, catalog, clock.now())
    row = next((row for row in rows if row.id == device_id), None)
    if row is None:
        raise Refused("not_found", 404)
    return render_template("office/door_tablet.html", event=heading(catalog), tablet=row, done=done(), error="")


def done() -> str:
    """What was just done, as the address says it."""
    asked = request.args.get("done", "")
    return asked if asked in DONE else ""
