"""What tablets send, in form and bounds. Keys that we do not know are ignored: newer tablets work with this server."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

LONGEST_CODE = 400
BATCH = 200
HIGHEST = 2**31 - 1
LARGEST_TEST = 8 * 1024

Number = Annotated[int, Meta(ge=0, le=HIGHEST)]
Ordinal = Annotated[int, Meta(ge=1, le=HIGHEST)]
Version = Annotated[int, Meta(ge=0, le=2**53)]
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
HashOrNone = Annotated[str, Meta(pattern="^([0-9a-f]{32})?$")]
Way = Literal["entry", "exit"]


class PairBody(Struct, forbid_unknown_fields=True):
    """A tablet wants to be paired."""

    code: str
    name: str


class Override(Struct):
    """Who overrules the door, and why."""

    supervisor: Annotated[str, Meta(min_length=1, max_length=100)]
    reason: Annotated[str, Meta(max_length=200)] = ""


class ScanBody(Struct):
    """A scan to judge: by the code that was read, or by the hash of one that the tablet knows."""

    id: uuid.UUID
    kind: Way
    scanned_at: datetime
    code: Annotated[str, Meta(max_length=LONGEST_CODE)] | None = None
    code_hash: Hash | None = None
    override: Override | None = None


class CountBody(Struct):
    """A tap."""

    id: uuid.UUID
    delta: Literal[1, -1]
    what: Literal["staff", "guest", "left"]


class EmptyBody(Struct):
    """The room is empty, says a supervisor."""

    id: uuid.UUID
    supervisor: Annotated[str, Meta(min_length=1, max_length=100)]


class MadeScan(Struct):
    """A scan that the tablet decided alone."""

    id: uuid.UUID
    seq: Ordinal
    code_hash: HashOrNone
    kind: Way
    scanned_at: datetime
    decision: Literal["admit", "refuse"]
    reason: Annotated[str, Meta(pattern="^[a-z_]{1,20}$")] | None = None
    permit: bool = False
    closes: uuid.UUID | None = None
    list_version: Version | None = None
    override: Override | None = None
    undoes: uuid.UUID | None = None
    clock_error_ms: Number | None = None


class Return(Struct):
    """Permits that the tablet gives back."""

    n: Ordinal
    permits: Annotated[int, Meta(ge=1, le=HIGHEST)]


class Status(Struct):
    """How the tablet fares."""

    battery: Annotated[int, Meta(ge=0, le=100)] | None = None
    queued: Number | None = None
    clock_offset_ms: Annotated[int, Meta(ge=-HIGHEST, le=HIGHEST)] | None = None
    test: dict[str, Any] | None = None


class SyncBody(Struct):
    """An exchange."""

    epoch: Number
    scans: Annotated[list[MadeScan], Meta(max_length=BATCH)] = []
    returns: Annotated[list[Return], Meta(max_length=1000)] = []
    released: Annotated[list[uuid.UUID], Meta(max_length=5000)] = []
    granted: Number | None = None
    list_version: Version | None = None
    revision: Number | None = None
    status: Status | None = None


PAIR = msgspec.json.Decoder(PairBody)
SCAN = msgspec.json.Decoder(ScanBody)
COUNT = msgspec.json.Decoder(CountBody)
EMPTY = msgspec.json.Decoder(EmptyBody)
SYNC = msgspec.json.Decoder(SyncBody)
