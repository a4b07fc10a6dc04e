"""What people decide about the door: a room's limit, that it is empty, a tablet's end, who may overrule."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.ids import new_id
from ticketing.door import permits, room, stations, supervisors
from ticketing.events.catalog import Catalog
from ticketing.events.heading import heading
from ticketing.office.access import actor, asked_event
from ticketing.office.door_pages import door_page, tablet_rows
from ticketing.office.door_rooms import RoomNow, rooms_now
from ticketing.staff import devices
from ticketing.staff.views import signed_in_only

MOST_DIGITS = 7

bp = Blueprint("office_door_actions", __name__, url_prefix="/office/door")


@dataclass(frozen=True)
class Confirm:
    """What is about to happen, line by line, and the form that makes it happen."""

    action: str
    lines: tuple[str, ...]
    button: str
    form: tuple[tuple[str, str], ...]


@bp.post("/limit")
@signed_in_only
def limit() -> tuple[str, int] | BaseResponse:
    """Change a room's limit: says what it means, then does it with `confirm=yes`."""
    text = request.form.get("capacity", "").strip()
    wished = int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0
    if wished and request.form.get("confirm") != "yes":
        with reading() as session:
            now_room = _room(session, asked_event(session, "manage_door"))
        return _page("manage_door", confirm=_limit_asked(now_room, wished))
    try:
        with writing() as session:
            catalog = asked_event(session, "manage_door")
            room.set_limit(session, catalog.id, _room(session, catalog).id, wished, clock.now(), actor())
    except Refused as error:
        return _page("manage_door", error=error)
    return _back(catalog, "limit")


@bp.post("/empty")
@signed_in_only
def empty() -> tuple[str, int] | BaseResponse:
    """The room is empty: says what it means, then does it with `confirm=yes`, once for each `mark`."""
    if request.form.get("confirm") != "yes":
        with reading() as session:
            catalog = asked_event(session, "run_door")
            views = stations.of_event(session, catalog.id, clock.now())
            away = sum(one.stays_held for one in views if not one.online)
            confirm = _empty_asked(_room(session, catalog), away)
        return _page("run_door", confirm=confirm)
    with writing() as session:
        catalog = asked_event(session, "run_door")
        room.empty(session, _room(session, catalog).id, _mark(), clock.now(), actor())
    return _back(catalog, "emptied")


@bp.post("/tablets/<device_id>/revoke")
@signed_in_only
def revoke(device_id: str) -> BaseResponse:
    """Take a tablet's rights away at once. What it holds stays with it."""
    with writing() as session:
        catalog = asked_event(session, "run_door")
        _tablet_of(session, catalog, device_id)
        devices.revoke(session, device_id, clock.now(), actor())
    return redirect(url_for("office_door.tablet", device_id=device_id, event=catalog.slug, done="off"), 303)


@bp.post("/tablets/<device_id>/write-off")
@signed_in_only
def write_off(device_id: str) -> tuple[str, int] | BaseResponse:
    """Give up a tablet for good: only with it in hand, or with the room counted (`sure`)."""
    sure = request.form.get("sure") in {"in_hand", "counted"}
    with writing() as session:
        catalog = asked_event(session, "run_door")
        _tablet_of(session, catalog, device_id)
        if sure:
            permits.write_off(session, device_id, clock.now(), actor())
    if sure:
        return redirect(url_for("office_door.tablet", device_id=device_id, event=catalog.slug, done="written_off"), 303)
    error = Refused("not_sure", 400)
    with reading() as session:
        row = next(one for one in tablet_rows(session, catalog, clock.now()) if one.id == device_id)
    page = {"event": heading(catalog), "tablet": row, "done": "", "error": error.text()}
    return render_template("office/door_tablet.html", **page), error.status


@bp.post("/supervisors")
@signed_in_only
def add_supervisor() -> tuple[str, int] | BaseResponse:
    """Let somebody overrule the door with a PIN."""
    name, pin = request.form.get("name", ""), request.form.get("pin", "")
    try:
        with writing() as session:
            catalog = asked_event(session, "manage_door")
            supervisors.add(session, catalog.id, name, pin, clock.now(), actor())
    except Refused as error:
        return _page("manage_door", error=error)
    return _back(catalog, "supervisor")


@bp.post("/supervisors/<int:supervisor_id>/end")
@signed_in_only
def end_supervisor(supervisor_id: int) -> BaseResponse:
    """Take that right away."""
    with writing() as session:
        catalog = asked_event(session, "manage_door")
        if supervisor_id not in {one.id for one in supervisors.of_event(session, catalog.id)}:
            raise Refused("not_found", 404)
        supervisors.end(session, supervisor_id, clock.now(), actor())
    return _back(catalog, "ended")


def _page(permission: str, confirm: Confirm | None = None, error: Refused | None = None) -> tuple[str, int]:
    """The page of the door, with a question or with what could not be done; what was typed stays."""
    with reading() as session:
        page = door_page(session, asked_event(session, permission), clock.now())
    text = error.text() if error else ""
    shown = {"page": page, "done": "", "confirm": confirm, "error": text, "typed": request.form}
    return render_template("office/door.html", **shown), error.status if error else 200


def _back(catalog: Catalog, done: str) -> BaseResponse:
    return redirect(url_for("office_door.overview", event=catalog.slug, done=done), 303)


def _room(session: Session, catalog: Catalog) -> RoomNow:
    """The room that the form names, which must be this event's."""
    asked = request.form.get("room", "")
    found = next((one for one in rooms_now(session, catalog) if str(one.id) == asked), None)
    if found is None:
        raise Refused("not_found", 404)
    return found


def _tablet_of(session: Session, catalog: Catalog, device_id: str) -> None:
    paper = devices.paper_ids(session, catalog.id)
    if device_id in paper or device_id not in {one.id for one in devices.of_event(session, catalog.id)}:
        raise Refused("not_found", 404)


def _mark() -> str:
    """The id of this emptying, made when the question was asked: a second tap on the button is the same one."""
    try:
        return str(uuid.UUID(request.form.get("mark", "")))
    except ValueError:
        raise Refused("bad_request", 400) from None


def _limit_asked(now: RoomNow, wished: int) -> Confirm:
    free = wished - now.people - now.reserved
    facts = {"people": now.people, "reserved": now.reserved}
    if free >= 0:
        then = _(
            "%(people)s are inside and tablets hold %(reserved)s places. %(free)s more places are free.",
            free=free,
            **facts,
        )
    elif now.people > wished:
        over = now.people - wished + 1  # at the limit itself there is no place either
        then = _(
            "%(people)s are inside: nobody else comes in until %(over)s have left. Nobody is sent out.",
            over=over,
            **facts,
        )
    else:
        then = _(
            "%(people)s are inside and tablets hold %(reserved)s places; tablets give back what is too much.", **facts
        )
    lines = (
        _("The limit of %(room)s goes from %(before)s to %(after)s.", room=now.name, before=now.capacity, after=wished),
        then,
        _("Tablets that are offline go on with the places they hold, and learn of it when they are back."),
        _("What is sold and what may be sold stays as it is: that is the event file's."),
    )
    form = (("room", str(now.id)), ("capacity", str(wished)))
    return Confirm("/office/door/limit", lines, _("Set the limit to %(after)s", after=wished), form)


def _empty_asked(now: RoomNow, away: int) -> Confirm:
    lines = [
        _("%(room)s counts %(people)s people. Afterwards it counts nobody.", room=now.name, people=now.people),
        _("Somebody has looked: the room really is empty, washrooms and stage too."),
        _("Every ticket counts as out. Whoever comes back in is scanned as coming in again."),
        _("Count staff and speakers in again with the tap key."),
    ]
    if away:
        text = _(
            "%(away)s people came in at tablets that are offline. They stay counted until these are back.", away=away
        )
        lines.insert(1, text)
    form = (("room", str(now.id)), ("mark", new_id()))
    return Confirm("/office/door/empty", tuple(lines), _("The room is empty"), form)
