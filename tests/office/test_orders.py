"""Orders in the office: finding them, looking at them, giving money back."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from back_office import Office, code_of, findings, refunds
from factories import House


def test_an_order_is_found_by_code_address_and_name(house: House) -> None:
    code = code_of(house.buy(day=1, name="山田 花子", email="hanako@example.com", **{"attendee-1": "John Smith"}))
    other = code_of(house.buy(day=1, name="佐藤 次郎", email="jiro@example.com"))
    office = Office(house)
    everything = office.get("/orders").text
    assert code in everything
    assert other in everything
    for asked in ("HANAKO@", "山田花子", "山田　花", "smith"):
        text = office.get(f"/orders?q={asked}").text
        assert (code in text, other in text) == (True, False), asked
    assert office.get(f"/orders?q={code[:3].lower()} {code[3:]}").location == f"/office/orders/{code}"
    for nothing in ("nobody", "100%", "_", "\\"):
        assert "No order matches this" in office.get(f"/orders?q={nothing}").text


def test_fifty_orders_fill_a_page(house: House) -> None:
    for _ in range(51):
        house.order(day=1)
        house.clock.advance(timedelta(seconds=1))
    office = Office(house)
    first, second = office.get("/orders").text, office.get("/orders?page=2").text
    count = [len(set(re.findall(r'href="/office/orders/(\w{7})"', text))) for text in (first, second)]
    assert count == [50, 1]
    assert "Page 2 of 2" in office.get("/orders?page=99").text


def test_chosen_tickets_go_back_after_a_look_at_what_happens(house: House) -> None:
    path = house.buy(day=2, conference=1)
    code, office = code_of(path), Office(house)
    asked = office.post(f"/orders/{code.lower()}/refund", what="tickets", ticket=["1", "3"])
    assert "¥3,000 goes back" in asked.text
    assert "Ticket 3 (" in asked.text
    assert "After that ¥2,000 of the payment is left" in asked.text
    assert refunds(house) == []
    done = office.confirm(asked, f"/orders/{code}/refund")
    assert (done.status_code, done.location) == (303, f"/office/orders/{code}?done=refund#refunds")
    assert refunds(house) == [(3000, "requested", "organizer")]
    house.work()
    assert house.status(path)["state"] == "partially_refunded"
    assert [ticket["state"] for ticket in house.status(path)["tickets"]] == ["revoked", "valid", "revoked"]
    assert "asked for, not yet at Stripe" not in office.get(f"/orders/{code}").text
    assert findings(house) == []


def test_a_confirmation_sent_twice_refunds_once(house: House) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    asked = office.post(f"/orders/{code}/refund", what="amount", amount="５００円")
    assert "All tickets stay as they are" in asked.text
    assert [office.confirm(asked, f"/orders/{code}/refund").status_code for _ in range(2)] == [303, 303]
    assert refunds(house) == [(500, "requested", "organizer")]


def test_tickets_give_back_no_more_than_is_left(house: House) -> None:
    path = house.buy(day=2)
    code, office = code_of(path), Office(house)
    for _ in range(2):
        office.confirm(office.post(f"/orders/{code}/refund", what="amount", amount="1,500"), f"/orders/{code}/refund")
    asked = office.post(f"/orders/{code}/refund", what="all")
    assert "The tickets cost ¥4,000, but of the payment no more than ¥1,000 is left" in asked.text
    office.confirm(asked, f"/orders/{code}/refund")
    house.work()
    assert house.status(path)["state"] == "refunded"
    assert sorted(amount for amount, *_ in refunds(house)) == [1000, 1500, 1500]
    assert findings(house) == []


def test_what_changed_meanwhile_is_shown_before_it_is_done(house: House) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    asked = office.post(f"/orders/{code}/refund", what="all")
    office.confirm(office.post(f"/orders/{code}/refund", what="amount", amount="700"), f"/orders/{code}/refund")
    again = office.confirm(asked, f"/orders/{code}/refund")
    assert again.status_code == 409
    assert "Something has changed since you looked" in again.text
    assert "¥1,300 goes back" in again.text
    assert office.confirm(again, f"/orders/{code}/refund").status_code == 303
    assert sorted(amount for amount, *_ in refunds(house)) == [700, 1300]


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"what": "amount", "amount": "9,999"}, 409, "more than is left"),
        ({"what": "amount", "amount": "a lot"}, 400, "whole number above zero"),
        ({"what": "amount", "amount": "-5"}, 400, "whole number above zero"),
        ({"what": "tickets"}, 400, "Choose at least one ticket"),
        ({"what": "tickets", "ticket": "7"}, 409, "not valid any more"),
        ({"what": "tickets", "ticket": "x"}, 409, "not valid any more"),
    ],
)
def test_a_refusal_is_a_sentence_and_nothing_typed_is_lost(
    house: House, form: dict[str, str], status: int, says: str
) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    answer = office.post(f"/orders/{code}/refund", **form)
    assert answer.status_code == status
    assert says in answer.text
    assert f'value="{form.get("amount", "")}"' in answer.text
    assert re.search(rf'value="{form["what"]}" checked', answer.text)
    assert refunds(house) == []


def test_the_order_shows_what_happened_and_who_did_it(house: House) -> None:
    path = house.buy(day=1)
    house.tablet().scan(house.codes(path)[0])
    code, office = code_of(path), Office(house)
    office.confirm(office.post(f"/orders/{code}/refund", what="amount", amount="100"), f"/orders/{code}/refund")
    house.work()
    history = office.get(f"/orders/{code}").text.partition('id="history"')[2]
    for said in (
        "Ordered for ¥2,000, tickets: 1",
        "Paid ¥2,000",
        "Ticket 1 came in",
        "Refund of ¥100 asked for",
        "owner@example.com",
    ):
        assert said in history, said
    for lang in ("ja", "en"):
        assert f'<html lang="{lang}"' in office.client.get(f"/office/orders/{code}?lang={lang}").text


def test_an_order_that_does_not_exist_is_told(house: House) -> None:
    answer = Office(house).get("/orders/NOTHING")
    assert (answer.status_code, "There is no order NOTHING" in answer.text) == (404, True)


def test_of_many_at_once_no_more_goes_back_than_was_paid(house: House) -> None:
    code = code_of(house.buy(day=1))
    offices = [Office(house, role) for role in ("owner", "manager")] * 3
    pages = [office.post(f"/orders/{code}/refund", what="amount", amount="1500") for office in offices]
    with ThreadPoolExecutor(6) as pool:
        done = pool.map(
            lambda pair: pair[0].confirm(pair[1], f"/orders/{code}/refund"), zip(offices, pages, strict=True)
        )
        statuses = sorted(answer.status_code for answer in done)
    assert statuses == [303, 409, 409, 409, 409, 409]
    house.work()
    assert refunds(house) == [(1500, "succeeded", "organizer")]
