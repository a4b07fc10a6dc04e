"""The rule of the door, by the vectors that the browser runs too."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ticketing.door.rules import Facts, Window, decide

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "door.json").read_text(encoding="utf-8"))
OPEN = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return OPEN + timedelta(minutes=minutes)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_rule_decides_as_the_vectors_say(case: dict[str, Any]) -> None:
    tier = VECTORS["tiers"][case["tier"]]
    facts = Facts(
        kind=case.get("kind", "entry"),
        revoked=case.get("revoked", False),
        admits=frozenset(tier["admits"]),
        reentry=tier["reentry"],
        inside=case.get("inside", False),
        entries=case.get("entries", 0),
        people=case.get("people", 0),
        capacity=300,
        windows=tuple(Window(w["program"], at(w["doors_open"]), at(w["ends"])) for w in VECTORS["windows"]),
        now=at(case["at"]),
    )
    assert decide(facts) == case["expect"]
