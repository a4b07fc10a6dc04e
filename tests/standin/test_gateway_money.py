"""The house's gateway over the stand-in: cards, convenience stores, refunds and disputes, read as plain facts."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from stripe_shop import GOOD_CARD, Shop, wait_until

from ticketing.payments.gateway import StripeGateway
from ticketing.payments.outcome import Charged, Checkout, Rejected, StripeDispute, StripeRefund

FEE = 288  # 3.6 % of 8,000 yen


class Till:
    """Sells by the gateway, pays as a buyer."""

    def __init__(self, gateway: StripeGateway, shop: Shop) -> None:
        self.gateway = gateway
        self.shop = shop

    def open(self, **changes: Any) -> Checkout:
        payment_id = uuid.uuid4().hex
        both = {"metadata": {"payment_id": payment_id}, "payment_intent_data": {"metadata": {"payment_id": payment_id}}}
        options = {"konbini": {"expires_after_days": 1}}
        asked = {"allowed_payment_method_types": ["card", "konbini"], "payment_method_options": options, **both}
        return self.gateway.open_checkout(self.shop.order(**asked, **changes), payment_id)

    def by_card(self, number: str = GOOD_CARD) -> Checkout:
        opened = self.open()
        assert opened.url
        form = {"method": "card", "card_number": number, "exp": "12/34", "cvc": "123"}
        assert self.shop.post(opened.url, **form).status_code == 303
        return self.gateway.checkout(opened.id)

    def by_voucher(self, number: str) -> Checkout:
        opened = self.open()
        assert opened.url
        assert self.shop.post(opened.url, method="konbini", confirmation_number=number).status_code == 303
        self.shop.control("advance", seconds=0)
        return self.gateway.checkout(opened.id)

    def give_back(self, paid: Checkout, amount: int, key: str = "") -> StripeRefund:
        refund_id = key or uuid.uuid4().hex
        params = {"payment_intent": paid.payment_intent, "amount": amount, "metadata": {"refund_id": refund_id}}
        return self.gateway.give_back({**params, "reason": "requested_by_customer"}, f"refund-{refund_id}")

    def disputed(self, number: str) -> StripeDispute:
        paid = self.by_card(number)
        self.shop.control("advance", seconds=0)
        return next(one for one in self.gateway.disputes(paid.created_at) if one.payment_intent == paid.payment_intent)


@pytest.fixture
def till(gateway: StripeGateway, shop: Shop) -> Till:
    return Till(gateway, shop)


def test_a_card_payment_tells_what_it_brought(till: Till) -> None:
    paid = till.by_card()
    assert paid.charged
    assert paid.charged == Charged(paid.charged.id, "card", FEE, 8000 - FEE)
    assert (paid.paid, paid.waits, paid.over, paid.intent_status) == (True, False, False, "succeeded")


def test_an_attempt_that_was_declined_has_brought_nothing(till: Till) -> None:
    opened = till.open()
    assert opened.url
    till.shop.post(opened.url, method="card", card_number="4000000000000002", exp="12/34", cvc="123")
    tried = till.gateway.checkout(opened.id)
    assert (tried.status, tried.charged, tried.intent_status) == ("open", None, "requires_payment_method")
    assert till.gateway.expire_checkout(opened.id).over


def test_a_voucher_is_told_with_its_numbers_until_it_is_paid(till: Till) -> None:
    issued = till.by_voucher("11111111110")
    assert (issued.status, issued.payment_status, issued.waits, issued.charged) == ("complete", "unpaid", True, None)
    assert issued.voucher
    assert issued.voucher.url
    assert timedelta(days=1) <= issued.voucher.expires_at - till.shop.now() <= timedelta(days=2)
    assert {"familymart", "lawson", "ministop", "seicomart"} == set(issued.voucher.stores)
    assert issued.voucher.stores["lawson"]["confirmation_number"] == "11111111110"
    assert till.gateway.expire_checkout(issued.id) == issued
    till.shop.control("advance", seconds=180)
    paid = till.gateway.checkout(issued.id)
    assert paid.charged
    assert (paid.paid, paid.voucher, paid.charged.method, paid.charged.fee) == (True, None, "konbini", FEE)
    assert paid.charged.id.startswith("py_")


def test_a_voucher_ends_by_itself_or_by_us_but_not_when_it_was_paid(till: Till) -> None:
    assert till.by_voucher("33333333330").over
    waiting = till.by_voucher("55555555550")
    assert waiting.payment_intent
    canceled = till.gateway.cancel_voucher(waiting.id, waiting.payment_intent)
    assert (canceled.over, canceled.intent_status) == (True, "canceled")
    paid = till.by_voucher("22222222220")
    assert paid.payment_intent
    assert till.gateway.cancel_voucher(paid.id, paid.payment_intent) == paid
    assert paid.paid


def test_parts_are_refunded_once_for_their_key_and_no_more_than_was_paid(till: Till) -> None:
    paid = till.by_card()
    assert paid.charged
    part = till.give_back(paid, 3000, "first")
    assert till.give_back(paid, 3000, "first") == part == till.gateway.refund(part.id)
    assert (part.status, part.amount, part.refund_id, part.payment_intent) == (
        "succeeded",
        3000,
        "first",
        paid.payment_intent,
    )
    with pytest.raises(Rejected):
        till.give_back(paid, 5001)
    rest = till.give_back(paid, 5000)
    with pytest.raises(Rejected) as refusal:
        till.give_back(paid, 1)
    assert refusal.value.code == "charge_already_refunded"
    assert list(till.gateway.refunds_of(paid.charged.id)) == [rest, part]
    assert list(till.gateway.refunds(paid.created_at))[:2] == [rest, part]


def test_a_refund_may_fail_after_it_succeeded(till: Till) -> None:
    made = till.give_back(till.by_card("4000000000005126"), 8000)
    assert (made.status, made.failure_reason) == ("succeeded", None)
    till.shop.control("advance", seconds=600)
    failed = till.gateway.refund(made.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")


def test_a_refund_may_be_pending_first(till: Till) -> None:
    made = till.give_back(till.by_card("4000000000007726"), 8000)
    till.shop.control("advance", seconds=600)
    assert (made.status, till.gateway.refund(made.id).status) == ("pending", "succeeded")


def test_a_refund_of_a_voucher_waits_for_the_buyers_account(till: Till) -> None:
    made = till.give_back(till.by_voucher("22222222220"), 8000)
    assert made.status == "requires_action"
    till.shop.name_account(made.id, "1111113")
    assert till.gateway.refund(made.id).status == "pending"
    till.shop.control("advance", seconds=600)
    assert till.gateway.refund(made.id).status == "requires_action"
    till.shop.name_account(made.id, "0001234")
    till.shop.control("advance", seconds=600)
    assert till.gateway.refund(made.id).status == "succeeded"


def test_a_refund_of_a_voucher_fails_when_nobody_names_an_account(till: Till) -> None:
    made = till.give_back(till.by_voucher("22222222220"), 8000)
    till.shop.control("advance", seconds=45 * 86400)
    assert till.gateway.refund(made.id).status == "failed"


@pytest.mark.parametrize(
    ("number", "reason", "status"),
    [
        ("4000000000000259", "fraudulent", "needs_response"),
        ("4000000000002685", "product_not_received", "needs_response"),
        ("4000000000001976", "fraudulent", "warning_needs_response"),
    ],
)
def test_a_disputed_card_is_told_with_reason_and_last_day(till: Till, number: str, reason: str, status: str) -> None:
    dispute = till.disputed(number)
    assert (dispute.reason, dispute.status, dispute.amount) == (reason, status, 8000)
    assert dispute.evidence_due_by
    assert dispute.evidence_due_by > dispute.created_at
    assert till.gateway.dispute(dispute.id) == dispute


def test_what_is_disputed_is_not_refunded_as_well(till: Till) -> None:
    paid = till.by_card()
    opened = till.shop.control("dispute", payment_intent=paid.payment_intent)
    with pytest.raises(Rejected) as refusal:
        till.give_back(paid, 8000)
    assert refusal.value.code == "charge_disputed"
    till.shop.control("dispute", dispute=opened["id"], status="lost")
    assert till.gateway.dispute(opened["id"]).status == "lost"


def test_webhooks_and_the_list_of_events_give_the_same_hints(till: Till) -> None:
    till.shop.control("advance", seconds=2)
    began, posted = till.shop.now(), till.shop.hook.posted
    paid = till.by_card("4000000000000259")
    till.give_back(till.by_card(), 100)
    till.by_voucher("33333333330")
    till.open()
    till.shop.control("advance", seconds=3600)
    wanted = {hint.id: hint for hint in till.gateway.events(began)}
    assert {hint.type for hint in wanted.values()} >= {"checkout.session.expired", "refund.created"}
    assert paid.id in {hint.object_id for hint in wanted.values()}
    wait_until(lambda: wanted.keys() <= {event.id for event in till.shop.hook.came})
    told = [till.gateway.read_webhook(body, signature) for body, signature in posted]
    assert {hint.id: hint for hint in told if hint.id in wanted} == wanted
