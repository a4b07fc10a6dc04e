"""The door in JSON: pairing, scans that we judge, people without a code. Every error is problem+json."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.exc import IntegrityError

from ticketing.core import clock, limits
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import LANGUAGES
from ticketing.door import occupancy
from ticketing.door.asked import Asked
from ticketing.door.bodies import COUNT, PAIR, SCAN, ScanBody
from ticketing.door.callers import answer, body, instant, plain, tablet, token_hash
from ticketing.door.checkin import check_in, told
from ticketing.door.occupancy import Tap
from ticketing.events.catalog import load_by_id
from ticketing.events.models import Gate, Room
from ticketing.events.titles import short_title
from ticketing.staff import devices
from ticketing.tickets.code import MalformedCodeError, code_hash, parse

bp = Blueprint("door_api", __name__, url_prefix="/api/v1/door")


@bp.post("/pair")
def pair() -> Response:
    """Pair a tablet by a code that works once and for 15 minutes."""
    asked = body(PAIR)
    limits.hit("pairing", limits.client())
    now = clock.now()
    with writing() as session:
        paired = devices.pair(session, asked.code, plain(asked.name), now)
        gate = session.get_one(Gate, paired.gate_id)
        room = session.get_one(Room, gate.room_id)
        catalog = load_by_id(session, paired.event_id)
    facts = {
        "device": {"id": paired.device_id, "name": paired.name},
        "token": paired.token,
        "gate": gate.code,
        "gate_name": gate.name,
        "room": {"name": room.name, "capacity": room.capacity},
        "event": {
            "slug": catalog.slug,
            "title": {lang: short_title(catalog, lang) for lang in LANGUAGES},
            "rehearsal": catalog.rehearsal,
        },
        "epoch": paired.epoch,
    }
    return answer(facts, 201)


@bp.post("/scan")
def scan() -> Response:
    """Judge one scan."""
    sent = body(SCAN)
    by = sent.override
    override = (plain(by.supervisor), plain(by.reason)) if by else None
    asked = Asked(str(sent.id), _hash(sent), sent.kind, instant(sent.scanned_at), override)
    return answer(told(check_in(token_hash(), asked, clock.now()), asked))


def _hash(sent: ScanBody) -> str:
    if sent.code is None:
        if sent.code_hash is None:
            raise Refused("bad_request", 400)
        return sent.code_hash
    try:
        return code_hash(parse(sent.code))
    except MalformedCodeError:
        return ""


@bp.get("/occupancy")
def people() -> Response:
    """Who is in this tablet's room."""
    with reading() as session:
        _, _, room = tablet(session, token_hash())
        now = occupancy.people(session, room.id)
        facts = {
            "room": room.code,
            "inside": now.inside,
            "capacity": now.capacity,
            "by_tier": occupancy.by_tier(session, room.id),
            "by_gate": occupancy.by_gate(session, room.id),
            "untracked": now.untracked,
        }
    return answer(facts)


@bp.post("/count")
def count() -> Response:
    """Count one person without a code."""
    sent = body(COUNT)
    asked = Tap(str(sent.id), sent.delta, sent.what)
    try:
        decision, now = _tap(asked)
    except IntegrityError:
        decision, now = _tap(asked)  # the very same tap came twice at once: the other one is in the books now
    reason = None if decision == "admit" else "room_full"
    return answer({"id": asked.id, "decision": decision, "reason": reason, **counts(now)})


def _tap(asked: Tap) -> tuple[str, occupancy.People]:
    with writing() as session:
        device, _, room = tablet(session, token_hash())
        decision = occupancy.tap(session, device, room.id, asked, clock.now())
        return decision, occupancy.people(session, room.id)


def counts(now: occupancy.People) -> dict[str, int]:
    """Who is inside, as tablets read it."""
    return {"inside": now.inside, "untracked": now.untracked, "capacity": now.capacity}
