"""The list that a tablet takes with it: tickets, the rule, what it may do alone."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.audit import AuditEntry
from ticketing.core.i18n import LANGUAGES
from ticketing.door import permits, records, supervisors
from ticketing.door.levels import locked
from ticketing.door.models import Station
from ticketing.events.catalog import Catalog
from ticketing.events.models import Gate, Room
from ticketing.events.titles import short_title
from ticketing.staff.models import Device

WORTH_PACKING = 1024
HOME = "device.home"


@dataclass(frozen=True)
class Asker:
    """The tablet that asks, its place, and when."""

    device: Device
    gate: Gate
    room: Room
    now: datetime


def version(now: datetime) -> int:
    """The number of a list that was asked for now: milliseconds since 1970."""
    return int(now.timestamp() * 1000)


def since(list_version: int) -> datetime:
    """The moment that a list's number stands for; the future is as good as now."""
    return datetime.fromtimestamp(min(list_version, 2**42) / 1000, UTC)


def facts(session: Session, catalog: Catalog, asker: Asker) -> dict[str, Any]:
    """All but the tickets. Nobody else changes a room's counter while this looks who is at home where."""
    gate, room = asker.gate, asker.room
    title = {lang: short_title(catalog, lang) for lang in LANGUAGES}
    names = ("code", "name", "sign", "admits", "reentry")
    return {
        "event": {
            "slug": catalog.slug,
            "title": title,
            "rehearsal": catalog.rehearsal,
            "timezone": catalog.zone.key,
        },
        "room": {"code": room.code, "name": room.name, "capacity": room.capacity},
        "gate": {"code": gate.code, "name": gate.name},
        "programs": [
            {name: getattr(one, name) for name in ("code", "title", "doors_open_at", "last_entry_at", "ends_at")}
            for one in catalog.programs
            if one.room.id == room.id
        ],
        "tiers": [{name: getattr(tier, name) for name in names} for tier in catalog.tiers],
        "policy": {
            "offline": catalog.policy.get("offline", "lenient"),
            "door_names": bool(catalog.policy.get("door_names")),
            "home": _home(session, catalog, asker),
        },
        "supervisors": [
            {"name": one.name, "salt": one.salt, "hash": one.pin_hash, "rounds": one.rounds}
            for one in supervisors.of_event(session, catalog.id)
        ],
        "revision": catalog.revision,
    }


def _home(session: Session, catalog: Catalog, asker: Asker) -> dict[str, int | None]:
    """How many doors share the tickets, and which of them is this tablet's.

    One tablet of each gate is at home there, for as long as it may ask at all: it may be cut off and not know more.
    """
    gate = asker.gate
    doors = [one.id for one in catalog.gates if one.room.id == gate.room_id]
    mine = None
    if catalog.policy.get("offline") == "strict" and gate.id in doors:
        locked(session, gate.room_id)
        mine = doors.index(gate.id) if _lives_here(session, asker) else None
    return {"doors": max(1, len(doors)), "mine": mine}


def _lives_here(session: Session, asker: Asker) -> bool:
    subject, device = f"gate:{asker.gate.id}", asker.device
    claims = select(AuditEntry.actor).where(AuditEntry.subject == subject, AuditEntry.action == HOME)
    last = session.execute(claims.order_by(AuditEntry.id.desc()).limit(1)).scalar_one_or_none()
    owner = session.get(Device, last.partition(":")[2]) if last else None
    if owner is not None and not (owner.revoked_at and _is_written_off(session, owner.id)):
        return owner.id == device.id
    audit.record(session, asker.now, f"device:{device.id}", HOME, subject)
    return True


def _is_written_off(session: Session, device_id: str) -> bool:
    station = session.get(Station, device_id)
    return station is None or station.written_off_at is not None


def counters(session: Session, station: Station) -> dict[str, int]:
    """What the tablet holds as far as we know, and the numbers of the last grant and of the last return."""
    returned = permits.last_return(session, station.device_id)
    return {"permits": station.permits, "returned": returned, "granted": station.granted}


def encode(session: Session, catalog: Catalog, told: dict[str, Any], now: datetime, known: int) -> tuple[bytes, str]:
    """The answer and its ETag, which changes with everything but the list's own number."""
    tickets = records.of_event(session, catalog, since(known) if known else None)
    rest = msgspec.json.encode({**told, "tickets": tickets})
    tag = hashlib.blake2b(rest, digest_size=16).hexdigest()
    return b'{"list_version":%d,' % version(now) + rest[1:], tag


def packed(body: bytes) -> bytes | None:
    """The body with gzip, where that is worth it."""
    return gzip.compress(body, 5, mtime=0) if len(body) >= WORTH_PACKING else None
