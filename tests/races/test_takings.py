"""Many payments are confirmed at once. The control adds to what it has read before, and must lose one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import select, update

from factories import House, session_of
from ticketing.core.db import reading, writing
from ticketing.payments.models import Payment, Takings
from ticketing.payments.settle import settle
from ticketing.payments.takings import recount, wrong_takings
from ticketing.reports.money import sums_of

PAYERS = 6


def at_once(acts: list[Callable[[], object]]) -> None:
    """All begin at the same moment."""
    start = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> None:
        start.wait()
        act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(one, acts))


def test_payments_confirmed_at_once_are_all_counted_while_somebody_recounts(house: House) -> None:
    for _ in range(PAYERS):
        house.gateway.pay(session_of(house.order(day=1)))
    with house.app.app_context(), reading() as session:
        ids = session.scalars(select(Payment.id)).all()

    def settling(payment_id: str) -> None:
        with house.app.app_context():
            settle(payment_id, house.clock.now())

    def counting() -> None:
        for _ in range(10):
            with house.app.app_context(), writing() as session:
                recount(session, 1)

    at_once([*(partial(settling, payment_id) for payment_id in ids), counting])
    with house.app.app_context(), reading() as session:
        assert list(wrong_takings(session)) == []
        assert sums_of(session, 1).gross == PAYERS * 2000


def test_control_adding_to_what_was_read_loses_one(house: House) -> None:
    house.buy(day=1)
    both_have_read = threading.Barrier(2)

    def naive() -> None:
        with house.app.app_context():
            with reading() as session:
                said = session.scalars(select(Takings.count)).one()
            both_have_read.wait()
            with writing() as session:
                session.execute(update(Takings).values(count=said + 1))

    at_once([naive, naive])
    with house.app.app_context(), reading() as session:
        assert session.scalars(select(Takings.count)).one() == 2
        assert list(wrong_takings(session)) != []
