"""Calling an event off: everybody gets their money back once, whatever is killed in between."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from factories import House, session_of, well
from ticketing.core.db import reading, writing
from ticketing.mail.models import Letter
from ticketing.orders.reading import get
from ticketing.orders.terms import in_full
from ticketing.payments.calling_off import Progress, call_off, progress, work
from ticketing.payments.models import Refund
from ticketing.payments.refunds import Cause, refund_tickets


def off(house: House) -> None:
    """Call it off, twice."""
    for _ in range(2):
        with house.app.app_context(), writing() as session:
            call_off(session, house.catalog().id, "cli", house.clock.now())


def how_far(house: House) -> Progress:
    """The progress as the organizer sees it."""
    event_id = house.catalog().id
    with house.app.app_context(), reading() as session:
        return progress(session, event_id)


def test_every_order_ends_and_every_yen_goes_back(house: House) -> None:
    paths = [house.buy(day=1, conference=1) for _ in range(3)]
    waiting = session_of(house.order(day=2))
    paid_meanwhile = session_of(house.order(day=1))
    off(house)
    assert how_far(house) == Progress(0, 5)
    house.gateway.pay(paid_meanwhile)
    house.work()
    house.work()
    assert how_far(house) == Progress(4, 0)
    assert {house.status(path)["state"] for path in paths} == {"refunded"}
    assert house.status(house.path(waiting))["state"] == "expired"
    assert sum(one.amount for one in house.gateway.made_refunds.values()) == 3 * 3000 + 2000
    with house.app.app_context(), reading() as session:
        assert {one.state for one in session.scalars(select(Refund))} == {"succeeded"}
        told = session.scalars(select(Letter.fact).where(Letter.kind == "event.canceled")).all()
    assert len(told) == 4
    well(house)


def test_the_work_goes_on_where_it_was_killed(house: House) -> None:
    for _ in range(3):
        house.buy(day=1)
    off(house)
    house.gateway.lost_answers = 2
    with house.app.app_context():
        work(house.clock.now())  # the orders are done; then the worker dies before it has sent a single refund
    for _ in range(4):
        house.work()
        house.clock.advance(timedelta(minutes=1))
    assert len(house.gateway.made_refunds) == 3
    with house.app.app_context(), reading() as session:
        assert {one.state for one in session.scalars(select(Refund))} == {"succeeded"}
    well(house)


def test_what_went_back_before_does_not_go_back_again(house: House) -> None:
    path = house.buy(day=2)
    order_id = house.order_view(path).id
    with house.app.app_context(), writing() as session:
        order = get(session, order_id)
        refund_tickets(session, order, [1], in_full(order, [1]), Cause("buyer", "buyer"), house.clock.now())
    off(house)
    house.work()
    assert sorted(one.amount for one in house.gateway.made_refunds.values()) == [2000, 2000]
    assert house.status(path)["state"] == "refunded"
    well(house)
