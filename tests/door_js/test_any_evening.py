"""Whatever happens to tablets and network: never one too many, nothing lost, no double untold."""

from __future__ import annotations

import os
from collections.abc import Callable

from evening import LIMIT, TABLETS, Evening, Stage
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from node_tablet import NodeTablet
from sqlalchemy import update

from factories import House
from ticketing.core.db import writing
from ticketing.events.models import Room

EXAMPLES = int(os.environ.get("EVENINGS", "5"))


def test_whatever_happens_the_law_of_the_room_holds(
    house: House, address: str, switch_on: Callable[[], NodeTablet]
) -> None:
    codes = house.codes(house.buy(day=5))
    with house.app.app_context(), writing() as session:
        session.execute(update(Room).values(capacity=LIMIT))
    stage = Stage(house, address, codes, [switch_on() for _ in range(TABLETS)])
    run_state_machine_as_test(
        type("Told", (Evening,), {"stage": stage}),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=60,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
