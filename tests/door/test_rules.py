"""The rule of the door, by the vectors that the browser runs too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from door_vectors import CASES, VECTORS
from ticketing.door.rules import Facts, Window, decide

OPEN = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return OPEN + timedelta(minutes=minutes)


def window(one: dict[str, Any]) -> Window:
    last = at(one["last_entry"]) if "last_entry" in one else None
    return Window(one["program"], at(one["doors_open"]), at(one["ends"]), last)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
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
        windows=tuple(window(one) for one in VECTORS["windows"]),
        now=at(case["at"]),
    )
    assert decide(facts) == case["expect"]
