"""Promo codes in the office: made, changed, withdrawn, and what they did, by who may."""

from __future__ import annotations

import csv
import io
import re
import uuid
from typing import Any

import pytest
from werkzeug.test import TestResponse

import promo_codes
from back_office import Office, code_of, refunds
from factories import SLUG, House, session_of
from ticketing.core.db import reading, writing
from ticketing.promos.models import PromoCode


def make(office: Office, **form: Any) -> TestResponse:
    fields = {
        "event": SLUG,
        "word": "early-10",
        "kind": "percent",
        "off": "１０",
        "form_key": str(uuid.uuid4()),
        **form,
    }
    return office.post("/promo-codes", **fields)


def codes(house: House) -> list[PromoCode]:
    with house.app.app_context(), reading() as session:
        return list(session.query(PromoCode).order_by(PromoCode.made_at, PromoCode.word))


def block(office: Office, word: str) -> str:
    """What the page says of one code, as words."""
    page = office.get("/promo-codes").text
    (found,) = [one for one in re.findall(r'<li class="block">.*?</li>', page, re.S) if f">{word}</strong>" in one]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_a_code_is_made_once_however_often_the_form_is_sent_and_can_be_used(house: House) -> None:
    office = Office(house)
    window = {"starts_at": "2025-10-26T09:00", "ends_at": "2025-10-26T20:00"}
    key = str(uuid.uuid4())
    for _ in range(2):
        answer = make(
            office, form_key=key, tier="1-DAY", max_uses="50", max_per_order="4", note=" For press ", **window
        )
        assert answer.status_code == 303
    (code,) = codes(house)
    assert (code.word, code.percent, code.tiers, code.max_uses, code.max_per_order) == (
        "EARLY-10",
        10,
        ["1-DAY"],
        50,
        4,
    )
    assert (code.note, code.starts_at.isoformat() if code.starts_at else "") == (
        "For press",
        "2025-10-26T00:00:00+00:00",
    )
    session_of(house.order(day=2, code="Early-10"))
    said = block(office, "EARLY-10")
    for part in ("10% off each ticket", "in force", "1 DAY Ticket", "2 of 50", "Tickets paid 0", "owner@example.com"):
        assert part in said
    assert f'value="http://localhost/e/{SLUG}?code=EARLY-10" readonly' in office.get("/promo-codes").text


def test_the_page_says_what_was_paid_with_a_code_and_what_it_gave_away(house: House) -> None:
    office = Office(house)
    make(office, kind="amount", off="300")
    path = house.buy(day=2, conference=1, code="early-10")
    house.order(day=1, code="early-10")
    said = block(office, "EARLY-10")
    assert "Tickets used, unpaid ones too 4 Tickets paid 3 Given away ¥900" in said
    order = office.get(f"/orders/{code_of(path)}").text
    assert "The code EARLY-10 takes off ¥900." in order
    office.confirm(office.post(f"/orders/{code_of(path)}/refund", what="all"), f"/orders/{code_of(path)}/refund")
    house.work()
    assert house.status(path)["state"] == "refunded"
    assert refunds(house) == [(4100, "succeeded", "organizer")]
    assert "Tickets paid 3 Given away ¥900" in block(office, "EARLY-10")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"word": "a b&c"}, "A code has 2 to 40 letters and digits"),
        ({"off": "0"}, "Say what the code takes off"),
        ({"off": "101"}, "Say what the code takes off"),
        ({"off": "10.5"}, "Say what the code takes off"),
        ({"off": "99"}, "would cost less than 50 yen"),
        ({"kind": "amount", "off": "980"}, "Event Only Ticket would cost less than 50 yen"),
        ({"max_uses": "many"}, "Write how many tickets as a whole number"),
        ({"max_per_order": "0"}, "Write how many tickets as a whole number"),
        ({"starts_at": "2025-10-26T10:00", "ends_at": "2025-10-26T10:00"}, "The end must come after the beginning."),
        ({"ends_at": "tomorrow"}, "Use a day and a time"),
        ({"note": "x" * 201}, "That note is too long."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(house: House, form: dict[str, str], said: str) -> None:
    answer = make(Office(house), **{"tier": "EVENT-ONLY", "note": "For press", **form})
    assert answer.status_code in (400, 409)
    assert said in answer.text
    assert re.search(r'name="tier" value="EVENT-ONLY" checked', answer.text)
    assert f'value="{form.get("word", "early-10").replace("&", "&amp;")}"' in answer.text
    assert codes(house) == []


def test_a_word_is_in_force_once(house: House) -> None:
    office = Office(house)
    make(office)
    answer = make(office, word="ＥＡＲＬＹ－１０")
    assert (answer.status_code, "The code EARLY-10 is in force already." in answer.text) == (409, True)


def test_limits_are_changed_but_never_below_what_is_used(house: House) -> None:
    office = Office(house)
    make(office, max_uses="5")
    session_of(house.order(day=3, code="early-10"))
    (code,) = codes(house)
    answer = office.post(f"/promo-codes/{code.id}", max_uses="2", note="Fewer")
    assert (answer.status_code, "3 tickets have this code already." in answer.text) == (409, True)
    assert 'value="Fewer"' in answer.text
    assert office.post(f"/promo-codes/{code.id}", max_uses="3", off="90").status_code == 303
    (code,) = codes(house)
    assert (code.max_uses, code.percent) == (3, 10)
    assert "used up" in block(office, "EARLY-10")
    assert "This code is used up." in house.order(day=1, code="early-10", lang="en").text


def test_a_code_is_withdrawn_for_good_and_orders_keep_their_price(house: House) -> None:
    office = Office(house)
    make(office)
    session_id = session_of(house.order(day=2, code="early-10"))
    (code,) = codes(house)
    for _ in range(2):
        assert office.post(f"/promo-codes/{code.id}/withdraw").status_code == 303
    assert office.post(f"/promo-codes/{code.id}", max_uses="9").status_code == 409
    assert "This code cannot be used any more." in house.order(day=1, code="early-10", lang="en").text
    house.gateway.pay(session_id)
    house.hook(session_id)
    house.work()
    assert house.status(house.path(session_id))["total"]["amount"] == 3600
    assert "withdrawn" in block(office, "EARLY-10")
    assert promo_codes.used(house, code.id) == 2
    log = office.get("/audit").text
    assert all(words in log for words in ("Promo code made", "Promo code withdrawn"))


def test_a_viewer_sees_the_codes_and_can_change_nothing(house: House) -> None:
    make(Office(house))
    (code,) = codes(house)
    viewer = Office(house, "viewer")
    page = viewer.get("/promo-codes").text
    assert "EARLY-10" in page
    assert "<form" not in page.partition("<h1>")[2]
    for path in ("", f"/{code.id}", f"/{code.id}/withdraw"):
        assert viewer.post(f"/promo-codes{path}", event=SLUG).status_code == 403
    assert codes(house)[0].withdrawn_at is None


def test_a_code_that_is_none_is_not_found(house: House) -> None:
    assert Office(house).post("/promo-codes/nothing/withdraw").status_code == 404


def test_the_table_of_orders_says_which_code_and_how_much(house: House) -> None:
    promo_codes.make(house, "EARLY", percent=10, tiers=["1-DAY"])
    house.buy(day=2, conference=1, code="early")
    house.buy(conference=1)
    office = Office(house)
    table = office.client.get(f"/office/exports/orders.csv?event={SLUG}&codes=1").text
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    found = {row["total"]: (row["promo_code"], row["discount"]) for row in rows}
    assert found == {"4600": ("EARLY", "400"), "1000": ("", "0")}
    assert "割引コード" in office.client.get(f"/office/exports/orders.csv?event={SLUG}&lang=ja").text
    sales = office.client.get(f"/office/exports/accounting.csv?event={SLUG}&codes=1").text
    days = list(csv.DictReader(io.StringIO(sales.removeprefix("\ufeff"))))
    assert sum(int(day["sales"] or 0) for day in days) == 5600


def test_the_orders_of_a_code_are_found(house: House) -> None:
    key = promo_codes.make(house, "EARLY", percent=10)
    mine, other = code_of(house.buy(day=1, code="early")), code_of(house.buy(day=1))
    office = Office(house)
    assert f'href="/office/orders?event={SLUG}&amp;promo={key}"' in office.get("/promo-codes").text
    found = office.get(f"/orders?promo={key}").text
    assert (mine in found, other in found) == (True, False)
    assert f'<option value="{key}" selected>EARLY</option>' in found
    assert mine in office.get("/orders").text


def test_a_tier_that_the_event_has_no_more_leaves_a_code_for_nothing_else(house: House) -> None:
    key = promo_codes.make(house, "DAY", percent=50, tiers=["1-DAY"])
    with house.app.app_context(), writing() as session:
        session.get_one(PromoCode, key).tiers = ["GONE"]
    assert "GONE" in block(Office(house), "DAY")
    assert house.order(conference=1, code="day").status_code == 400
