"""The vectors of the door's rule (tests/vectors/door.json), as the rule in JavaScript reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parent / "vectors" / "door.json").read_text(encoding="utf-8")
)
CASES: list[dict[str, Any]] = VECTORS["cases"]
MINUTE = 60_000


def javascript_facts(case: dict[str, Any]) -> dict[str, Any]:
    """The facts of one case; times in milliseconds."""
    given = {"kind": "entry", "revoked": False, "inside": False, "entries": 0, "people": 0, "capacity": 300}
    given |= {name: case[name] for name in given if name in case}
    windows = [_window(one) for one in VECTORS["windows"]]
    return {**given, **VECTORS["tiers"][case["tier"]], "windows": windows, "now": case["at"] * MINUTE}


def _window(one: dict[str, Any]) -> dict[str, Any]:
    last = one["last_entry"] * MINUTE if "last_entry" in one else None
    times = {"opensAt": one["doors_open"] * MINUTE, "lastEntryAt": last, "endsAt": one["ends"] * MINUTE}
    return {"program": one["program"], **times}
