"""What tablets get that can work alone, in form: the list, the exchange, conflicts. As `door_answers`, for the
description only."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from ticketing.api.answers import Mode, ScanKind, Texts, Whole
from ticketing.api.door_answers import DoorEvent, DoorRoom
from ticketing.door.records import Record


class DoorGate(Struct):
    """The tablet's gate."""

    code: str
    name: Texts


class DoorProgram(Struct):
    """A program of the room."""

    code: str
    title: Texts
    doors_open_at: datetime
    last_entry_at: datetime | None
    ends_at: datetime


class DoorTier(Struct):
    """A tier, and what it admits to."""

    code: str
    name: Texts
    sign: Whole
    admits: list[str]
    reentry: bool


class DoorHome(Struct):
    """How many doors share the tickets under the strict policy, and which of them is the tablet's."""

    doors: Whole
    mine: Whole | None


class DoorPolicy(Struct):
    """What a tablet may do alone."""

    offline: Literal["lenient", "strict"]
    door_names: bool
    home: DoorHome


class DoorSupervisor(Struct):
    """Somebody who may overrule the door, with the salted hash of their PIN."""

    name: str
    salt: str
    hash: str
    rounds: Whole


class Manifest(Struct):
    """The list to work without the server; with `since`, `tickets` holds what changed."""

    list_version: Whole
    event: DoorEvent
    room: DoorRoom
    gate: DoorGate
    programs: list[DoorProgram]
    tiers: list[DoorTier]
    policy: DoorPolicy
    supervisors: list[DoorSupervisor]
    revision: Whole
    permits: Whole
    returned: Whole
    granted: Whole
    tickets: list[Record]


class SyncResult(Struct):
    """What became of one scan that the tablet decided alone."""

    id: str
    state: Literal["kept", "conflict"]
    conflict: str | None


class SyncGrant(Struct):
    """Places that the tablet may fill on its own from now on."""

    n: Whole
    permits: Whole


class SyncChanges(Struct):
    """Tickets that changed; the rest only where the event's facts did."""

    tickets: list[Record]
    event: DoorEvent | None = None
    room: DoorRoom | None = None
    gate: DoorGate | None = None
    programs: list[DoorProgram] | None = None
    tiers: list[DoorTier] | None = None
    policy: DoorPolicy | None = None
    supervisors: list[DoorSupervisor] | None = None


class Synced(Struct):
    """The answer to an exchange."""

    acked_seq: Whole
    results: list[SyncResult]
    grants: list[SyncGrant]
    release: list[str]
    changes: SyncChanges
    list_version: Whole
    inside: int
    capacity: Whole
    server_time: datetime
    revision: Whole
    untracked: int
    reserve: Whole
    returned: Whole


class ConflictTicket(Struct):
    """The ticket that a conflict is about."""

    tier: str
    order: str
    n: Whole


class ConflictScan(Struct):
    """An admitted scan of that ticket."""

    id: str
    at: datetime
    gate: str
    device: str
    kind: ScanKind
    mode: Mode


class ConflictFacts(Struct):
    """What only people can settle."""

    id: int
    kind: str
    opened_at: datetime
    ticket: ConflictTicket | None
    scans: list[ConflictScan]


class Conflicts(Struct):
    """The open conflicts of the event."""

    conflicts: list[ConflictFacts]
