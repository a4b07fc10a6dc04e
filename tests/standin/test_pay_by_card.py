"""Paying with Stripe's published test cards on the hosted page."""

import pytest
from stripe_shop import GOOD_CARD, Shop


@pytest.mark.parametrize("number", [GOOD_CARD, "5555 5555 5555 4444", "3566002020360505", "4000003920000003"])
def test_a_good_card_pays_and_leads_back_to_the_shop(shop: Shop, number: str) -> None:
    session = shop.session()
    answer = shop.pay(session, number)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://127.0.0.1:9/done?session={session.id}"
    paid = shop.look(session)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)


def test_the_payment_carries_the_orders_data_and_stripes_fee(shop: Shop) -> None:
    intent = shop.paid().payment_intent
    assert (intent.status, intent.amount_received) == ("succeeded", 8000)
    assert intent.metadata.to_dict() == {"order": "17"}
    booking = intent.latest_charge.balance_transaction
    assert (booking.amount, booking.fee, booking.net) == (8000, 288, 7712)


def test_one_webhook_tells_of_it(shop: Shop) -> None:
    session = shop.paid()
    assert shop.hook.wait(session.id, "checkout.session.completed") == ["checkout.session.completed"]
    (event,) = shop.hook.about(session.id)
    assert (event.api_version, event.data.object.payment_status) == ("2026-10-28.endive", "paid")


@pytest.mark.parametrize(
    ("number", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000000069", "expired_card", "expired_card"),
        ("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
        ("4000000000000119", "processing_error", "processing_error"),
        ("4111111111111111", "card_declined", "test_mode_live_card"),
    ],
)
def test_a_declined_card_leaves_the_session_open(shop: Shop, number: str, code: str, decline_code: str) -> None:
    session = shop.session()
    assert shop.pay(session, number).status_code == 402
    tried = shop.look(session)
    assert (tried.status, tried.payment_intent.status) == ("open", "requires_payment_method")
    error = tried.payment_intent.last_payment_error
    assert (error.code, error.decline_code) == (code, decline_code)
    assert shop.pay(session).status_code == 303
    assert shop.look(session).payment_intent.id == tried.payment_intent.id


@pytest.mark.parametrize("number", ["4000002500003155", "4000000000003220"])
def test_a_card_may_ask_for_confirmation(shop: Shop, number: str) -> None:
    session = shop.session()
    step = shop.pay(session, number).headers["Location"]
    assert shop.look(session).payment_intent.status == "requires_action"
    assert "8,000" in shop.http.get(shop.base + step, timeout=20).text
    assert shop.post(shop.base + step, outcome="confirm").headers["Location"].startswith("http://127.0.0.1:9/done")
    assert shop.look(session).payment_status == "paid"


def test_a_refused_confirmation_leaves_the_session_open(shop: Shop) -> None:
    session = shop.session()
    step = shop.pay(session, "4000000000003220").headers["Location"]
    assert shop.post(shop.base + step, outcome="refuse").status_code == 402
    error = shop.look(session).payment_intent.last_payment_error
    assert error.code == "payment_intent_authentication_failure"
    assert shop.pay(session).status_code == 303


def test_a_confirmed_card_can_still_be_declined(shop: Shop) -> None:
    session = shop.session()
    step = shop.pay(session, "4000008400001629").headers["Location"]
    assert shop.post(shop.base + step, outcome="confirm").status_code == 402
    assert shop.look(session).status == "open"


def test_paying_twice_charges_once(shop: Shop) -> None:
    session = shop.session()
    assert [shop.pay(session).status_code for _ in range(2)] == [303, 200]
    intent = shop.look(session).payment_intent.id
    assert len(shop.stripe.v1.charges.list({"payment_intent": intent}).data) == 1


def test_nothing_to_pay_needs_no_card(shop: Shop) -> None:
    free = {"currency": "jpy", "unit_amount": 0, "product_data": {"name": "Guest"}}
    session = shop.session(line_items=[{"quantity": 1, "price_data": free}])
    assert shop.post(session.url).status_code == 303
    done = shop.look(session)
    assert (done.status, done.payment_status, done.payment_intent) == ("complete", "no_payment_required", None)
