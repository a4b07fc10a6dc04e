"""Refunds: tickets and places at once, the money as Stripe says, each reason once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from factories import House, well
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.money import Money
from ticketing.mail.models import Letter
from ticketing.orders.reading import get
from ticketing.orders.terms import by_rules, in_full
from ticketing.payments.models import Refund
from ticketing.payments.outcome import StripeRefund
from ticketing.payments.refunds import Cause, of_order, refund_amount, refund_tickets

ORGANIZER = Cause("organizer", "cli")


def refund(house: House, path: str, *numbers: int, cause: Cause = ORGANIZER) -> None:
    """Refund these tickets in full."""
    order_id, now = house.order_view(path).id, house.clock.now()
    with house.app.app_context(), writing() as session:
        order = get(session, order_id)
        refund_tickets(session, order, numbers, in_full(order, numbers), cause, now)


def told(house: House, path: str) -> list[tuple[int, str]]:
    """The refunds of an order: amount and state."""
    with house.app.app_context(), reading() as session:
        return [(one.amount_minor, one.state) for one in of_order(session, house.order_view(path).id)]


def letters(house: House, kind: str) -> int:
    """How many letters of a kind were queued."""
    with house.app.app_context(), reading() as session:
        return len(session.scalars(select(Letter).where(Letter.kind == kind)).all())


def refund_hook(house: House, stripe_id: str, kind: str = "refund.updated") -> None:
    """Stripe tells that a refund has changed, twice, and the worker works."""
    house.hook(stripe_id, kind)
    house.hook(stripe_id, kind)
    house.work()


def test_one_ticket_goes_back_and_its_place_with_it(house: House) -> None:
    path = house.buy(day=2, conference=1)
    refund(house, path, 1)
    facts = house.status(path)
    assert facts["state"] == "partially_refunded"
    assert [ticket["state"] for ticket in facts["tickets"]] == ["revoked", "valid", "valid"]
    assert told(house, path) == [(2000, "requested")]
    house.work()
    assert told(house, path) == [(2000, "succeeded")]
    assert (letters(house, "refund.asked"), letters(house, "refund.done")) == (1, 1)
    refund(house, path, 2, 3)
    house.work()
    assert house.status(path)["state"] == "refunded"
    assert sorted(told(house, path)) == [(2000, "succeeded"), (3000, "succeeded")]
    well(house)


def test_a_ticket_is_refunded_once(house: House) -> None:
    path = house.buy(day=2)
    refund(house, path, 1)
    with pytest.raises(Refused, match="ticket_not_valid"):
        refund(house, path, 1, 2)
    house.work()
    assert house.status(path)["state"] == "partially_refunded"
    assert len(house.gateway.made_refunds) == 1
    well(house)


def test_more_than_was_paid_never_goes_back(house: House) -> None:
    path = house.buy(day=2)
    order_id, now = house.order_view(path).id, house.clock.now()
    with house.app.app_context(), writing() as session:
        refund_amount(session, get(session, order_id), Money(3500), ORGANIZER, now)
    with house.app.app_context(), pytest.raises(Refused, match="refund_too_much"), writing() as session:
        refund_amount(session, get(session, order_id), Money(501), ORGANIZER, now)
    with pytest.raises(Refused, match="refund_too_much"):
        refund(house, path, 1)
    assert [ticket["state"] for ticket in house.status(path)["tickets"]] == ["valid", "valid"]
    well(house)


def test_a_refund_that_fails_after_it_succeeded_is_told(house: House) -> None:
    path = house.buy(day=1)
    refund(house, path, 1)
    house.work()
    failed = replace(house.gateway.made_refunds["re_1"], status="failed", failure_reason="lost_or_stolen_card")
    house.gateway.made_refunds["re_1"] = failed
    refund_hook(house, "re_1", "refund.failed")
    assert told(house, path) == [(2000, "failed")]
    assert letters(house, "refund.failed") == 1


def test_a_refund_that_waits_for_the_buyer_stays_honest(house: House) -> None:
    path = house.buy(day=1)
    house.gateway.refund_status = "requires_action"
    refund(house, path, 1)
    house.work()
    assert told(house, path) == [(2000, "requires_action")]
    for status in ("pending", "succeeded"):
        house.gateway.made_refunds["re_1"] = replace(house.gateway.made_refunds["re_1"], status=status)
        refund_hook(house, "re_1")
        assert told(house, path) == [(2000, status)]
    assert letters(house, "refund.done") == 1


def test_a_refund_from_stripes_dashboard_revokes_what_is_not_paid_any_more(house: House) -> None:
    path = house.buy(day=2)
    intent = next(iter(house.gateway.sessions.values())).payment_intent
    for number, amount in ((1, 1500), (2, 2500)):
        made = StripeRefund(f"re_x{number}", "succeeded", amount, "jpy", intent, None, None, datetime.now(UTC))
        house.gateway.made_refunds[made.id] = made
        refund_hook(house, made.id, "refund.created")
        states = {ticket["state"] for ticket in house.status(path)["tickets"]}
        assert states == ({"valid"} if number == 1 else {"revoked"})
    assert sorted(told(house, path)) == [(1500, "succeeded"), (2500, "succeeded")]
    assert house.status(path)["state"] == "refunded"
    well(house)


@pytest.mark.parametrize("kind", ["refund.created", "charge.refunded"])
def test_a_refund_is_found_by_any_of_its_events(house: House, kind: str) -> None:
    path = house.buy(day=1)
    intent = str(next(iter(house.gateway.sessions.values())).payment_intent)
    house.gateway.made_refunds["re_x"] = StripeRefund(
        "re_x", "succeeded", 2000, "jpy", intent, None, None, datetime.now(UTC)
    )
    refund_hook(house, "re_x" if kind == "refund.created" else intent.replace("pi_", "ch_"), kind)
    assert told(house, path) == [(2000, "succeeded")]
    assert house.status(path)["state"] == "refunded"


def test_a_refund_that_stripe_refuses_waits_for_a_person(house: House) -> None:
    path = house.buy(day=1)
    refund(house, path, 1)
    house.gateway.refuses_all = True
    house.work()
    assert told(house, path) == [(2000, "failed")]
    with house.app.app_context(), reading() as session:
        assert session.scalars(select(Refund.failure)).one() == "charge_already_refunded"


@pytest.mark.parametrize(
    ("days_before", "expected"), [(30, (3000, 0)), (10, (2100, 900)), (6, None)], ids=["free", "fee", "closed"]
)
def test_the_rules_of_the_event_say_what_comes_back(
    house: House, days_before: int, expected: tuple[int, int] | None
) -> None:
    catalog = house.publish(starts_at=house.clock.now() + timedelta(days=days_before))
    path = house.buy(day=1, conference=1)
    with house.app.app_context(), reading() as session:
        order = get(session, house.order_view(path).id)
        if expected is None:
            with pytest.raises(Refused, match="refund_closed"):
                by_rules(catalog, order, [1, 2], house.clock.now())
        else:
            terms = by_rules(catalog, order, [1, 2], house.clock.now())
            assert (terms.amount.amount, terms.kept.amount) == expected
