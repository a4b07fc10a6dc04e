"""Creating sessions: what is answered, what is refused, and how."""

import time
from typing import Any

import pytest
import stripe
from stripe_shop import Shop


def refusal(shop: Shop, **changes: Any) -> stripe.StripeError:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.session(**changes)
    return caught.value


def test_a_session_is_open_and_says_where_to_pay(shop: Shop) -> None:
    session = shop.session()
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency) == (8000, "jpy")
    assert session.url == f"{shop.base}/c/pay/{session.id}"
    assert session.id.startswith("cs_test_")
    assert session.payment_method_types == ["card", "konbini"]


def test_it_lives_for_a_day_unless_told_otherwise(shop: Shop) -> None:
    session = shop.session(expires_at=None)
    assert session.expires_at - session.created == 24 * 60 * 60


@pytest.mark.parametrize("minutes", [20, 25 * 60])
def test_its_life_is_half_an_hour_to_a_day(shop: Shop, minutes: int) -> None:
    assert refusal(shop, expires_at=int(time.time()) + minutes * 60).param == "expires_at"


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"ui_mode": "hosted"}, "parameter_invalid", "ui_mode"),
        ({"line_items": None}, "parameter_missing", "line_items"),
        ({"success_url": "done"}, "url_invalid", "success_url"),
        ({"locale": "jp"}, "parameter_invalid", "locale"),
        ({"customer_email": "hanako"}, "email_invalid", "customer_email"),
        ({"customer_email": "hanako.@docomo.ne.jp"}, "email_invalid", "customer_email"),
        ({"client_reference_id": "x" * 201}, "parameter_invalid_string_length", "client_reference_id"),
        ({"metadata": {"note": "x" * 501}}, "parameter_invalid", "metadata[note]"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
    ],
)
def test_what_stripe_does_not_take_is_refused(shop: Shop, changes: Any, code: str, param: str) -> None:
    error = refusal(shop, **changes)
    assert (error.http_status, error.code, error.param) == (400, code, param)


def price(amount: int, currency: str = "jpy") -> list[dict[str, Any]]:
    data = {"currency": currency, "unit_amount": amount, "product_data": {"name": "x"}}
    return [{"quantity": 1, "price_data": data}]


def test_a_card_payment_is_at_least_50_yen(shop: Shop) -> None:
    assert refusal(shop, line_items=price(49)).code == "amount_too_small"


@pytest.mark.parametrize(("amount", "methods"), [(119, ["card"]), (120, ["card", "konbini"]), (300_001, ["card"])])
def test_konbini_is_offered_from_120_to_300000_yen(shop: Shop, amount: int, methods: list[str]) -> None:
    assert shop.session(line_items=price(amount)).payment_method_types == methods


def test_the_shop_may_allow_cards_only(shop: Shop) -> None:
    assert shop.session(allowed_payment_method_types=["card"]).payment_method_types == ["card"]
    assert shop.session(excluded_payment_method_types=["konbini"]).payment_method_types == ["card"]


def test_line_items_are_listed(shop: Shop) -> None:
    session = shop.session()
    (item,) = shop.stripe.v1.checkout.sessions.line_items.list(session.id).data
    assert (item.description, item.quantity, item.amount_total, item.price.unit_amount) == ("1-DAY", 2, 8000, 4000)


def test_metadata_can_be_changed_later(shop: Shop) -> None:
    session = shop.session(metadata={"order": "17", "seat": "4"})
    changed = shop.stripe.v1.checkout.sessions.update(session.id, {"metadata": {"seat": "", "row": "2"}})
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"order": "17", "row": "2"}


def test_a_call_needs_a_test_key(shop: Shop) -> None:
    for key in ("sk_live_1", "nonsense"):
        with pytest.raises(stripe.AuthenticationError):
            shop.client(key).v1.checkout.sessions.create(shop.order())
    with pytest.raises(stripe.PermissionError):
        shop.client("pk_test_1").v1.checkout.sessions.create(shop.order())
    assert shop.client("rk_test_1").v1.checkout.sessions.create(shop.order()).status == "open"


def test_the_key_may_come_by_basic_authentication(shop: Shop) -> None:
    url = f"{shop.base}/v1/checkout/sessions"
    assert shop.http.get(url, auth=("sk_test_1", ""), timeout=20).status_code == 200
    assert shop.http.get(url, timeout=20).status_code == 401


def test_only_the_pinned_api_version_is_spoken(shop: Shop) -> None:
    headers = {"Authorization": "Bearer sk_test_1", "Stripe-Version": "2020-08-27"}
    answer = shop.http.get(f"{shop.base}/v1/checkout/sessions", headers=headers, timeout=20)
    assert answer.status_code == 400
    assert answer.headers["Request-Id"].startswith("req_")


def test_an_unknown_address_is_answered_as_stripe_does(shop: Shop) -> None:
    headers = {"Authorization": "Bearer sk_test_1"}
    answer = shop.http.get(f"{shop.base}/v1/unicorns", headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")
