"""Holding, selling and giving back places."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from factories import House
from ticketing.core.batch import Unmet, run_alone
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.core.states import Outcome
from ticketing.inventory import holds, levels
from ticketing.inventory.models import Stock
from ticketing.inventory.recount import wrong_counters


def hold(house: House, **wish: int) -> str:
    """Hold places, `day` and `conference`."""
    catalog = house.catalog()
    codes = {"day": "1-DAY", "conference": "EVENT-ONLY"}
    now = house.clock.now()
    wanted = [(catalog.tier(codes[name]), count) for name, count in wish.items()]
    with house.app.app_context():
        hold_id = new_id()
        opening = holds.opening(hold_id, catalog.id, now, now + timedelta(minutes=30))
        try:
            run_alone([opening, *holds.taking(catalog, hold_id, wanted)])
        except Unmet:
            holds.check_left(catalog, wanted)
            raise
    return hold_id


def counts(house: House) -> dict[str, tuple[int, int]]:
    """(sold, held) by program code and tier code."""
    catalog = house.catalog()
    with house.app.app_context(), reading() as session:
        present = levels.read(session, catalog.id)
        assert list(wrong_counters(session)) == []
    programs = {p.code: present.programs[p.id] for p in catalog.programs}
    tiers = {t.code: present.tiers[t.id] for t in catalog.tiers}
    return {code: (level.sold, level.held) for code, level in {**programs, **tiers}.items()}


def test_a_day_ticket_takes_a_place_in_each_program(house: House) -> None:
    hold(house, day=2, conference=1)
    assert counts(house) == {"conference": (0, 3), "screenings": (0, 2), "1-DAY": (0, 2), "EVENT-ONLY": (0, 1)}


def test_selling_moves_what_was_held(house: House) -> None:
    hold_id = hold(house, day=2)
    with house.app.app_context(), writing() as session:
        assert holds.sell(session, hold_id) is Outcome.MOVED
        assert holds.sell(session, hold_id) is Outcome.ALREADY
    assert counts(house)["conference"] == (2, 0)


@pytest.mark.parametrize("sold", [False, True])
def test_places_are_given_back_once(house: House, sold: bool) -> None:
    hold_id = hold(house, day=2, conference=1)
    with house.app.app_context(), writing() as session:
        if sold:
            holds.sell(session, hold_id)
        assert holds.release(session, hold_id) is Outcome.MOVED
        assert holds.release(session, hold_id) is Outcome.ALREADY
        assert holds.sell(session, hold_id) is Outcome.REFUSED
    assert set(counts(house).values()) == {(0, 0)}


def test_a_wish_is_met_whole_or_not_at_all(house: House) -> None:
    hold(house, conference=298)
    with pytest.raises(Refused) as refusal:
        hold(house, day=1, conference=2)
    assert refusal.value.code == "places_gone"
    assert refusal.value.facts["left"] == 2
    assert counts(house)["conference"] == (0, 298)


def test_the_database_itself_refuses_a_place_too_many(house: House) -> None:
    with house.app.app_context(), pytest.raises(IntegrityError), writing() as session:
        session.execute(update(Stock).values(sold=Stock.capacity + 1))


def test_the_tightest_of_programs_and_quota_counts(house: House) -> None:
    hold(house, conference=290)
    catalog = house.catalog()
    with house.app.app_context(), reading() as session:
        present = levels.read(session, catalog.id)
    assert [present.left(catalog, tier) for tier in catalog.tiers] == [10, 10]
