"""The door in JSON: what tablets ask. Bodies are decoded strictly; every error is problem+json."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

import msgspec
from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core import clock, limits
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import LANGUAGES
from ticketing.core.ids import hash_token
from ticketing.door import occupancy
from ticketing.door.checkin import answer, check_in
from ticketing.door.occupancy import Tap
from ticketing.door.scan import Asked
from ticketing.events.catalog import load_by_id
from ticketing.events.models import Gate, Room
from ticketing.events.titles import short_title
from ticketing.staff import devices
from ticketing.staff.models import Device
from ticketing.tickets.code import MalformedCodeError, code_hash, parse

bp = Blueprint("door_api", __name__, url_prefix="/api/v1/door")
T = TypeVar("T")
ENCODER = msgspec.json.Encoder()
LONGEST_CODE = 400


class PairBody(msgspec.Struct, forbid_unknown_fields=True):
    """What a tablet sends to be paired."""

    code: str
    name: str


class ScanBody(msgspec.Struct):
    """What a tablet sends for a scan; later fields are ignored, so that a newer tablet works with this server."""

    id: uuid.UUID
    code: str
    kind: Literal["entry", "exit"]
    scanned_at: datetime


class CountBody(msgspec.Struct):
    """What a tablet sends for a tap."""

    id: uuid.UUID
    delta: Literal[1, -1]
    what: Literal["staff", "guest", "left"]


SCAN = msgspec.json.Decoder(ScanBody)
COUNT = msgspec.json.Decoder(CountBody)
PAIR = msgspec.json.Decoder(PairBody)


def _body(decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(request.get_data())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("bad_request", 400) from error


def _instant(at: datetime) -> datetime:
    """The tablet's time in UTC; one without an offset, or that UTC has no year for, is no time."""
    try:
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except OverflowError:
        pass
    raise Refused("bad_request", 400)


def _json(value: Any, status: int = 200) -> Response:
    return Response(ENCODER.encode(value), status, mimetype="application/json")


def _token_hash() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused("device_revoked", 401)
    return hash_token(token.strip())


def _device(session: Session) -> tuple[Device, Gate, Room]:
    found = session.execute(
        select(Device, Gate, Room)
        .join(Gate, Gate.id == Device.gate_id)
        .join(Room, Room.id == Gate.room_id)
        .where(Device.token_hash == _token_hash(), Device.revoked_at.is_(None))
    ).one_or_none()
    if found is None:
        raise Refused("device_revoked", 401)
    return found[0], found[1], found[2]


@bp.post("/pair")
def pair() -> Response:
    """Pair a tablet by a code that works once and for 15 minutes."""
    body = _body(PAIR)
    limits.hit("pairing", limits.client())
    now = clock.now()
    with writing() as session:
        paired = devices.pair(session, body.code, body.name, now)
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
    return _json(facts, 201)


@bp.post("/scan")
def scan() -> Response:
    """Judge one scan."""
    body = _body(SCAN)
    if len(body.code) > LONGEST_CODE:
        raise Refused("bad_request", 400)
    try:
        hashed = code_hash(parse(body.code))
    except MalformedCodeError:
        hashed = ""
    asked = Asked(str(body.id), hashed, body.kind, _instant(body.scanned_at))
    return _json(answer(check_in(_token_hash(), asked, clock.now()), asked))


@bp.get("/occupancy")
def people() -> Response:
    """Who is in this tablet's room."""
    with reading() as session:
        _, _, room = _device(session)
        now = occupancy.people(session, room.id)
        facts = {
            "room": room.code,
            "inside": now.inside,
            "capacity": now.capacity,
            "by_tier": occupancy.by_tier(session, room.id),
            "by_gate": occupancy.by_gate(session, room.id),
            "untracked": now.untracked,
        }
    return _json(facts)


@bp.post("/count")
def count() -> Response:
    """Count one person without a code."""
    body = _body(COUNT)
    asked = Tap(str(body.id), body.delta, body.what)
    try:
        decision, now = _tap(asked)
    except IntegrityError:
        decision, now = _tap(asked)  # the very same tap came twice at once: the other one is in the books now
    reason = None if decision == "admit" else "room_full"
    return _json({"id": asked.id, "decision": decision, "reason": reason, **_counts(now)})


def _tap(asked: Tap) -> tuple[str, occupancy.People]:
    with writing() as session:
        device, _, room = _device(session)
        decision = occupancy.tap(session, device, room.id, asked, clock.now())
        return decision, occupancy.people(session, room.id)


def _counts(now: occupancy.People) -> dict[str, int]:
    return {"inside": now.inside, "untracked": now.untracked, "capacity": now.capacity}
