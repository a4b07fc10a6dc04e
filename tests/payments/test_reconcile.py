"""Reconciling: what differs from Stripe's books is named, and put right where that is safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from books_of_stripe import back, change, codes, compare, keep_books, payment, refund
from factories import House, session_of, well
from ticketing.core.db import reading
from ticketing.payments.outcome import Checkout, StripeDispute, Unreachable
from ticketing.payments.reconcile import reconcile
from ticketing.payments.refunds import of_order
from ticketing.reports.money import money


def test_books_that_are_the_same_match(house: House) -> None:
    path = house.buy(day=2)
    house.buy(conference=1)
    house.order(day=1)
    refund(house, path, 1)
    result = compare(house)
    assert (result.left, result.repaired) == ([], [])
    counted = {"payments": 3, "sessions": 3, "refunds": 1, "balance_lines": 3, "foreign": 0, "fees_filled": 2}
    assert counted.items() <= result.checked.items()
    assert result.plain()["matches"] is True


def test_fees_are_filled_in_from_the_books(house: House) -> None:
    house.buy(day=2)
    compare(house)
    row = payment(house)
    assert (row.charge_id, row.fee_minor, row.net_minor) == ("ch_cs_test_1", 144, 3856)
    change(house, fee_minor=1)
    assert codes(compare(house).repaired) == ["fee_differs"]
    assert payment(house).fee_minor == 144


def test_money_that_no_webhook_told_of_is_settled(house: House) -> None:
    session_id = session_of(house.order(day=1))
    house.gateway.pay(session_id)
    result = compare(house)
    assert (codes(result.left), codes(result.repaired)) == ([], ["paid_not_confirmed"])
    assert house.status(house.path(session_id))["state"] == "paid"
    assert compare(house).plain()["differences"] == []


def test_a_payment_that_lost_its_state_gets_it_back_and_no_money_goes_back(house: House) -> None:
    path = house.buy(day=1)
    change(house, state="pending", confirmed_at=None, check_at=None)
    assert codes(compare(house).repaired) == ["paid_not_confirmed"]
    house.work()
    assert (payment(house).state, payment(house).flag) == ("confirmed", None)
    assert house.status(path)["state"] == "paid"
    assert house.gateway.made_refunds == {}


def test_a_payment_page_that_ended_unpaid_ends_here_too(house: House) -> None:
    session_id = session_of(house.order(day=1))
    change(house, check_at=None)
    house.gateway.expire_checkout(session_id)
    assert codes(compare(house).repaired) == ["session_over"]
    assert house.status(house.path(session_id))["state"] == "expired"


def test_a_refund_made_in_the_dashboard_is_taken_over(house: House) -> None:
    path = house.buy(day=2)
    back(house, 1000)
    result = compare(house)
    assert (codes(result.left), codes(result.repaired)) == ([], ["refund_unknown"])
    with house.app.app_context(), reading() as session:
        rows = of_order(session, house.order_view(path).id)
        assert [(row.reason, row.state, row.amount_minor) for row in rows] == [("dashboard", "succeeded", 1000)]


def test_a_refund_that_failed_later_is_taken_over(house: House) -> None:
    refund(house, house.buy(day=2), 1)
    made = house.gateway.made_refunds["re_1"]
    house.gateway.made_refunds["re_1"] = replace(made, status="failed", failure_reason="lost_or_stolen_card")
    assert codes(compare(house).repaired) == ["refund_state"]
    assert compare(house).plain()["matches"] is True


def test_a_refund_whose_answer_was_lost_is_found_by_its_mark_and_not_sent_again(house: House) -> None:
    path = house.buy(day=1)
    house.gateway.lost_answers = 1
    refund(house, path, 1)
    house.gateway.refund_keys.clear()  # after a day Stripe has forgotten the key
    assert codes(compare(house).repaired) == ["refund_state"]
    assert len(house.gateway.made_refunds) == 1


def test_a_dispute_that_no_webhook_told_of_is_taken_over(house: House) -> None:
    path = house.buy(day=1)
    intent, now = payment(house).payment_intent_id, datetime.now(UTC)
    house.gateway.made_disputes["du_1"] = StripeDispute("du_1", "lost", "fraudulent", 2000, "jpy", intent, now, now)
    assert codes(compare(house).repaired) == ["dispute_unknown"]
    assert house.status(path)["tickets"][0]["state"] == "revoked"
    house.gateway.made_disputes["du_1"] = replace(house.gateway.made_disputes["du_1"], status="won")
    assert codes(compare(house).repaired) == ["dispute_state"]


def test_the_fee_of_a_dispute_is_noted_as_stripe_has_it(house: House) -> None:
    house.buy(day=1)
    intent, now = payment(house).payment_intent_id, datetime.now(UTC)
    house.gateway.made_disputes["du_1"] = StripeDispute("du_1", "lost", "fraudulent", 2000, "jpy", intent, now, now)
    compare(house)
    house.gateway.made_disputes["du_1"] = replace(house.gateway.made_disputes["du_1"], fee=1500)
    assert codes(compare(house).repaired) == ["dispute_fee"]
    assert compare(house).repaired == []
    with house.app.app_context(), reading() as session:
        books = money(session, house.catalog().id)
    assert (books.sums.fee, books.orders[0].sums.fee, books.sums.net) == (1572, 1572, 2000 - 72 - 2000 - 1500)


def test_a_sale_in_the_middle_of_a_comparison_is_no_difference(house: House) -> None:
    """Each time Stripe's sessions are read, somebody has bought right after."""
    house.buy(day=1)
    stripe, keep = house.gateway, house.gateway.checkouts

    def and_then_a_sale(since: datetime) -> Any:
        found = list(keep(since))
        house.buy(day=1)
        keep_books(house)
        return iter(found)

    stripe.checkouts = and_then_a_sale  # type: ignore[method-assign]
    assert compare(house).left == []


def test_whoever_dies_at_any_step_leaves_nothing_wrong_and_the_next_one_finishes(house: House) -> None:
    path = house.buy(day=2)
    lost = session_of(house.order(day=1))
    house.gateway.pay(lost)
    back(house, 1000)
    reach, deaths, calls = house.gateway._reach, 0, 0

    def dies(call: str) -> None:
        nonlocal calls
        calls += 1
        if calls > deaths:
            raise KeyboardInterrupt(call)
        reach(call)

    house.gateway._reach = dies  # type: ignore[method-assign]
    result = None
    while result is None:
        try:
            result = compare(house)
        except KeyboardInterrupt:
            deaths, calls = deaths + 1, 0
            well(house)
    assert deaths > 5
    assert result.plain()["matches"] is True
    assert house.status(house.path(lost))["state"] == "paid"
    with house.app.app_context(), reading() as session:
        assert [row.amount_minor for row in of_order(session, house.order_view(path).id)] == [1000]


def test_while_stripe_is_away_nothing_changes(house: House) -> None:
    house.buy(day=1)
    house.gateway.down = True
    with house.app.app_context(), pytest.raises(Unreachable):
        reconcile()
    house.gateway.down = False
    assert compare(house).plain()["matches"] is True


def test_a_repair_that_breaks_stops_no_other(house: House) -> None:
    broken, good = (session_of(house.order(day=1)) for _ in range(2))
    for session_id in (broken, good):
        house.gateway.pay(session_id)
    read = house.gateway.checkout

    def breaks(session_id: str) -> Checkout:
        if session_id == broken:
            raise RuntimeError("never seen before")
        return read(session_id)

    house.gateway.checkout = breaks  # type: ignore[method-assign]
    result = compare(house)
    assert [one.object for one in result.left] == [broken]
    assert [one.object for one in result.repaired] == [good]
