"""Many buyers, few places. The control does it the naive way and must oversell, or the race is none."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import text

from factories import SEED, House
from ticketing.core.db import db, reading
from ticketing.inventory import levels
from ticketing.inventory.recount import wrong_counters
from ticketing.reports.doctor import examine

BUYERS = 64


def small(house: House, places: int) -> None:
    """The event in a room of few places."""
    source = SEED.read_text(encoding="utf-8")
    house.publish(source.replace("capacity = 300", f"capacity = {places}"))


def together(buy: Callable[[int], int]) -> list[int]:
    """Let all buyers start at the same moment; what each got (HTTP status)."""
    start = threading.Barrier(16)

    def one(number: int) -> int:
        if number < 16:
            start.wait()
        return buy(number)

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(BUYERS)))


def left(house: House) -> list[int]:
    """Places left of each program."""
    catalog = house.catalog()
    with house.app.app_context(), reading() as session:
        assert list(wrong_counters(session)) == []
        present = levels.read(session, catalog.id)
        return [present.programs[program.id].left for program in catalog.programs]


def patient(house: House, **form: int) -> int:
    """Order; a busy house (503) is asked again, as a browser's user would."""
    for _ in range(200):
        status = house.order(**form).status_code
        if status != 503:
            return status
    return 503


def test_five_places_are_sold_to_five_of_64_buyers(house: House) -> None:
    small(house, 5)
    answers = together(lambda _: patient(house, day=1))
    assert (answers.count(303), answers.count(409)) == (5, BUYERS - 5)
    assert left(house) == [0, 0]


def test_mixed_orders_never_pass_the_room(house: House) -> None:
    small(house, 40)
    dice = random.Random(7)  # noqa: S311 (a repeatable mix, no secret)
    wishes = [{"day": dice.randint(0, 2), "conference": dice.randint(1, 2)} for _ in range(BUYERS)]
    answers = together(lambda number: patient(house, **wishes[number]))
    bought = [wish for wish, answer in zip(wishes, answers, strict=True) if answer == 303]
    taken = [sum(wish["day"] + wish["conference"] for wish in bought), sum(wish["day"] for wish in bought)]
    assert set(answers) == {303, 409}
    assert left(house) == [40 - taken[0], 40 - taken[1]]
    assert left(house)[0] <= 3


def test_no_place_is_lost_when_all_holds_have_expired(house: House) -> None:
    small(house, 5)
    together(lambda _: patient(house, day=1, conference=1))
    house.clock.advance(timedelta(minutes=31))
    for _ in range(5):
        house.work()
        house.clock.advance(timedelta(minutes=1))
    assert left(house) == [5, 5]
    with house.app.app_context(), reading() as session:
        assert examine(session) == []


def test_control_reading_first_and_writing_later_oversells(house: House) -> None:
    """What `inventory` must never do: it sells more than there is, so the races above can fail."""
    with house.app.app_context():
        db.session.execute(text("CREATE TABLE naive (places INTEGER, sold INTEGER)"))
        db.session.execute(text("INSERT INTO naive VALUES (5, 0)"))
        db.session.commit()
        engine = db.engine
    seen = threading.Barrier(8)

    def naive(number: int) -> int:
        with engine.connect().execution_options(read_only=True) as connection:
            row = connection.execute(text("SELECT places, sold FROM naive")).one()
        if number < 8:
            seen.wait()
        if row.sold >= row.places:
            return 409
        with engine.begin() as connection:
            connection.execute(text("UPDATE naive SET sold = sold + 1"))
        return 303

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(naive, range(BUYERS)))
    assert answers.count(303) > 5
