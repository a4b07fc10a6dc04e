"""What tablets get, in form. Only the description is made from it: the door writes its answers by itself, because they
must be quick, and a test holds both together."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ticketing.api.answers import Decision, Texts, Whole


class DoorDevice(Struct):
    """The tablet."""

    id: str
    name: str


class DoorEvent(Struct):
    """The event; `timezone` is told with the list only."""

    slug: str
    title: Texts
    rehearsal: bool
    timezone: str | None = None


class DoorRoom(Struct):
    """The room behind the gate; `code` is told with the list only."""

    name: Texts
    capacity: Whole
    code: str | None = None


class Paired(Struct):
    """The tablet is paired; the token is told this once."""

    device: DoorDevice
    token: str
    gate: str
    gate_name: Texts
    event: DoorEvent
    room: DoorRoom
    epoch: Whole


class DoorTicket(Struct):
    """The ticket that was scanned; a name only where the event allows names at the door."""

    tier: str
    tier_name: Texts
    sign: Whole
    attendee: str | None


class Came(Struct):
    """When and where a ticket was let in."""

    at: datetime
    gate: str
    device: str


class Judged(Struct):
    """The verdict on one scan. `reserved` is told with `room_full` only."""

    id: str
    decision: Decision
    reason: str | None
    ticket: DoorTicket | None
    first_entry: Came | None
    last_entry: Came | None
    reentry: bool
    inside: int
    capacity: Whole
    reserved: Whole | None = None


class Inside(Struct):
    """Who is in the tablet's room, ticket holders by the codes of tiers and gates."""

    room: str
    inside: int
    capacity: Whole
    by_tier: dict[str, int]
    by_gate: dict[str, int]
    untracked: int


class Counted(Struct):
    """A tap, and who is inside after it."""

    id: str
    decision: Decision
    reason: str | None
    inside: int
    untracked: int
    capacity: Whole


class Emptied(Struct):
    """Who is counted after the room was declared empty."""

    inside: int
    untracked: int
    capacity: Whole
