"""A session that was made while its attempt had been given up already: who pays it gets the tickets."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from factories import House
from ticketing.core.db import reading
from ticketing.payments.outcome import Checkout
from ticketing.reports.doctor import examine


def two_tabs(house: House) -> tuple[str, str]:
    """The same form from two tabs while Stripe's first answer is slow; the sessions that an answer led to."""
    real, asked, go = house.gateway.open_checkout, threading.Event(), threading.Event()

    def slow(params: Mapping[str, Any], key: str) -> Checkout:
        made = real(params, key)
        if not asked.is_set():
            asked.set()
            go.wait(30)
        return made

    house.gateway.open_checkout = slow  # type: ignore[method-assign]
    form = {"day": 1, "form_key": uuid.uuid4().hex, "email": "hanako@example.com"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(house.order, **form)
        asked.wait(30)
        house.clock.advance(timedelta(seconds=50))
        house.order(**form)
        go.set()
        first.result()
    one, two = house.gateway.sessions
    return one, two


def pay(house: House, session_id: str) -> None:
    house.gateway.pay(session_id)
    house.hook(session_id)
    for _ in range(8):
        house.work()
        house.clock.advance(timedelta(seconds=20))


@pytest.mark.parametrize("which", [0, 1])
def test_whichever_session_is_paid_there_are_tickets(house: House, which: int) -> None:
    session_id = two_tabs(house)[which]
    pay(house, session_id)
    status = house.status(house.path(session_id))
    assert (status["state"], len(status["tickets"])) == ("paid", 1)
    assert len(house.transport.letters) == 1
    house.clock.advance(timedelta(hours=1))
    house.work()
    with house.app.app_context(), reading() as session:
        assert examine(session) == []


def test_who_pays_both_gets_the_second_payment_back(house: House) -> None:
    for session_id in two_tabs(house):
        pay(house, session_id)
    with house.app.app_context(), reading() as session:
        assert examine(session) == []
    facts = [letter["Subject"] for letter in house.transport.letters]
    assert len(facts) == len(set(facts)) == 3  # paid; money on its way back; money back
