"""Paying at a convenience store: a voucher first, the money later."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe
from stripe_shop import Shop


def state(shop: Shop, session: Any) -> tuple[str, str, str]:
    now = shop.look(session)
    return now.status, now.payment_status, now.payment_intent.status


def test_the_buyer_gets_a_voucher_and_stays_on_stripes_page(shop: Shop) -> None:
    session = shop.session()
    answer = shop.voucher(session)
    assert answer.headers["Location"] == f"/c/pay/{session.id}"
    assert "FamilyMart" in shop.http.get(session.url, timeout=20).text
    assert state(shop, session) == ("complete", "unpaid", "requires_action")
    assert shop.hook.wait(session.id, "completed") == ["checkout.session.completed"]


def test_the_money_comes_after_three_minutes(shop: Shop) -> None:
    session = shop.session()
    shop.voucher(session)
    shop.control("advance", seconds=170)
    assert state(shop, session) == ("complete", "unpaid", "requires_action")
    shop.control("advance", seconds=20)
    assert state(shop, session) == ("complete", "paid", "succeeded")
    came = shop.hook.wait(session.id, "completed", "succeeded")
    assert came == ["checkout.session.completed", "checkout.session.async_payment_succeeded"]


@pytest.mark.parametrize(
    ("email", "number", "after", "end"),
    [
        ("a@example.com", "22222222220", 0, "succeeded"),
        ("a@example.com", "33333333330", 0, "requires_payment_method"),
        ("a@example.com", "44444444440", 180, "requires_payment_method"),
        ("a@example.com", "55555555550", 5 * 86400, "requires_payment_method"),
        ("succeed_immediately@example.com", "", 0, "succeeded"),
        ("expire_immediately@example.com", "", 0, "requires_payment_method"),
        ("expire_with_delay@example.com", "", 180, "requires_payment_method"),
        ("fill_never@example.com", "", 5 * 86400, "requires_payment_method"),
        ("expire_immediately@example.com", "22222222220", 0, "succeeded"),
    ],
)
def test_numbers_and_addresses_decide_how_it_ends(shop: Shop, email: str, number: str, after: int, end: str) -> None:
    session = shop.session(customer_email=email)
    shop.voucher(session, number)
    shop.control("advance", seconds=after)
    assert state(shop, session)[2] == end
    last = "checkout.session.async_payment_" + ("succeeded" if end == "succeeded" else "failed")
    assert shop.hook.wait(session.id, "completed", last)[-1] == last


@pytest.mark.parametrize("number", ["00000000000", "01234567890", "123"])
def test_a_number_that_no_store_takes_is_refused(shop: Shop, number: str) -> None:
    session = shop.session()
    assert shop.voucher(session, number).status_code == 422
    assert shop.look(session).status == "open"


def test_a_voucher_lasts_until_the_end_of_the_day_in_japan(shop: Shop) -> None:
    session = shop.session(payment_method_options={"konbini": {"expires_after_days": 1}})
    shop.voucher(session)
    details = shop.look(session).payment_intent.next_action.konbini_display_details
    clock = shop.http.get(f"{shop.base}/healthz", timeout=20).json()["now"]
    tomorrow = datetime.fromtimestamp(clock, UTC) + timedelta(hours=9, days=1)
    end = datetime.fromtimestamp(details.expires_at, UTC) + timedelta(hours=9)
    assert (end.date(), end.strftime("%H:%M:%S")) == (tomorrow.date(), "23:59:59")


def test_the_shop_can_cancel_a_voucher(shop: Shop) -> None:
    session = shop.session()
    shop.voucher(session)
    intent = shop.look(session).payment_intent.id
    shop.stripe.v1.payment_intents.cancel(intent, {"cancellation_reason": "requested_by_customer"})
    shop.control("advance", seconds=600)
    assert state(shop, session) == ("complete", "unpaid", "canceled")


def test_an_open_sessions_payment_is_not_canceled_but_expired(shop: Shop) -> None:
    session = shop.session()
    shop.pay(session, "4000000000000002")
    with pytest.raises(stripe.InvalidRequestError):
        shop.stripe.v1.payment_intents.cancel(shop.look(session).payment_intent.id)
    shop.stripe.v1.checkout.sessions.expire(session.id)
    assert state(shop, session)[2] == "canceled"
