"""Differences that only a person can judge, and what is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from books_of_stripe import back, change, codes, compare, keep_books, payment, refund
from documents import document, named
from factories import House
from ticketing.core.db import writing
from ticketing.orders.models import Order
from ticketing.payments.differences import TEXTS
from ticketing.payments.models import Dispute, Refund
from ticketing.payments.outcome import Checkout, StripeRefund
from ticketing.payments.reconcile_repair import REPAIRS


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


def test_every_difference_is_described_with_its_repair() -> None:
    listed = named(document("docs/reference.md"), "Difference")
    assert set(listed) == set(TEXTS)
    assert {code for code, row in listed.items() if row[2]} == set(REPAIRS)
