"""Reconciling: what differs from Stripe's books is named, and put right where that is safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from books_of_stripe import change, codes, compare, keep_books, payment
from documents import document, named
from factories import House, session_of, well
from ticketing.core.db import reading, writing
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.terms import in_full
from ticketing.payments.differences import TEXTS
from ticketing.payments.models import Dispute, Refund
from ticketing.payments.outcome import Checkout, StripeDispute, StripeRefund, Unreachable
from ticketing.payments.reconcile import reconcile
from ticketing.payments.reconcile_repair import REPAIRS
from ticketing.payments.refunds import Cause, of_order, refund_tickets


def refund(house: House, path: str, *numbers: int) -> None:
    """Refund these tickets, and let Stripe do it."""
    order_id = house.order_view(path).id
    with house.app.app_context(), writing() as session:
        order = get(session, order_id)
        refund_tickets(session, order, numbers, in_full(order, numbers), Cause("organizer", "cli"), house.clock.now())
    house.work()


def back(house: House, amount: int, **more: Any) -> StripeRefund:
    """A refund that somebody made in Stripe's Dashboard."""
    intent = next(iter(house.gateway.sessions.values())).payment_intent
    made = StripeRefund("re_dashboard", "succeeded", amount, "jpy", intent, None, None, datetime.now(UTC))
    house.gateway.made_refunds[made.id] = replace(made, **more)
    return house.gateway.made_refunds[made.id]


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


def session_changed(**values: Any) -> Callable[[House], None]:
    """Stripe's only session is another one."""

    def do(house: House) -> None:
        session_id, one = next(iter(house.gateway.sessions.items()))
        house.gateway.sessions[session_id] = replace(one, **values)

    return do


def no_sessions(house: House) -> None:
    house.gateway.sessions.clear()


def no_refunds(house: House) -> None:
    house.gateway.made_refunds.clear()


def second_refund(house: House) -> None:
    back(house, 500, refund_id=house.gateway.made_refunds["re_1"].refund_id)


def dispute_gone(house: House) -> None:
    values = {"status": "won", "reason": "fraudulent", "amount_minor": 1, "currency": "jpy", "blocked": False}
    now = house.clock.now()
    row = Dispute(id="du_9", payment_id=payment(house).id, opened_at=now, updated_at=now, **values)
    with house.app.app_context(), writing() as session:
        session.add(row)


BROKEN: Mapping[str, tuple[Callable[[House], None], set[str]]] = {
    "our amount": (lambda house: change(house, amount_minor=1), {"session_amount", "order_amount", "balance_amount"}),
    "our total": (lambda house: change(house, Order, total_minor=1), {"order_amount"}),
    "their amount": (session_changed(amount=9), {"session_amount", "balance_amount"}),
    "not paid there": (
        session_changed(status="expired", payment_status="unpaid"),
        {"confirmed_not_paid", "balance_missing"},
    ),
    "another intent": (session_changed(payment_intent="pi_other"), {"intent_differs"}),
    "lost there": (no_sessions, {"session_missing", "balance_missing"}),
    "unknown here": (session_changed(payment_id="p9", id="cs_9"), {"session_unknown", "balance_missing"}),
    "refund lost there": (no_refunds, {"refund_missing", "balance_missing"}),
    "refund twice": (second_refund, {"refund_twice"}),
    "refund amount": (lambda house: change(house, Refund, amount_minor=1), {"refund_amount", "balance_amount"}),
    "dispute lost there": (dispute_gone, {"dispute_missing"}),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_only_a_person_can_judge_is_named_each_time_and_left(house: House, how: str) -> None:
    path = house.buy(day=2)
    refund(house, path, 1)
    assert compare(house).plain()["matches"] is True
    break_it, expected = BROKEN[how]
    break_it(house)
    first, second = compare(house), compare(house)
    assert expected <= set(codes(second.left))
    assert codes(first.left) == codes(second.left)
    assert second.repaired == []
    order = house.order_view(path).code
    told = second.plain()
    assert {one["order"] for one in told["differences"]} <= {order, None}
    assert all(one["detail"] and one["what_to_do"] and "%" not in one["detail"] for one in told["differences"])
    assert told["matches"] is False


def test_a_charge_without_its_line_and_a_line_without_its_payment_are_named(house: House) -> None:
    house.buy(day=1)
    keep_books(house)
    (line,) = house.gateway.lines
    house.gateway.lines = [replace(line, payment_id="p9", source="ch_9")]
    assert codes(compare(house, books=False).left) == ["balance_missing", "balance_unknown"]


def test_a_refund_that_never_left_is_told_after_an_hour(house: House) -> None:
    refund(house, house.buy(day=1), 1)
    house.gateway.made_refunds.clear()
    change(house, Refund, stripe_id=None, state="requested")
    assert codes(compare(house).left) == []
    change(house, Refund, requested_at=datetime(2025, 10, 25, tzinfo=UTC))
    assert codes(compare(house).left) == ["refund_unsent"]
    assert house.gateway.made_refunds == {}


def test_what_bears_no_mark_of_ours_is_counted_and_no_difference(house: House) -> None:
    house.buy(day=1)
    keep_books(house)
    now, line = datetime.now(UTC), house.gateway.lines[0]
    house.gateway.sessions["cs_x"] = Checkout("cs_x", "complete", "paid", 9, "krw", None, "pi_x", None, now)
    house.gateway.made_refunds["re_x"] = StripeRefund("re_x", "succeeded", 9, "krw", "pi_x", None, None, now)
    payout = replace(line, id="txn_po", type="payout", source="po_1", payment_id=None)
    house.gateway.lines += [replace(line, id="txn_x", source="ch_x", payment_id=None), payout]
    result = compare(house, books=False)
    assert (result.left, result.checked["foreign"]) == ([], 3)


def test_an_unknown_session_is_no_difference_once_its_money_went_back(house: House) -> None:
    house.buy(day=1)
    stray = Checkout("cs_x", "complete", "paid", 700, "jpy", None, "pi_x", "p9", datetime.now(UTC))
    house.gateway.sessions["cs_x"] = stray
    assert codes(compare(house).left) == ["session_unknown"]
    back(house, 700, payment_intent="pi_x")
    assert compare(house).left == []


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


def test_every_difference_is_described_with_its_repair() -> None:
    listed = named(document("docs/reference.md"), "Difference")
    assert set(listed) == set(TEXTS)
    assert {code for code, row in listed.items() if row[2]} == set(REPAIRS)
