"""Disputes: by card number, and on demand."""

from typing import Any

import pytest
import stripe
from stripe_shop import Shop, wait_until


def dispute_of(shop: Shop, session: Any) -> Any:
    intent = session.payment_intent.id
    wait_until(lambda: bool(shop.stripe.v1.disputes.list({"payment_intent": intent}).data))
    return shop.stripe.v1.disputes.list({"payment_intent": intent}).data[0]


@pytest.mark.parametrize(
    ("number", "reason"), [("4000000000000259", "fraudulent"), ("4000000000002685", "product_not_received")]
)
def test_some_cards_succeed_and_are_disputed(shop: Shop, number: str, reason: str) -> None:
    session = shop.paid(number)
    dispute = dispute_of(shop, session)
    assert (dispute.reason, dispute.status, dispute.amount) == (reason, "needs_response", 8000)
    assert shop.look(session).payment_intent.latest_charge.disputed is True
    came = shop.hook.wait(dispute.id, "created", "withdrawn")
    assert came == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_an_inquiry_takes_no_money_and_allows_a_refund(shop: Shop) -> None:
    session = shop.paid("4000000000001976")
    dispute = dispute_of(shop, session)
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert shop.stripe.v1.refunds.create({"payment_intent": session.payment_intent.id}).status == "succeeded"


def test_a_payment_is_disputed_on_demand_and_then_cannot_be_refunded(shop: Shop) -> None:
    session = shop.paid()
    dispute = shop.control("dispute", payment_intent=session.payment_intent.id)
    assert (dispute["object"], dispute["is_charge_refundable"]) == ("dispute", False)
    assert dispute["balance_transactions"][0]["net"] == -9500
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.stripe.v1.refunds.create({"payment_intent": session.payment_intent.id})
    assert caught.value.code == "charge_disputed"


@pytest.mark.parametrize(
    ("end", "last"), [("won", "charge.dispute.funds_reinstated"), ("lost", "charge.dispute.closed")]
)
def test_a_dispute_ends_won_or_lost(shop: Shop, end: str, last: str) -> None:
    session = shop.paid()
    dispute = shop.control("dispute", payment_intent=session.payment_intent.id)
    assert shop.control("dispute", dispute=dispute["id"], status=end)["status"] == end
    wait_until(lambda: last in [event.type for event in shop.hook.about(dispute["id"])])
