"""Buying with a promo code, from the link to the receipt: the price is shown first, kept, and only that is paid."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from crowd import BUYERS, patient, together
from flask.testing import FlaskClient

import promo_codes
from back_office import refunds
from factories import MORNING, SEED, SLUG, House, session_of, well
from ticketing.core.db import reading
from ticketing.core.limits import RULES, make_limiter
from ticketing.orders.models import Order

CHOICE = f"/e/{SLUG}/review?lang=en&qty-1-DAY=2"


def items(house: House) -> list[tuple[int, int, str]]:
    """What Stripe was asked for last: quantity, price of one, name."""
    *_, last = house.gateway.params.values()
    found = last["line_items"]
    return [(i["quantity"], i["price_data"]["unit_amount"], i["price_data"]["product_data"]["name"]) for i in found]


def test_a_link_shows_the_prices_and_leads_to_the_discount_without_a_cookie(house: House) -> None:
    promo_codes.make(house, "EARLY", percent=10)
    page = house.client.get(f"/e/{SLUG}?lang=en&code=early").text
    assert '<del class="before"><span class="vh">Price without the code: </span>¥2,000</del>' in page
    assert '<input type="hidden" name="code" value="EARLY">' in page
    assert "From ¥900" in page
    assert 'href="?code=EARLY&amp;lang=ja"' in page
    review = house.client.get(f"{CHOICE}&code=EARLY").text
    assert "¥3,600" in review
    assert "The code EARLY takes off ¥400." in review
    assert re.search(r"<del[^>]*>.*?¥4,000</del> ¥3,600</td>", review)
    for kept in ('<input type="hidden" name="code" value="EARLY">', 'name="code" type="text" value="EARLY"'):
        assert kept in review
    assert 'content="noindex"' in page
    assert not {"EARLY", "noindex"} & set(re.findall(r"\w+", house.client.get(f"/e/{SLUG}?lang=en").text))


def test_the_discount_is_paid_and_told_in_the_letter_on_the_page_and_in_the_receipt(house: House) -> None:
    key = promo_codes.make(house, "EARLY", percent=10, tiers=["1-DAY"])
    path = house.buy(day=2, conference=1, code="ｅａｒｌｙ", email="hanako@example.com", lang="en")
    assert items(house) == [(2, 1800, "1 DAY Ticket (with promo code)"), (1, 1000, "Event Only Ticket")]
    assert house.status(path)["total"] == {"amount": 4600, "currency": "jpy"}
    page = house.client.get(f"{path}?lang=en").text
    assert "The code EARLY takes off ¥400." in page
    letter = house.transport.letters[-1]
    assert "The code EARLY takes off ¥400." in letter.get_body(("plain",)).get_content()
    assert "¥1,800" in letter.get_body(("html",)).get_content()
    assert "¥4,600" in house.client.get(f"{path}/receipt?lang=en").text
    assert promo_codes.used(house, key) == 2
    well(house)


def test_nobody_is_asked_for_a_code_where_there_is_none(house: House) -> None:
    asks = "I have a promo code"
    assert asks not in house.client.get(CHOICE).text
    key = promo_codes.make(house, "EARLY", percent=10, ends_at=MORNING + timedelta(hours=1))
    assert asks in house.client.get(CHOICE).text
    assert asks in house.order(day=1, name="", lang="en").text
    promo_codes.withdraw(house, key)
    assert asks not in house.client.get(CHOICE).text


@pytest.mark.parametrize(
    ("word", "said", "status"),
    [
        ("NOBODY", "This code is not known here.", 400),
        ("LATER", "This code cannot be used yet.", 409),
        ("PAST", "This code cannot be used any more.", 409),
        ("GONE", "This code cannot be used any more.", 409),
        ("ONE", "This code is good for 1 more tickets only.", 409),
        ("OTHER", "This code is not for the tickets that you chose.", 400),
        ("SINGLE", "This code is good for 1 tickets in one order.", 400),
    ],
)
def test_a_code_that_cannot_be_used_is_told_at_its_field_and_everything_typed_is_kept(
    house: House, word: str, said: str, status: int
) -> None:
    hour = timedelta(hours=1)
    promo_codes.make(house, "LATER", percent=10, starts_at=MORNING + hour)
    promo_codes.make(house, "PAST", percent=10, ends_at=MORNING)
    promo_codes.withdraw(house, promo_codes.make(house, "GONE", percent=10))
    promo_codes.make(house, "ONE", percent=10, max_uses=1)
    promo_codes.make(house, "OTHER", percent=10, tiers=["EVENT-ONLY"])
    promo_codes.make(house, "SINGLE", percent=10, max_per_order=1)
    typed = {"qty-1-DAY": "2", "name": "山田 花子", "email": "hanako@example.com", "attendee-2": "太郎", "code": word}
    for path in ("review", "orders"):
        answer = house.client.post(f"/e/{SLUG}/{path}?lang=en", data=typed)
        assert answer.status_code == status, answer.text
        wrong = re.search(r'<div class="field wrong">.*?</div>', answer.text, re.S)
        assert wrong
        assert said in wrong[0]
        assert f'value="{word}"' in wrong[0]
        assert all(f'value="{value}"' in answer.text for value in ("山田 花子", "hanako@example.com", "太郎"))
        assert "Pay ¥4,000" in answer.text
    assert not house.gateway.sessions
    assert house.client.get(f"/e/{SLUG}?code={word}").status_code == 200


def test_a_code_that_is_typed_with_the_order_is_shown_with_its_price_before_anything_is_placed(house: House) -> None:
    promo_codes.make(house, "EARLY", percent=10)
    form = {"day": 2, "form_key": "one form", "lang": "en", "email": "hanako@example.com"}
    asked = house.order(**form, shown=4000, code="early")
    assert asked.status_code == 409
    assert "Your order comes to ¥3,600 now." in asked.text
    assert "Pay ¥3,600" in asked.text
    assert not house.gateway.sessions
    shown = re.search(r'name="shown" value="(\d+)"', asked.text)
    assert shown
    assert house.order(**form, shown=shown[1], code="early").status_code == 303
    assert items(house) == [(2, 1800, "1 DAY Ticket (with promo code)")]


def test_another_price_than_the_one_shown_is_never_charged(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace("price = 2000", "price = 2100"))
    answer = house.order(day=2, shown=4000, lang="en")
    assert (answer.status_code, "comes to ¥4,200" in answer.text) == (409, True)


def test_guessing_is_slowed_and_a_right_code_then_waits_too(house: House, tmp_path: Path) -> None:
    promo_codes.make(house, "EARLY", percent=10)
    house.app.extensions["ticketing.limiter"] = make_limiter(tmp_path)
    client = house.client
    for number in range(RULES["promo_code"].amount):
        assert client.get(f"{CHOICE}&code=guess{number}").status_code == 400
    for word in ("guess", "EARLY"):
        answer = client.get(f"{CHOICE}&code={word}")
        assert (answer.status_code, "That was too often" in answer.text) == (429, True)
        assert answer.headers["Retry-After"]
    assert client.get(CHOICE).status_code == 200


def states(house: House) -> dict[str, int]:
    with house.app.app_context(), reading() as session:
        return {order.state: order.total_minor for order in session.query(Order)}


def test_what_a_code_makes_free_needs_no_payment_page(house: House) -> None:
    key = promo_codes.make(house, "GUEST", percent=100, max_uses=3)
    client = house.client
    review = client.get(f"{CHOICE}&code=guest").text
    assert "There is nothing to pay: the tickets come at once." in review
    assert "Get the tickets" in review
    form = {"form_key": "one form", "email": "hanako@example.com", "code": "guest", "lang": "en"}
    answers = [house.order(client, day=2, **form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    path = answers[0].location
    assert (house.status(path)["state"], len(house.codes(path))) == ("paid", 2)
    assert (house.gateway.calls, states(house), promo_codes.used(house, key)) == ([], {"paid": 0}, 2)
    house.work()
    assert "Your tickets are here." in house.transport.letters[-1].get_body(("plain",)).get_content()
    short = house.order(day=2, code="guest", lang="en")
    assert (short.status_code, "good for 1 more tickets only" in short.text) == (409, True)
    well(house)


def test_a_free_ticket_goes_back_without_money_and_its_use_stays_used(house: House) -> None:
    house.publish(starts_at=MORNING + timedelta(days=40))
    key = promo_codes.make(house, "GUEST", percent=100, max_uses=3)
    path = house.order(day=2, code="guest", lang="en").location
    terms = house.client.get(f"{path}/refund?ticket=1&lang=en").text
    shown = re.search(r'name="amount" value="(\d+)"', terms)
    assert shown
    assert house.client.post(f"{path}/refund", data={"ticket": "1", "amount": shown[1]}).status_code == 303
    house.work()
    assert house.status(path)["state"] == "partially_refunded"
    assert (refunds(house), promo_codes.used(house, key)) == ([], 2)
    well(house)


def test_one_kind_of_ticket_may_be_free_beside_one_that_is_paid(house: House) -> None:
    promo_codes.make(house, "GUEST", percent=100, tiers=["EVENT-ONLY"])
    path = house.buy(day=1, conference=2, code="guest", lang="en")
    assert [item[:2] for item in items(house)] == [(1, 2000), (2, 0)]
    assert (house.status(path)["total"]["amount"], len(house.codes(path))) == (2000, 3)
    assert house.client.post(f"{path}/receipt", data={"addressee": "A"}).status_code == 303
    assert house.client.get(f"{path}/receipt.pdf").mimetype == "application/pdf"
    well(house)


def test_when_places_are_gone_nothing_is_free(house: House) -> None:
    house.set_capacity(1)
    key = promo_codes.make(house, "GUEST", percent=100)
    assert house.order(day=2, code="guest").status_code == 409
    assert (promo_codes.used(house, key), states(house)) == (0, {})


def test_an_order_that_stripe_would_not_take_is_refused_in_plain_words(house: House) -> None:
    promo_codes.make(house, "CHEAP", amount=900, tiers=["EVENT-ONLY"])
    house.publish(SEED.read_text(encoding="utf-8").replace("price = 1000", "price = 940"))
    answer = house.order(conference=1, code="cheap", lang="en")
    assert (answer.status_code, "An order of ¥40 cannot be paid" in answer.text) == (409, True)
    assert house.order(conference=2, code="cheap").status_code == 303


def test_an_order_keeps_the_price_it_was_placed_at_when_its_code_ends(house: House) -> None:
    key = promo_codes.make(house, "EARLY", percent=10, max_uses=2)
    client, form = house.client, {"form_key": "one form", "email": "hanako@example.com", "code": "early"}
    first = house.order(client, day=2, shown=3600, **form)
    promo_codes.withdraw(house, key)
    again = house.order(client, day=2, shown=3600, **form)
    assert session_of(first) == session_of(again)
    assert house.gateway.sessions[session_of(first)].amount == 3600
    assert promo_codes.used(house, key) == 2


def test_a_form_whose_order_ended_brings_no_code_back_that_is_over(house: House) -> None:
    key = promo_codes.make(house, "EARLY", percent=10, ends_at=MORNING + timedelta(minutes=10))
    client, form = house.client, {"form_key": "one form", "email": "hanako@example.com", "code": "early", "lang": "en"}
    path = house.path(session_of(house.order(client, day=2, **form)))
    assert client.post(f"{path}/cancel").status_code == 303
    house.clock.advance(timedelta(minutes=11))
    answer = house.order(client, day=2, **form)
    assert (answer.status_code, "This code cannot be used any more." in answer.text) == (409, True)
    assert promo_codes.used(house, key) == 0


def test_the_last_uses_go_to_the_same_buyer_who_corrects_the_form(house: House) -> None:
    key = promo_codes.make(house, "EARLY", percent=10, max_uses=2)
    client, form = house.client, {"form_key": "one form", "email": "hanako@example.com"}
    session_of(house.order(client, day=2, code="early", name="A", **form))
    session_of(house.order(client, day=2, code="early", name="B", **form))
    assert promo_codes.used(house, key) == 2
    session_of(house.order(client, day=2, name="B", **form))
    assert (items(house)[0][1], promo_codes.used(house, key)) == (2000, 0)
    well(house)


def test_uses_come_back_when_the_hold_ends_unpaid(house: House) -> None:
    key = promo_codes.make(house, "EARLY", percent=10, max_uses=2)
    session_of(house.order(day=2, code="early"))
    assert house.order(day=1, code="early").status_code == 409
    house.clock.advance(timedelta(minutes=32))
    house.work()
    assert promo_codes.used(house, key) == 0
    well(house)


def test_others_were_faster_and_what_is_left_still_has_the_discount(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace('code = "conference"', 'code = "conference"\nplaces = 2', 1))
    promo_codes.make(house, "EARLY", percent=10)
    answer = house.order(conference=3, code="early", lang="en")
    assert answer.status_code == 409
    assert 'name="qty-EVENT-ONLY" value="2"' in answer.text
    assert "The code EARLY takes off ¥200." in answer.text
    assert "Pay ¥1,800" in answer.text


@pytest.mark.parametrize("percent", [20, 100])
def test_64_buyers_never_use_a_code_once_too_often(house: House, percent: int) -> None:
    key = promo_codes.make(house, "FIVE", percent=percent, max_uses=5)
    answers = together(lambda _: patient(house, day=1, code="five"))
    assert (answers.count(303), answers.count(409)) == (5, BUYERS - 5)
    assert promo_codes.used(house, key) == 5
    well(house)


def test_the_form_of_the_page_sends_what_the_page_says(house: House) -> None:
    promo_codes.make(house, "EARLY", percent=10)
    page = house.client.get(f"{CHOICE}&code=EARLY").text
    form = page[page.index('class="buyer"') :]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    assert {"qty-1-DAY": "2", "shown": "3600", "code": "EARLY"}.items() <= fields.items()
    answer = house.client.post(f"/e/{SLUG}/orders", data={**fields, "name": "A", "email": f"{uuid.uuid4().hex}@a.jp"})
    assert session_of(answer)


def test_a_code_is_no_markup(house: House) -> None:
    client: FlaskClient = house.client
    for path in (f"/e/{SLUG}?code=<script>x", f"{CHOICE}&code=<script>x", f"/e/{SLUG}/review?code=<script>x"):
        assert "<script>x" not in client.get(path).text
