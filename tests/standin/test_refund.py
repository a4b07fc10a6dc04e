"""Giving money back, whole and in parts, to cards and to bank accounts."""

from typing import Any

import pytest
import stripe
from stripe_shop import Shop


def give_back(shop: Shop, intent: str, **more: Any) -> Any:
    return shop.stripe.v1.refunds.create({"payment_intent": intent, **more})


def refusal(shop: Shop, intent: str, **more: Any) -> stripe.StripeError:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        give_back(shop, intent, **more)
    return caught.value


def test_a_payment_is_given_back_in_parts_until_nothing_is_left(shop: Shop) -> None:
    session = shop.paid()
    intent = session.payment_intent.id
    assert give_back(shop, intent, amount=3000, metadata={"order": "17"}).status == "succeeded"
    assert refusal(shop, intent, amount=5001).param == "amount"
    assert give_back(shop, intent).amount == 5000
    assert refusal(shop, intent).code == "charge_already_refunded"
    charge = shop.look(session).payment_intent.latest_charge
    assert (charge.amount_refunded, charge.refunded) == (8000, True)


def test_a_refund_leaves_the_balance_without_its_fee(shop: Shop) -> None:
    refund = give_back(shop, shop.paid().payment_intent.id, amount=3000)
    booking = shop.stripe.v1.balance_transactions.retrieve(refund.balance_transaction)
    assert (booking.amount, booking.fee, booking.net, booking.type) == (-3000, 0, -3000, "refund")


def test_webhooks_tell_of_the_refund(shop: Shop) -> None:
    session = shop.paid()
    refund = give_back(shop, session.payment_intent.id, reason="requested_by_customer")
    types = shop.hook.wait(refund.charge, "refund.created", "charge.refunded")
    assert types == ["refund.created", "charge.refunded"]
    assert shop.hook.about(refund.charge)[1].data.object.amount_refunded == 8000


def test_what_was_not_paid_cannot_be_given_back(shop: Shop) -> None:
    session = shop.session()
    shop.pay(session, "4000000000000002")
    assert refusal(shop, shop.look(session).payment_intent.id).code == "payment_intent_unexpected_state"
    assert refusal(shop, "pi_unknown").code == "resource_missing"
    with pytest.raises(stripe.InvalidRequestError):
        shop.stripe.v1.refunds.create({"amount": 5})


def test_a_refund_may_fail_later_and_the_charge_counts_it_no_more(shop: Shop) -> None:
    session = shop.paid("4000000000005126")
    refund = give_back(shop, session.payment_intent.id)
    assert refund.status == "succeeded"
    shop.control("advance", seconds=600)
    failed = shop.stripe.v1.refunds.retrieve(refund.id)
    assert failed.status == "failed"
    assert failed.failure_balance_transaction
    assert shop.look(session).payment_intent.latest_charge.amount_refunded == 0
    types = shop.hook.wait(refund.id, "refund.created", "refund.updated", "refund.failed")
    assert types == ["refund.created", "refund.updated", "refund.failed"]


def test_a_refund_may_take_its_time(shop: Shop) -> None:
    refund = give_back(shop, shop.paid("4000000000007726").payment_intent.id)
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    shop.control("advance", seconds=600)
    assert shop.stripe.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert shop.hook.wait(refund.id, "refund.created", "refund.updated")[-1] == "refund.updated"


def konbini_refund(shop: Shop) -> Any:
    session = shop.session(customer_email="succeed_immediately@example.com")
    shop.voucher(session)
    return give_back(shop, shop.look(session).payment_intent.id)


def name_account(shop: Shop, refund: Any, account: str) -> int:
    url = f"{shop.base}/c/refund/{refund.id}"
    return shop.post(url, routing_number="1100000", account_number=account).status_code


def status(shop: Shop, refund: Any) -> str | None:
    return shop.stripe.v1.refunds.retrieve(refund.id).status


def test_a_konbini_refund_waits_for_the_buyers_bank_account(shop: Shop) -> None:
    refund = konbini_refund(shop)
    assert refund.status == "requires_action"
    assert refund.next_action.display_details.email_sent.email_sent_to == "succeed_immediately@example.com"
    assert name_account(shop, refund, "0001234") == 303
    assert status(shop, refund) == "pending"
    shop.control("advance", seconds=600)
    assert status(shop, refund) == "succeeded"


def test_a_bank_may_send_it_back_and_the_buyer_is_asked_again(shop: Shop) -> None:
    refund = konbini_refund(shop)
    assert name_account(shop, refund, "1111113") == 303
    shop.control("advance", seconds=600)
    assert status(shop, refund) == "requires_action"
    assert name_account(shop, refund, "0001234") == 303


@pytest.mark.parametrize("account", ["12", "7777777"])
def test_bank_details_that_are_no_test_account_are_refused(shop: Shop, account: str) -> None:
    refund = konbini_refund(shop)
    assert name_account(shop, refund, account) == 422
    assert status(shop, refund) == "requires_action"


def test_it_fails_when_nobody_names_an_account_in_45_days(shop: Shop) -> None:
    refund = konbini_refund(shop)
    shop.stripe.v1.test_helpers.refunds.expire(refund.id)
    assert status(shop, refund) == "failed"
    later = konbini_refund(shop)
    shop.control("advance", seconds=46 * 86400)
    assert status(shop, later) == "failed"


def test_the_shop_may_take_a_waiting_refund_back(shop: Shop) -> None:
    refund = konbini_refund(shop)
    assert shop.stripe.v1.refunds.cancel(refund.id).status == "canceled"
    assert shop.stripe.v1.charges.retrieve(refund.charge).amount_refunded == 0
    with pytest.raises(stripe.InvalidRequestError):
        shop.stripe.v1.refunds.cancel(refund.id)


def test_metadata_of_a_refund_can_be_changed(shop: Shop) -> None:
    refund = give_back(shop, shop.paid().payment_intent.id, amount=100)
    changed = shop.stripe.v1.refunds.update(refund.id, {"metadata": {"ticket": "2"}})
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"ticket": "2"}
