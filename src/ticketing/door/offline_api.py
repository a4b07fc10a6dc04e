"""The calls of tablets that can work alone: the list, the exchange, conflicts, the empty room."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ticketing.core import clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.door import conflicts, manifest, occupancy, permits, room
from ticketing.door.api import counts
from ticketing.door.bodies import EMPTY, SYNC
from ticketing.door.callers import answer, body, plain, tablet, token_hash
from ticketing.door.sync import sync
from ticketing.events.catalog import load_by_id

bp = Blueprint("door_offline_api", __name__, url_prefix="/api/v1/door")


@bp.post("/sync")
def exchange() -> Response:
    """Take in what the tablet decided alone, and tell it the news."""
    return answer(sync(token_hash(), body(SYNC), clock.now()))


@bp.get("/manifest")
def list_of_tickets() -> Response:
    """The list to work without us, whole or what changed."""
    now, known = clock.now(), _since()
    with writing() as session:
        device, gate, hall = tablet(session, token_hash())
        catalog = load_by_id(session, device.event_id)
        station = permits.join(session, device, hall.id, now)
        permits.exchange(session, device, station, (), now)
        asker = manifest.Asker(device, gate, hall, now)
        told = manifest.facts(session, catalog, asker) | manifest.counters(session, station)
    with reading() as session:
        written, tag = manifest.encode(session, catalog, told, now, known)
    packed = manifest.packed(written) if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = Response(packed or written, mimetype="application/json")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding, Authorization"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(tag, weak=True)
    response.make_conditional(request)
    return response


def _since() -> int:
    text = request.args.get("since", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise Refused("bad_request", 400)
    return int(text)


@bp.post("/empty")
def empty() -> Response:
    """The room is empty, says a supervisor; the same id counts once."""
    asked, now = body(EMPTY), clock.now()
    with writing() as session:
        device, _, hall = tablet(session, token_hash())
        actor = f"device:{device.id} {plain(asked.supervisor)}"[:80]
        room.empty(session, hall.id, str(asked.id), now, actor)
        people = occupancy.people(session, hall.id)
    return answer(counts(people))


@bp.get("/conflicts")
def open_conflicts() -> Response:
    """What people of this event have to settle."""
    with reading() as session:
        device, _, _ = tablet(session, token_hash())
        found = conflicts.open_of(session, device.event_id)
    return answer({"conflicts": [_conflict(one) for one in found]})


def _conflict(one: conflicts.ConflictView) -> dict[str, object]:
    ticket = {"tier": one.tier, "order": one.order, "n": one.n} if one.order else None
    return {"id": one.id, "kind": one.kind, "opened_at": one.opened_at, "ticket": ticket, "scans": one.scans}
