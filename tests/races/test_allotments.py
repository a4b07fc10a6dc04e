"""Places set aside, given by several at once, released and made more meanwhile. The control does it the naive way."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from crowd import left, patient
from test_last_places import until_it_waits

from factories import House
from ticketing.core.batch import Unmet
from ticketing.core.db import db, reading, writing
from ticketing.core.errors import Refused
from ticketing.core.states import move
from ticketing.inventory import allotments, holds
from ticketing.inventory.allotments import Aside, Size
from ticketing.inventory.models import Hold
from ticketing.inventory.recount import wrong_counters
from ticketing.office import guest_giving
from ticketing.orders.changes import Act
from ticketing.payments import comps
from ticketing.payments.comps import Guest

KEY = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
GIVERS = 16


def aside(house: House, count: int) -> None:
    """Set places of the first tier aside."""
    with house.app.app_context(), writing() as session:
        catalog = house.catalog()
        allotments.set_aside(session, catalog, Aside("Press", catalog.tiers[0], count), KEY, "cli", house.clock.now())


def line(house: House, name: str) -> comps.Line:
    """One guest on a list of their own."""
    guest = Guest(name, "", "", "en", house.catalog().tiers[0], 1, "press")
    return comps.lines_of(str(uuid.uuid4()), {1: guest}, KEY)[0]


def give(house: House, number: int) -> str:
    """Give somebody a ticket out of it, as often as the house is busy; how it ended."""
    with house.app.app_context():
        catalog, one = house.catalog(), line(house, f"guest {number}")
        for _ in range(50):
            try:
                guest_giving.give_all(catalog, [one], "cli", house.clock.now())
            except Refused as refused:
                if refused.code != "busy":
                    return refused.code
            else:
                return "given"
    return "busy"


def release(house: House) -> str:
    with house.app.app_context(), writing() as session:
        return str(allotments.release(session, KEY, "cli", house.clock.now()))


def resize(house: House, count: int, shown: int) -> str:
    """Ask for another size; how it ended."""
    try:
        with house.app.app_context(), writing() as session:
            allotments.resize(session, house.catalog(), Size(KEY, count, shown), "cli", house.clock.now())
    except Unmet:
        return "gone"
    except Refused as refused:
        return refused.code
    return "resized"


def at_once(acts: Sequence[Callable[[], str]]) -> list[str]:
    """Let all of these begin at the same moment; how each ended."""
    start = threading.Barrier(len(acts))

    def one(act: Callable[[], str]) -> str:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def kept_and_given(house: House) -> tuple[int, int]:
    """What the allotment keeps and what was given out of it; every counter is right."""
    with house.app.app_context(), reading() as session:
        assert [*wrong_counters(session), *allotments.wrong(session)] == []
        (one,) = allotments.of_event(session, house.catalog().id)
        return one.kept, one.given


def test_of_many_who_give_the_last_places_as_many_give_as_there_are(house: House) -> None:
    house.set_capacity(5)
    aside(house, 3)
    ended = at_once([partial(give, house, number) for number in range(GIVERS)])
    assert sorted(ended) == ["allotment_short"] * (GIVERS - 3) + ["given"] * 3
    assert (kept_and_given(house), left(house)) == ((0, 3), [2, 2])


def test_what_is_released_while_it_is_given_is_given_or_free_and_never_both(house: House) -> None:
    house.set_capacity(8)
    aside(house, 8)
    givers = [partial(give, house, number) for number in range(5)]
    *ended, released, twice = at_once([*givers, partial(release, house), partial(release, house)])
    given = ended.count("given")
    assert set(ended) <= {"given", "allotment_short"}
    assert sorted((int(released), int(twice))) == [0, 8 - given]
    assert (kept_and_given(house), left(house)) == ((0, given), [8 - given, 8 - given])


def test_made_more_and_fewer_while_others_buy_and_give_no_limit_is_passed(house: House) -> None:
    house.set_capacity(10)
    aside(house, 4)
    buyers = [lambda: str(patient(house, day=1))] * 5
    givers = [partial(give, house, number) for number in range(3)]
    sizes = [partial(resize, house, count, 4) for count in (6, 8, 3, 6)]
    at_once([*buyers, *givers, *sizes])
    kept, given = kept_and_given(house)
    with house.app.app_context(), reading() as session:
        count = allotments.get(session, KEY).count
    assert count in {3, 6, 8, 4}
    assert kept + given == count
    assert min(left(house)) >= 0


def test_of_many_who_make_it_more_at_once_from_what_they_saw_one_does(house: House) -> None:
    house.set_capacity(20)
    aside(house, 4)
    ended = at_once([partial(resize, house, count, 4) for count in range(5, 13)])
    assert sorted(ended) == ["allotment_changed"] * 7 + ["resized"]
    kept, _ = kept_and_given(house)
    assert left(house) == [20 - kept, 20 - kept]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("naive", [False, True])
def test_control_a_release_that_counts_before_it_takes_frees_what_was_given(house: House, naive: bool) -> None:
    """Somebody gives a place and has not committed yet when it is released; counted first, that place is free, too."""
    aside(house, 3)
    house.order(day=1)
    with house.app.app_context(), ThreadPoolExecutor(1) as pool:
        with writing() as session, db.engine.connect() as looker:
            comps.give(session, house.catalog(), line(house, "guest"), Act("cli", house.clock.now()))
            waiting = pool.submit(naive_release if naive else release, house)
            until_it_waits(looker)
        waiting.result()
    with house.app.app_context(), reading() as session:
        assert bool(list(wrong_counters(session))) is naive


def naive_release(house: House) -> None:
    """What `inventory` must never do."""
    with house.app.app_context(), writing() as session:
        counts = holds._counts(session, KEY)
        move(session, Hold, KEY, holds.TRANSITIONS, holds.RELEASED)
        for stock_id, count in counts:
            holds._shift(session, stock_id, held=-count, sold=0)
