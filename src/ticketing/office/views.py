"""The organizer's routes: today's figures, the tablets."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import reading, snapshot, writing
from ticketing.core.errors import Refused
from ticketing.events.catalog import slugs
from ticketing.inventory import levels
from ticketing.office import board_page, device_pages, pages
from ticketing.office.access import actor, allowed_everywhere, asked_event, check, event_asked_for, may_here
from ticketing.office.act_lines import act_lines
from ticketing.reports import day, visits
from ticketing.staff import devices
from ticketing.staff.views import signed_in_only

bp = Blueprint("office", __name__, url_prefix="/office")
bp.add_app_template_global(may_here, "may_here")


@bp.get("")
@signed_in_only
def dashboard() -> str | BaseResponse:
    """Everything at a glance. Who works at the door or at a till only is sent there; a house without events begins
    with one."""
    now = clock.now()
    visits.write_down(now)
    with snapshot() as session:
        try:
            catalog = event_asked_for(session)
        except Refused:
            if slugs(session) or not allowed_everywhere("edit_events"):
                raise
            return redirect(url_for("office_editor.overview"), 303)
        if not may_here("see_office") and may_here("sell_at_door") and not may_here("run_door"):
            return redirect(url_for("boxoffice.screen", event=catalog.slug), 303)
        if not may_here("see_office") and may_here("run_door"):
            return redirect(url_for("office_door.overview", event=catalog.slug), 303)
        check(catalog.id, "see_office")
        present = levels.read(session, catalog.id)
        figures = day.figures(session, catalog, present)
        acts = act_lines(session, catalog, now)
        board = board_page.board_page(session, catalog, present, now)
    page = pages.dashboard(catalog, present, figures, now)
    return render_template("office/dashboard.html", page=page, acts=acts, board=board)


@bp.get("/figures.json")
@signed_in_only
def figures_json() -> Response | BaseResponse:
    """The same figures for the page that keeps itself up to date; 304 while nothing changes."""
    now = clock.now()
    visits.write_down(now)
    with snapshot() as session:
        catalog = asked_event(session, "see_office")
        present = levels.read(session, catalog.id)
        figures = day.figures(session, catalog, present)
        board = board_page.board_page(session, catalog, present, now)
    response = jsonify({**pages.figures_json(catalog, present, figures, now), **board_page.plain(board)})
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@bp.get("/devices")
@signed_in_only
def device_list() -> str:
    """The tablets of the event."""
    with reading() as session:
        catalog = asked_event(session, "pair_devices")
        known = devices.of_event(session, catalog.id)
    return render_template("office/devices.html", page=device_pages.devices_page(catalog, known, None))


@bp.post("/devices/codes")
@signed_in_only
def make_code() -> str:
    """A new pairing code for one gate, shown this once."""
    now = clock.now()
    with writing() as session:
        catalog = asked_event(session, "pair_devices")
        gate = next((gate for gate in catalog.gates if gate.code == request.form.get("gate")), None)
        if gate is None:
            raise Refused("not_found", 404)
        code, expires_at = devices.make_code(session, catalog.id, gate.id, now, actor())
        known = devices.of_event(session, catalog.id)
    new_code = device_pages.NewCode(code=code, gate=gate, expires_at=expires_at)
    return render_template("office/devices.html", page=device_pages.devices_page(catalog, known, new_code))


@bp.post("/devices/<device_id>/revoke")
@signed_in_only
def revoke(device_id: str) -> BaseResponse:
    """Take a tablet's rights away at once."""
    with writing() as session:
        catalog = asked_event(session, "pair_devices")
        if device_id not in {device.id for device in devices.of_event(session, catalog.id)}:
            raise Refused("not_found", 404)
        devices.revoke(session, device_id, clock.now(), actor())
    return redirect(url_for("office.device_list", event=catalog.slug), 303)
