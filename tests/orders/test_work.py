"""The worker when one piece of its work is broken: all the others go on."""

from __future__ import annotations

import threading
from datetime import timedelta

from factories import House
from ticketing import worker
from ticketing.core import heartbeat
from ticketing.core.db import reading
from ticketing.mail.models import Letter
from ticketing.mail.outbox import Draft
from ticketing.payments.outcome import Checkout
from ticketing.reports.doctor import examine


def test_an_event_that_cannot_be_worked_on_does_not_hold_up_those_after_it(house: House) -> None:
    broken, good = (house.order(day=1).location.rpartition("/")[2] for _ in range(2))
    for session_id in (broken, good):
        house.gateway.pay(session_id)
        house.hook(session_id)
        house.clock.advance(timedelta(seconds=1))
    whole = house.gateway.sessions[broken]
    house.gateway.sessions[broken] = Checkout(**{**whole.__dict__, "payment_intent": object()})
    house.work()
    assert house.status(house.path(good))["state"] == "paid"
    assert house.status(house.path(broken))["state"] == "pending"
    house.gateway.sessions[broken] = whole
    house.clock.advance(timedelta(minutes=10))
    house.work()
    assert house.status(house.path(broken))["state"] == "paid"


def test_a_letter_that_cannot_be_written_fails_in_the_end_and_is_told(house: House) -> None:
    real = house.app.extensions["ticketing.composers"]

    def first_is_broken(session: object, letter: Letter) -> Draft:
        if letter.to_address == "broken@example.com":
            raise RuntimeError("no glyph for this")
        return Draft("Your tickets", "text", "<p>text</p>")

    house.app.extensions["ticketing.composers"] = dict.fromkeys(real, first_is_broken)
    house.buy(day=1, email="broken@example.com")
    house.buy(day=1, email="good@example.com")
    assert [letter["To"] for letter in house.transport.letters] == ["good@example.com"]
    for _ in range(12):
        house.clock.advance(timedelta(hours=13))
        house.work()
    with house.app.app_context(), reading() as session:
        assert [finding.code for finding in examine(session)] == ["letter_failed"]


def test_a_worker_whose_rounds_take_long_is_still_seen_alive(house: House) -> None:
    class Rounds(threading.Event):
        """Ten rounds of ten seconds each."""

        done = 0

        def is_set(self) -> bool:
            house.clock.advance(timedelta(seconds=10))
            self.done += 1
            return self.done > 10

    worker.run(house.app, Rounds())
    with house.app.app_context(), reading() as session:
        assert heartbeat.is_fresh(session, "worker", house.clock.now())
