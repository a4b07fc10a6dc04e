"""The whole of one scan: read, decide, write, and start again when the world moved in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core.batch import Unmet
from ticketing.core.db import looking
from ticketing.core.errors import Refused
from ticketing.door import scan, unusual
from ticketing.door.asked import Asked, read
from ticketing.door.models import Station
from ticketing.door.rules import Facts, Window, decide
from ticketing.events.catalog import Catalog, cached, known
from ticketing.tickets.issue import former

TRIES = 8


@dataclass(frozen=True)
class Verdict:
    """The answer to a scan. `row` holds the facts that it was judged on; `reserved` places are with other tablets."""

    reason: str | None
    people: int
    row: Any
    catalog: Catalog
    reserved: int = 0


def check_in(token_hash: str, asked: Asked, now: datetime) -> Verdict:
    """Judge and record one scan. The same scan id answers the same.

    Raises Refused("device_revoked", 401), Refused("scan_id_reused") and, after many tries, Refused("busy", 503).
    """
    for _ in range(TRIES):
        try:
            with looking() as connection:
                row = read(connection, token_hash, asked)
                catalog = known(row.event_id, row.revision) or cached(Session(connection), row.event_id, row.revision)
            if row.prior_decision is not None:
                return _same_answer(row, asked, catalog)
            reason = _judge(row, asked, catalog, now)
            if _is_usual(row, asked, reason):
                people = scan.write(row, asked, reason, now)
            else:
                reason, people = unusual.write(row, asked, now)
            return Verdict(reason, people, row, catalog, _reserved(row, reason))
        except (Unmet, IntegrityError):
            continue  # another gate was first, or this very scan arrived twice at once: judge again on what is so now
    raise Refused("busy", 503)


def _is_usual(row: Any, asked: Asked, reason: str | None) -> bool:
    if asked.kind == "exit":
        return reason is not None or row.open_scan_id is not None
    return asked.override is None or reason in ("malformed", "room_full")


def _reserved(row: Any, reason: str | None) -> int:
    """In a full room, the places that other tablets keep."""
    if reason != "room_full" or not row.reserved:
        return 0
    with looking() as connection:
        own = connection.execute(select(Station.permits).where(Station.device_id == row.device_id)).scalar()
    return max(0, int(row.reserved) - (own or 0))


def _same_answer(row: Any, asked: Asked, catalog: Catalog) -> Verdict:
    before = (row.prior_device_id, row.prior_code_hash, row.prior_kind)
    if before != (row.device_id, asked.code_hash[:32], asked.kind):
        raise Refused("scan_id_reused")
    reserved = _reserved(row, row.prior_reason)
    return Verdict(row.prior_reason, row.inside + row.untracked, row, catalog, reserved)


def _judge(row: Any, asked: Asked, catalog: Catalog, now: datetime) -> str | None:
    if not asked.code_hash:
        return "malformed"
    if row.ticket_id is None:
        return "revoked" if _was_reissued(row, asked) else "unknown"
    if row.ticket_event_id != row.event_id:
        return "other_event"
    tier = catalog.tier_by_id(row.tier_id)
    here = row.present_room_id == row.room_id
    return decide(
        Facts(
            kind=asked.kind,
            revoked=row.ticket_state != "valid",
            admits=frozenset(tier.admits),
            reentry=tier.reentry,
            inside=bool(row.present) and (here or asked.kind == "entry"),
            entries=row.entries or 0,
            people=row.inside + row.untracked + row.reserved,
            capacity=row.capacity,
            windows=windows(catalog, row.room_id),
            now=now,
        )
    )


def _was_reissued(row: Any, asked: Asked) -> bool:
    with looking() as connection:
        return former(Session(connection), row.event_id, asked.code_hash) is not None


def windows(catalog: Catalog, room_id: int) -> tuple[Window, ...]:
    """The programs of one room, as the rule reads them."""
    return tuple(
        Window(program.code, program.doors_open_at, program.ends_at, program.last_entry_at)
        for program in catalog.programs
        if program.room.id == room_id
    )


def told(verdict: Verdict, asked: Asked) -> dict[str, Any]:
    """The verdict as the tablet reads it. A name only where the event allows names at the door."""
    row, catalog = verdict.row, verdict.catalog
    ticket = None
    if row.ticket_id is not None and row.ticket_event_id == row.event_id:
        tier = catalog.tier_by_id(row.tier_id)
        name = row.attendee if catalog.policy.get("door_names") else None
        ticket = {"tier": tier.code, "tier_name": tier.name, "sign": tier.sign, "attendee": name}
    came_before = row.first_scan_id is not None and row.first_scan_id != asked.id and ticket is not None
    return {
        "id": asked.id,
        "decision": "admit" if verdict.reason is None else "refuse",
        "reason": verdict.reason,
        "ticket": ticket,
        "first_entry": _entry(row, "first") if came_before else None,
        "last_entry": _entry(row, "last") if came_before and row.present else None,
        "reentry": came_before and verdict.reason is None and asked.kind == "entry",
        "inside": verdict.people,
        "capacity": row.capacity,
        **({"reserved": verdict.reserved} if verdict.reason == "room_full" else {}),
    }


def _entry(row: Any, which: str) -> dict[str, Any]:
    at: datetime = getattr(row, f"{which}_at")
    gate, device = getattr(row, f"{which}_gate"), getattr(row, f"{which}_device")
    return {"at": at.isoformat(), "gate": gate, "device": device}
