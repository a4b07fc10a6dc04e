"""The door's calls, described from the structs that the door reads, and from those of `door_answers` and
`door_list_answers`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ticketing.api.door_answers import Counted, Emptied, Inside, Judged, Paired
from ticketing.api.door_list_answers import Conflicts, Manifest, Synced
from ticketing.door.bodies import CountBody, EmptyBody, PairBody, ScanBody, SyncBody

Problems = Callable[[Sequence[int]], dict[str, Any]]


@dataclass(frozen=True)
class DoorCall:
    """One call of a tablet."""

    name: str
    method: str
    summary: str
    statuses: tuple[int, ...]
    answer: type[msgspec.Struct]
    body: type[msgspec.Struct] | None = None
    done: int = 200


CALLS = (
    DoorCall("pair", "post", "Pair a tablet by a code that works once.", (403, 409, 429), Paired, PairBody, 201),
    DoorCall("scan", "post", "Judge one scan.", (401, 409), Judged, ScanBody),
    DoorCall("sync", "post", "Take in what the tablet decided alone, tell it the news.", (401, 409), Synced, SyncBody),
    DoorCall("manifest", "get", "The list of tickets to work without us, whole or what changed.", (401,), Manifest),
    DoorCall("occupancy", "get", "Who is in this tablet's room.", (401,), Inside),
    DoorCall("count", "post", "Count one person without a code.", (401, 409), Counted, CountBody),
    DoorCall("empty", "post", "The room is empty, says a supervisor.", (401,), Emptied, EmptyBody),
    DoorCall("conflicts", "get", "What only people can settle.", (401,), Conflicts),
)
STRUCTS = {kind for call in CALLS for kind in (call.body, call.answer) if kind is not None}


def operations(problems: Problems) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each call's path with its operation."""
    for call in CALLS:
        yield f"/door/{call.name}", {call.method: _operation(call, problems)}


def _operation(call: DoorCall, problems: Problems) -> dict[str, Any]:
    statuses = (400, 411, 413, 503, *call.statuses)
    done = {"description": "Done.", "content": _as(call.answer)}
    operation: dict[str, Any] = {
        "operationId": f"door_{call.name}",
        "summary": call.summary,
        "tags": ["door"],
        "security": [] if call.name == "pair" else [{"tablet": []}],
        "responses": {str(call.done): done, **problems(statuses)},
    }
    if call.name == "manifest":
        operation["parameters"] = [{"name": "since", "in": "query", "schema": {"type": "integer", "minimum": 0}}]
        operation["responses"]["304"] = {"description": "Nothing has changed since the `ETag` that was sent."}
    if call.body is not None:
        operation["requestBody"] = {"required": True, "content": _as(call.body)}
    return operation


def _as(form: type[msgspec.Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{form.__name__}"}}}
