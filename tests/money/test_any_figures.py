"""Whatever happens, the dashboard says what a plain recount of the rows says, in Python and sharing no query.

`ACTIONS=10000 scripts/test tests/money/test_any_figures.py` tells a longer story; compared at every hundredth step.
"""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from any_life import Life
from factories import House
from plain_recount import recount, told
from ticketing.core.db import reading
from ticketing.inventory import levels
from ticketing.reports.board import board
from ticketing.reports.doctor import examine
from ticketing.reports.visits import write_down

ACTIONS = int(os.environ.get("ACTIONS", "300"))
COMPARE_EVERY = 100


def compare(life: Life) -> None:
    """The page's figures are those of the recount, and the visits those that were made."""
    house = life.house
    house.clock.advance(timedelta(seconds=6))
    now, catalog = house.clock.now(), house.catalog()
    with house.app.app_context():
        write_down(now)
        with reading() as session:
            said = told(catalog, board(session, catalog, now), levels.read(session, catalog.id))
            assert said == recount(session, catalog, now)
    assert said["funnel"][0] == life.visits.total()


@pytest.mark.parametrize("seed", [int(os.environ.get("SEED", "1"))])
def test_the_dashboard_says_what_a_recount_says_whatever_happens(house: House, seed: int) -> None:
    life = Life(house, seed)
    for number in range(1, ACTIONS + 1):
        life.step()
        if number % COMPARE_EVERY == 0:
            compare(life)
    compare(life)
    assert len(life.orders) > ACTIONS // 10
    assert len(life.sold_in_cash) > ACTIONS // 30
    life.count_drawer()  # a long story leaves its drawer open for longer than a day, which the doctor tells
    with house.app.app_context(), reading() as session:
        assert {one.code for one in examine(session)} <= {"refund_failed", "payment_flag"}
