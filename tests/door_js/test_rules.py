"""The rule of the door in JavaScript agrees with the one in Python."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from node_tablet import NodeTablet, tablet
from sqlalchemy import update

from door_vectors import CASES, javascript_facts
from factories import MORNING, House
from ticketing.core.db import writing
from ticketing.door.stations import facts_changed
from ticketing.events.models import Program


@pytest.fixture(scope="module")
def judge(program: Path) -> Any:
    with tablet(program, MORNING) as running:
        yield lambda facts: running.do("judge", facts=facts)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_tablet_judges_as_the_server_does(judge: Callable[[Any], NodeTablet], case: dict[str, Any]) -> None:
    assert judge(javascript_facts(case)) == case["expect"]


def test_a_last_entry_set_during_the_day_holds_with_the_server_and_without(
    house: House, pair: Callable[..., NodeTablet]
) -> None:
    before, after, alone = house.codes(house.buy(day=3))
    door = pair()
    assert door.decide(before)["decision"] == "admit"
    with house.app.app_context(), writing() as session:
        session.execute(update(Program).values(last_entry_at=house.clock.now() + timedelta(minutes=1)))
        facts_changed(session, house.catalog().id)
    door.do("sync")
    house.clock.advance(timedelta(minutes=1))
    door.set_clock(house.clock.now())
    online = door.decide(after)
    assert (online["mode"], online["decision"], online["reason"]) == ("online", "refuse", "too_late")
    door.cut()
    offline = door.decide(alone)
    assert (offline["mode"], offline["decision"], offline["reason"]) == ("offline", "refuse", "too_late")
    assert door.decide(before, "exit")["decision"] == "admit"
