"""The rule of the door in JavaScript agrees with the one in Python."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from node_tablet import NodeTablet, tablet

from factories import MORNING

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[1] / "vectors" / "door.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def judge(program: Path) -> Any:
    with tablet(program, MORNING) as running:
        yield lambda facts: running.do("judge", facts=facts)


def facts_of(case: dict[str, Any]) -> dict[str, Any]:
    tier = VECTORS["tiers"][case["tier"]]
    windows = [
        {"program": one["program"], "opensAt": one["doors_open"] * 60_000, "endsAt": one["ends"] * 60_000}
        for one in VECTORS["windows"]
    ]
    given = {"kind": "entry", "revoked": False, "inside": False, "entries": 0, "people": 0, "capacity": 300}
    given |= {name: case[name] for name in given if name in case}
    return {**given, **tier, "windows": windows, "now": case["at"] * 60_000}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_tablet_judges_as_the_server_does(judge: Callable[[Any], NodeTablet], case: dict[str, Any]) -> None:
    assert judge(facts_of(case)) == case["expect"]
