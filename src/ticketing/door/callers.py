"""Who asks and what: the tablet behind a token, bodies decoded strictly, answers as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token
from ticketing.events.models import Gate, Room
from ticketing.staff.models import Device

T = TypeVar("T")
ENCODER = msgspec.json.Encoder()


def body(decoder: msgspec.json.Decoder[T]) -> T:
    """The body in the call's form; raises Refused("bad_request", 400)."""
    try:
        return decoder.decode(request.get_data())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("bad_request", 400) from error


def instant(at: datetime) -> datetime:
    """The tablet's time in UTC; one without an offset, or that UTC has no year for, is no time."""
    try:
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except OverflowError:
        pass
    raise Refused("bad_request", 400)


def plain(text: str) -> str:
    """What people typed, on one line and without what no database keeps."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def answer(value: Any, status: int = 200) -> Response:
    """The value as JSON."""
    return Response(ENCODER.encode(value), status, mimetype="application/json")


def token_hash() -> str:
    """The hash of the bearer token; raises Refused("device_revoked", 401) where there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused("device_revoked", 401)
    return hash_token(token.strip())


def tablet(session: Session, token: str) -> tuple[Device, Gate, Room]:
    """The tablet with this hashed token, its gate and room; raises Refused("device_revoked", 401)."""
    found = session.execute(
        select(Device, Gate, Room)
        .join(Gate, Gate.id == Device.gate_id)
        .join(Room, Room.id == Gate.room_id)
        .where(Device.token_hash == token, Device.revoked_at.is_(None))
    ).one_or_none()
    if found is None:
        raise Refused("device_revoked", 401)
    return found[0], found[1], found[2]
