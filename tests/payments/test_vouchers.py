"""Convenience stores: a voucher keeps its places until nobody can have paid it any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from factories import House, session_of, well
from ticketing.core.db import writing
from ticketing.inventory.models import Stock
from ticketing.payments.giving_up import give_up


def issued(house: House, **form: int) -> tuple[str, str]:
    """An order with a voucher: the session's id and the order's path."""
    session_id = session_of(house.order(**form))
    house.gateway.issue_voucher(session_id, house.clock.now() + timedelta(hours=30))
    house.hook(session_id)
    house.work()
    return session_id, house.path(session_id)


@pytest.fixture
def weeks_before(house: House) -> House:
    """The house long before its event."""
    house.publish(starts_at=house.clock.now() + timedelta(days=20))
    return house


def test_a_voucher_waits_and_becomes_tickets_when_it_is_paid(weeks_before: House) -> None:
    house = weeks_before
    session_id, path = issued(house, day=2)
    assert house.status(path)["state"] == "awaiting_payment"
    house.clock.advance(timedelta(hours=29))
    house.work()
    assert house.status(path)["state"] == "awaiting_payment"
    house.gateway.pay(session_id)
    house.hook(session_id, "checkout.session.async_payment_succeeded")
    house.work()
    assert house.status(path)["state"] == "paid"
    well(house)


def test_a_voucher_that_ran_out_frees_its_places(weeks_before: House) -> None:
    house = weeks_before
    session_id, path = issued(house, day=2)
    house.gateway.end_voucher(session_id)
    house.hook(session_id, "checkout.session.async_payment_failed")
    house.work()
    assert house.status(path)["state"] == "expired"
    well(house)


def test_a_voucher_of_which_nobody_tells_the_end_is_canceled_after_its_time(weeks_before: House) -> None:
    house = weeks_before
    session_id, path = issued(house, day=2)
    house.clock.advance(timedelta(hours=31, minutes=29))
    house.work()
    assert house.gateway.sessions[session_id].waits
    house.clock.advance(timedelta(minutes=2))
    house.work()
    assert house.gateway.sessions[session_id].over
    assert house.status(path)["state"] == "expired"
    well(house)


def test_giving_a_voucher_up_ends_it_at_stripe_first(weeks_before: House) -> None:
    house = weeks_before
    session_id, path = issued(house, day=1)
    order_id = house.order_view(path).id
    with house.app.app_context():
        give_up(order_id, house.clock.now())
        give_up(order_id, house.clock.now())
    assert house.gateway.sessions[session_id].over
    assert house.status(path)["state"] == "canceled"
    well(house)


@pytest.mark.parametrize(("days", "sold", "offered"), [(20, 0, True), (3, 0, False), (20, 271, False)])
def test_vouchers_are_offered_while_places_can_wait(house: House, days: int, sold: int, offered: bool) -> None:
    catalog = house.publish(starts_at=house.clock.now() + timedelta(days=days))
    with house.app.app_context(), writing() as session:
        session.execute(update(Stock).values(sold=sold))
    page = house.client.get(f"/e/{catalog.slug}/review?qty-1-DAY=1").text
    params = house.gateway.params[session_of(house.order(day=1))]
    assert ("konbini" in params["allowed_payment_method_types"]) == offered
    assert (params["adaptive_pricing"], params["managed_payments"]) == ({"enabled": False}, {"enabled": False})
    assert ("at a convenience store by" in page) == offered
