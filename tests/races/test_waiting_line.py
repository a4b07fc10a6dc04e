"""Places become free in a sold-out hall while a crowd tries to buy: only those who wait get them, each once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from crowd import left, patient, together
from sqlalchemy import select

from factories import MORNING, SEED, SLUG, House
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.orders.fulfil import take_back
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.reports.doctor import examine
from ticketing.waiting import offers
from ticketing.waiting.links import token_of
from ticketing.waiting.models import WaitingEntry

PLACES, LINE = 5, 12


def full_house(house: House) -> list[str]:
    """Every place sold, one order each, and a line before the door; the ids of the orders."""
    text = SEED.read_text(encoding="utf-8").replace("capacity = 300", f"capacity = {PLACES}")
    house.publish(text, starts_at=MORNING + timedelta(days=40))
    for _ in range(PLACES):
        house.buy(conference=1)
    for number in range(LINE):
        form = {"tier": "EVENT-ONLY", "quantity": "1", "email": f"who{number:02}@example.com"}
        assert house.client.post(f"/e/{SLUG}/waiting", data=form).status_code == 303
        house.clock.advance(timedelta(seconds=1))
    with house.app.app_context(), reading() as session:
        return list(session.scalars(select(Order.id)))


def give_back(house: House, order_id: str) -> None:
    """The only ticket of an order goes back."""
    with house.app.app_context(), writing() as session:
        take_back(session, get(session, order_id), [1], house.clock.now())


def line(house: House, state: str) -> list[WaitingEntry]:
    """Those of the line in this state, in their order."""
    with house.app.app_context(), reading() as session:
        rows = select(WaitingEntry).where(WaitingEntry.state == state).order_by(WaitingEntry.joined_at)
        return list(session.scalars(rows))


def until(over: threading.Event, work: Callable[[], object]) -> None:
    """Do this again and again; where the house is too busy, once more."""
    while not over.is_set():
        try:
            work()
        except Refused:
            continue


def test_no_freed_place_is_sold_past_the_line(house: House) -> None:
    orders, over = full_house(house), threading.Event()

    def offer() -> None:
        with house.app.app_context():
            offers.work(house.clock.now())

    with ThreadPoolExecutor(3) as others:
        workers = [others.submit(until, over, offer) for _ in range(2)]
        freeing = others.submit(lambda: [give_back(house, one) for one in orders])
        answers = together(lambda _: patient(house, conference=1))
        freeing.result()
        over.set()
        for worker in workers:
            worker.result()
    offer()
    assert set(answers) == {409}
    offered = line(house, "offered")
    assert [one.email for one in offered] == [f"who{number:02}@example.com" for number in range(PLACES)]
    assert len({one.hold_id for one in offered}) == PLACES
    assert left(house)[0] == 0
    well(house)


def test_an_offer_is_taken_up_once_however_many_try(house: House) -> None:
    give_back(house, full_house(house)[0])
    house.work()
    (entry,) = line(house, "offered")
    with house.app.app_context():
        token = token_of(entry.id)
    answers = together(lambda _: patient(house, conference=1, offer=token))
    assert (answers.count(303), set(answers)) == (1, {303, 409})
    well(house)


def test_an_offer_that_ends_while_it_is_taken_up_is_had_by_one_only(house: House) -> None:
    give_back(house, full_house(house)[0])
    house.work()
    (entry,) = line(house, "offered")
    with house.app.app_context():
        token = token_of(entry.id)
    over = threading.Event()

    def turn_down() -> None:
        with house.app.app_context(), writing() as session:
            offers.end(session, entry.id, "left", house.clock.now())
        over.set()

    with ThreadPoolExecutor(1) as other:
        ending = other.submit(turn_down)
        answers = together(lambda _: patient(house, conference=1, offer=token))
        ending.result()
    house.work()
    assert answers.count(303) <= 1
    assert len(line(house, "offered")) == 1 - answers.count(303)
    well(house)


def well(house: House) -> None:
    """Nothing is miscounted, in the hall and in the line."""
    with house.app.app_context(), reading() as session:
        assert examine(session) == []
