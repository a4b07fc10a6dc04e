"""Disputes: the tickets stop working, work again, or go, as the bank decides and the event's rules say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from factories import SEED, House, well
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.orders.reading import get
from ticketing.orders.terms import in_full
from ticketing.payments.calling_off import call_off
from ticketing.payments.models import Payment
from ticketing.payments.outcome import StripeDispute
from ticketing.payments.refunds import Cause, refund_tickets


def dispute(house: House, status: str) -> None:
    """The bank says so about the first payment; told twice."""
    intent = next(iter(house.gateway.sessions.values())).payment_intent
    now = datetime.now(UTC)
    house.gateway.made_disputes["dp_1"] = StripeDispute("dp_1", status, "fraudulent", 4000, "jpy", intent, now, now)
    for kind in ("charge.dispute.updated", "charge.dispute.funds_withdrawn"):
        house.hook("dp_1", kind)
        house.work()


def states(house: House, path: str) -> set[str]:
    """The states of an order's tickets."""
    return {ticket["state"] for ticket in house.status(path)["tickets"]}


def test_tickets_stop_while_a_dispute_is_open_and_work_again_when_it_is_won(house: House) -> None:
    path = house.buy(day=2)
    dispute(house, "needs_response")
    assert states(house, path) == {"revoked"}
    dispute(house, "under_review")
    dispute(house, "won")
    assert states(house, path) == {"valid"}
    assert house.tablet().scan(house.codes(path)[0])["decision"] == "admit"
    well(house)


def test_a_lost_dispute_takes_the_tickets_and_frees_the_places(house: House) -> None:
    path = house.buy(day=2)
    dispute(house, "needs_response")
    dispute(house, "lost")
    assert states(house, path) == {"revoked"}
    assert house.status(path)["state"] == "refunded"
    well(house)


def test_an_event_may_keep_disputed_tickets_until_the_dispute_is_lost(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace("[policy]\n", '[policy]\ndisputes = "keep"\n'))
    path = house.buy(day=2)
    dispute(house, "needs_response")
    assert states(house, path) == {"valid"}
    dispute(house, "lost")
    assert states(house, path) == {"revoked"}
    well(house)


def test_a_question_of_the_bank_blocks_nobody(house: House) -> None:
    path = house.buy(day=1)
    dispute(house, "warning_needs_response")
    assert states(house, path) == {"valid"}


def test_disputed_money_is_not_given_back_as_well(house: House) -> None:
    path = house.buy(day=2)
    dispute(house, "needs_response")
    order_id, now = house.order_view(path).id, house.clock.now()
    with house.app.app_context(), reading() as session:
        order = get(session, order_id)
    with house.app.app_context(), pytest.raises(Refused, match="disputed"), writing() as session:
        refund_tickets(session, order, [1], in_full(order, [1]), Cause("organizer", "cli"), now)


def test_tickets_that_were_refunded_before_stay_revoked_when_a_dispute_is_won(house: House) -> None:
    path = house.buy(day=2)
    order_id, now = house.order_view(path).id, house.clock.now()
    with house.app.app_context(), writing() as session:
        order = get(session, order_id)
        refund_tickets(session, order, [1], in_full(order, [1]), Cause("organizer", "cli"), now)
    house.work()
    dispute(house, "needs_response")
    dispute(house, "won")
    assert [ticket["state"] for ticket in house.status(path)["tickets"]] == ["revoked", "valid"]
    well(house)


def call_it_off(house: House) -> None:
    """The organizer calls the event off, and the worker does what follows."""
    event_id = house.catalog().id
    with house.app.app_context(), writing() as session:
        call_off(session, event_id, "cli", house.clock.now())
    house.work()


@pytest.mark.parametrize(("ending", "refunded"), [("won", [4000]), ("lost", [])])
def test_an_event_called_off_during_a_dispute_frees_the_places_and_pays_back_once(
    house: House, ending: str, refunded: list[int]
) -> None:
    path = house.buy(day=2)
    dispute(house, "needs_response")
    call_it_off(house)
    assert (house.status(path)["state"], states(house, path)) == ("refunded", {"revoked"})
    assert house.gateway.made_refunds == {}
    dispute(house, ending)
    dispute(house, ending)
    assert [one.amount for one in house.gateway.made_refunds.values()] == refunded
    assert (house.status(path)["state"], states(house, path)) == ("refunded", {"revoked"})
    well(house)


def test_a_dispute_about_money_that_paid_for_nothing_touches_no_ticket(house: House) -> None:
    path = house.buy(day=2)
    with house.app.app_context(), writing() as session:
        session.execute(update(Payment).values(flag="paid_twice"))
    dispute(house, "needs_response")
    dispute(house, "lost")
    assert states(house, path) == {"valid"}
