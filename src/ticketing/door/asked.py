"""What a scan is judged on: who asks, the ticket, where it stands, the room, by one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from ticketing.core.errors import Refused
from ticketing.door.models import Occupancy, Presence, Scan
from ticketing.events.models import Event, Gate, Room
from ticketing.staff.models import Device
from ticketing.tickets.models import Ticket

PREFIX = 32
FIRST_GATE, LAST_GATE = aliased(Gate), aliased(Gate)
FIRST_DEVICE, LAST_DEVICE = aliased(Device), aliased(Device)
COLUMNS: tuple[Any, ...] = (
    Device.id.label("device_id"),
    Device.revoked_at,
    Device.event_id,
    Device.gate_id,
    Gate.room_id,
    Gate.code.label("gate"),
    Room.capacity,
    Event.revision,
    Occupancy.inside.label("inside"),
    Occupancy.untracked,
    Occupancy.reserved,
    Ticket.id.label("ticket_id"),
    Ticket.event_id.label("ticket_event_id"),
    Ticket.tier_id,
    Ticket.state.label("ticket_state"),
    Ticket.attendee,
    Presence.inside.label("present"),
    Presence.entries,
    Presence.open_scan_id,
    Presence.room_id.label("present_room_id"),
    Presence.first_scan_id,
    Presence.first_at,
    FIRST_GATE.code.label("first_gate"),
    FIRST_DEVICE.name.label("first_device"),
    Presence.last_at,
    LAST_GATE.code.label("last_gate"),
    LAST_DEVICE.name.label("last_device"),
    Scan.decision.label("prior_decision"),
    Scan.reason.label("prior_reason"),
    Scan.device_id.label("prior_device_id"),
    Scan.code_hash.label("prior_code_hash"),
    Scan.kind.label("prior_kind"),
)


@dataclass(frozen=True)
class Asked:
    """A scan as the tablet sends it. `code_hash` is empty where the text was no ticket code, of 64 or 32 digits else.

    `override` is who overrules the door, and why.
    """

    id: str
    code_hash: str
    kind: str
    scanned_at: datetime
    override: tuple[str, str] | None = None


@cache
def read_statement(whole: bool = True) -> Any:
    """All facts of one scan by token, code and scan id; one row, or none for an unknown token.

    The code's hash is whole, or (of a code that the tablet knows from its list) its first half: then a range of the
    index finds it.
    """
    prefix: Any = bindparam("code_hash")
    first_half = (Ticket.code_hash >= prefix) & (Ticket.code_hash < prefix.concat("g"))
    return (
        select(*COLUMNS)
        .select_from(Device)
        .join(Gate, Gate.id == Device.gate_id)
        .join(Room, Room.id == Gate.room_id)
        .join(Event, Event.id == Device.event_id)
        .join(Occupancy, Occupancy.room_id == Room.id)
        .outerjoin(Ticket, Ticket.code_hash == prefix if whole else first_half)
        .outerjoin(Presence, Presence.ticket_id == Ticket.id)
        .outerjoin(FIRST_GATE, FIRST_GATE.id == Presence.first_gate_id)
        .outerjoin(FIRST_DEVICE, FIRST_DEVICE.id == Presence.first_device_id)
        .outerjoin(LAST_GATE, LAST_GATE.id == Presence.last_gate_id)
        .outerjoin(LAST_DEVICE, LAST_DEVICE.id == Presence.last_device_id)
        .outerjoin(Scan, Scan.id == bindparam("scan_id"))
        .where(Device.token_hash == bindparam("token_hash"))
    )


def read(connection: Connection, token_hash: str, asked: Asked) -> Any:
    """The facts; raises Refused("device_revoked", 401) for a tablet that may not ask."""
    values = {"token_hash": token_hash, "code_hash": asked.code_hash, "scan_id": asked.id}
    row = connection.execute(read_statement(len(asked.code_hash) != PREFIX), values).one_or_none()
    if row is None or row.revoked_at is not None:
        raise Refused("device_revoked", 401)
    return row
