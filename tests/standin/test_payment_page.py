"""The hosted page: what the buyer reads, in both languages, without any script."""

import re
from typing import Any

import pytest
from stripe_shop import Shop


def test_it_shows_what_is_sold_and_the_total(shop: Shop) -> None:
    html = shop.http.get(shop.session(locale="en").url, timeout=20).text
    for part in ("1-DAY", "× 2", "¥8,000", "Pay ¥8,000", "Test payment: no money moves.", "hanako@example.com"):
        assert part in html


@pytest.mark.parametrize(
    ("locale", "accepted", "lang", "words"),
    [
        ("ja", "en", "ja", "8,000円を支払う"),
        ("en", "ja", "en", "Pay ¥8,000"),
        ("auto", "ja,en;q=0.5", "ja", "8,000円を支払う"),
        (None, "fr", "en", "Pay ¥8,000"),
    ],
)
def test_it_speaks_the_sessions_language(shop: Shop, locale: Any, accepted: str, lang: str, words: str) -> None:
    session = shop.session(locale=locale)
    html = shop.http.get(session.url, headers={"Accept-Language": accepted}, timeout=20).text
    assert f'<html lang="{lang}">' in html
    assert words in html


def test_its_form_has_exactly_the_fields_that_are_promised(shop: Shop) -> None:
    html = shop.http.get(shop.session().url, timeout=20).text
    names = set(re.findall(r'<(?:input|select|button|textarea)[^>]* name="([^"]+)"', html))
    assert names == {"method", "card_number", "exp", "cvc", "confirmation_number"}


def test_it_loads_nothing_but_its_own_styles(shop: Shop) -> None:
    answer = shop.http.get(shop.session().url, timeout=20)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "form-action 'self' http://127.0.0.1:9;" in policy
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    (sheet,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', answer.text)
    assert shop.http.get(shop.base + sheet, timeout=20).headers["Content-Type"].startswith("text/css")


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(shop: Shop) -> None:
    session = shop.session(locale="en")
    answer = shop.post(session.url, method="card", card_number="4242", exp="13/30", cvc="1")
    assert answer.status_code == 422
    for text in ("Type the whole card number.", "The month is a number", "Type the 3 or 4 digits"):
        assert text in answer.text
    assert 'value="13/30"' in answer.text
    assert shop.look(session).payment_intent is None


def test_the_security_code_and_foreign_cards_are_not_shown_again(shop: Shop) -> None:
    session = shop.session()
    answer = shop.post(session.url, method="card", card_number="4111111111111111", exp="12/34", cvc="987")
    assert "4111111111111111" not in answer.text
    assert "987" not in re.sub(r"[0-9a-zA-Z_]{20,}", "", answer.text)
    assert "4111111111111111" not in str(shop.ledger())


@pytest.mark.parametrize("exp", ["01/20", "1234", ""])
def test_the_date_must_be_in_the_future(shop: Shop, exp: str) -> None:
    session = shop.session()
    assert shop.post(session.url, method="card", card_number="4242424242424242", exp=exp, cvc="123").status_code == 422


def test_a_method_that_is_not_offered_is_refused(shop: Shop) -> None:
    session = shop.session(allowed_payment_method_types=["card"])
    assert shop.voucher(session).status_code == 422


def test_the_buyer_can_go_back_to_the_shop(shop: Shop) -> None:
    html = shop.http.get(shop.session().url, timeout=20).text
    assert 'href="http://127.0.0.1:9/back"' in html


def test_a_finished_session_says_so(shop: Shop) -> None:
    expired, paid = shop.session(locale="en"), shop.session(locale="en")
    shop.stripe.v1.checkout.sessions.expire(expired.id)
    assert "This payment page has expired" in shop.http.get(expired.url, timeout=20).text
    shop.pay(paid)
    html = shop.http.get(paid.url, timeout=20).text
    assert "This order is paid" in html
    assert f"http://127.0.0.1:9/done?session={paid.id}" in html


def test_an_unknown_page_is_a_friendly_404(shop: Shop) -> None:
    answer = shop.http.get(f"{shop.base}/c/pay/cs_test_nothing", headers={"Accept-Language": "ja"}, timeout=20)
    assert answer.status_code == 404
    assert "この決済ページはありません" in answer.text


def test_a_receipt_can_be_read(shop: Shop) -> None:
    charge = shop.paid().payment_intent.latest_charge
    assert charge.id in shop.http.get(charge.receipt_url, timeout=20).text


def test_markup_in_names_stays_text(shop: Shop) -> None:
    price = {"currency": "jpy", "unit_amount": 500, "product_data": {"name": "<b>x</b>"}}
    html = shop.http.get(shop.session(line_items=[{"quantity": 1, "price_data": price}]).url, timeout=20).text
    assert "&lt;b&gt;x&lt;/b&gt;" in html
