"""Money that a refund was to bring back and did not: said as it is, and given back once, by one way."""

from __future__ import annotations

import re

import pytest

from back_office import Office, code_of, fail_refund, findings, refunds
from books_of_stripe import back, compare, keep_books
from factories import House
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.orders.lookup import by_code
from ticketing.payments import owed
from ticketing.payments.by_hand import plan_amount, plan_tickets
from ticketing.payments.models import Refund

NOT_BACK = "refund failed, money not back"


def give_back(office: Office, code: str, **what: str) -> None:
    office.confirm(office.post(f"/orders/{code}/refund", **what), f"/orders/{code}/refund")
    office.house.work()


def stands(office: Office, code: str) -> list[str]:
    """What the order's page and the list say of the order, once each."""
    head = re.search(r'<div class="order-head">.*?</div>', office.get(f"/orders/{code}").text, re.S)
    row = re.search(rf'<li><a href="/office/orders/{code}">.*?</li>', office.get("/orders").text, re.S)
    assert head
    assert row
    known = (NOT_BACK, "refund on its way", "partly refunded", "refunded", "paid")
    return [next(word for word in known if word in part[0]) for part in (head, row)]


def test_an_order_is_refunded_when_its_money_is_back(house: House) -> None:
    code, office = code_of(house.buy(day=1)), Office(house)
    house.gateway.refund_status = "pending"
    give_back(office, code, what="all")
    assert stands(office, code) == ["refund on its way"] * 2
    house.gateway.refund_status = "succeeded"
    made = house.gateway.made_refunds["re_1"]
    house.gateway.made_refunds["re_1"] = type(made)(**{**made.__dict__, "status": "succeeded"})
    house.hook("re_1", "refund.updated")
    house.work()
    assert stands(office, code) == ["refunded"] * 2
    fail_refund(house)
    assert stands(office, code) == [NOT_BACK] * 2
    text = office.get(f"/orders/{code}").text
    assert "Ask again for ¥2,000" in text
    assert 'id="give-back"' not in text
    assert "Order ended: refunded" not in text


def test_what_a_failed_refund_owes_does_not_go_back_by_a_second_way(house: House) -> None:
    code, office = code_of(house.buy(day=2)), Office(house)
    give_back(office, code, what="tickets", ticket="1")
    fail_refund(house)
    assert stands(office, code) == [NOT_BACK] * 2
    assert "¥2,000 of the payment can still go back" in office.get(f"/orders/{code}").text
    with house.app.app_context(), reading() as session:
        order = by_code(session, code)
        assert plan_tickets(session, order, [2]).amount.amount == 2000
        with pytest.raises(Refused, match="refund_owed"):
            plan_amount(session, order, 2001)
        with pytest.raises(Refused, match="refund_too_much"):
            plan_amount(session, order, 4001)


def test_what_was_given_back_in_the_dashboard_is_not_asked_for_again(house: House) -> None:
    code, office = code_of(house.buy(day=2)), Office(house)
    give_back(office, code, what="tickets", ticket="1")
    fail_refund(house)
    keep_books(house)
    back(house, 2000)
    compare(house)
    assert sorted(refunds(house)) == [(2000, "failed", "organizer"), (2000, "succeeded", "dashboard")]
    assert findings(house) == []
    assert stands(office, code) == ["partly refunded"] * 2
    text = office.get(f"/orders/{code}").text
    assert "Ask again" not in text
    assert "The money went back by another refund." in text
    with house.app.app_context(), writing() as session:
        (lost,) = session.query(Refund).filter_by(state="failed")
        with pytest.raises(Refused, match="refund_too_much"):
            owed.again(session, lost, "cli", house.clock.now())
