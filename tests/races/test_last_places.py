"""Many buyers, few places. The control does it the naive way and must oversell, or the race is none."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from crowd import BUYERS, left, patient, together
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import joinedload

from factories import SEED, House
from ticketing.core.batch import Step, Unmet, run_alone, run_together
from ticketing.core.db import db, reading
from ticketing.orders import checkout
from ticketing.orders.buyer import Buyer
from ticketing.orders.models import Order
from ticketing.orders.pricing import quote
from ticketing.reports.doctor import examine


def small(house: House, places: int) -> None:
    """The event in a room of few places."""
    source = SEED.read_text(encoding="utf-8")
    house.publish(source.replace("capacity = 300", f"capacity = {places}"))


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


def tickets_of(house: House, email: str) -> int:
    """How many tickets the orders of this address are for that can still be paid."""
    own = select(Order).where(Order.buyer_email == email, Order.ended_at.is_(None))
    with house.app.app_context(), reading() as session:
        rows = session.scalars(own.options(joinedload(Order.lines)))
        return sum(line.quantity for order in rows.unique() for line in order.lines)


def test_one_address_never_passes_its_limit(house: House) -> None:
    """The event's file says 12; 64 visitors type the same address. Some end what others began with the same wish."""
    answers = together(
        lambda number: patient(house, conference=1 + number % 6, day=number % 7, email="crowd@example.com")
    )
    assert set(answers) == {303, 409}
    assert 0 < tickets_of(house, "crowd@example.com") <= 12


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("taking_turns", [True, False])
def test_control_two_orders_that_do_not_take_turns_pass_the_limit(house: House, taking_turns: bool) -> None:
    """The second one counts while the first is not written for good yet; without the lock, 14 tickets for 12."""
    with house.app.app_context():
        catalog, now = house.catalog(), house.clock.now()
        wish = quote(catalog, {"EVENT-ONLY": 6, "1-DAY": 1}, now)
        steps = []
        for number in range(2):
            buyer = Buyer("Hanako", "crowd@example.com", "en", f"form {number}")
            mine = checkout.placing(catalog, wish, buyer, now)[1]
            steps.append(mine if taking_turns else [replace(step, turn=None) for step in mine])
        with ThreadPoolExecutor(1) as pool, db.engine.connect() as first:
            with first.begin():
                run_together(first, steps[0])
                second = pool.submit(in_context, house, steps[1])
                until_it_waits(first)
            if taking_turns:
                with pytest.raises(Unmet):
                    second.result()
            else:
                second.result()
    assert tickets_of(house, "crowd@example.com") == (7 if taking_turns else 14)


def in_context(house: House, steps: list[Step]) -> None:
    """Run an order's steps in a thread of its own."""
    with house.app.app_context():
        run_alone(steps)


def until_it_waits(connection: Connection) -> None:
    """Until somebody waits for what this transaction holds."""
    for _ in range(200):
        if connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            return
        time.sleep(0.05)
    pytest.fail("nobody waits")


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
