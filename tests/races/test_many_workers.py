"""Several workers notice and tell at once. The control claims the naive way and must tell twice, else it is no race."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import update

from factories import House
from receiver import Receiver, all_deliveries, make_hook, receiver, states, tell
from ticketing.api import deliveries, noticing
from ticketing.api.models import Delivery
from ticketing.core.db import reading, writing

WORKERS, ORDERS = 8, 6


def at_once(work: Callable[[], object]) -> None:
    """Every worker begins at the same moment."""
    start = threading.Barrier(WORKERS)

    def one(_: int) -> None:
        start.wait()
        work()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(one, range(WORKERS)))


def sold(house: House, there: Receiver) -> None:
    """A hook, and some orders that it wants to be told of."""
    make_hook(house, there.address, ("order.paid",))
    for _ in range(ORDERS):
        house.buy(day=1)


def test_many_workers_make_one_delivery_of_a_fact_and_send_it_once(house: House) -> None:
    with receiver() as there:
        sold(house, there)

        def work() -> None:
            for _ in range(3):
                tell(house)

        at_once(work)
        assert len({one.headers["webhook-id"] for one in there.told}) == len(there.told) == ORDERS
    assert states(house) == ["delivered"] * ORDERS


def test_control_reading_first_and_claiming_later_tells_twice(house: House) -> None:
    """What `deliveries.claim` must never do."""
    told: list[str] = []
    seen = threading.Barrier(WORKERS)

    def naive() -> None:
        with house.app.app_context():
            with reading() as session:
                due = deliveries.due(session, house.clock.now())
            seen.wait()
            for delivery_id in due:
                with writing() as session:
                    session.execute(update(Delivery).where(Delivery.id == delivery_id).values(state="sending"))
                told.append(delivery_id)

    with receiver() as there:
        sold(house, there)
        with house.app.app_context():
            noticing.work(house.clock.now())
        at_once(naive)
    assert len(all_deliveries(house)) == ORDERS < len(told)
