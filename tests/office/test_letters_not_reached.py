"""Letters that do not arrive are told where somebody looks, and lead to the orders that they are about."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from back_office import Office, code_of
from changes import holder_path, open_house, pass_on
from factories import SLUG, House
from ticketing.mail.transports import Later, Never

LINE = "Orders whose letters do not arrive"


@pytest.fixture
def house(house: House) -> House:
    return open_house(house)


def listed(office: Office) -> list[str]:
    return re.findall(r'href="/office/orders/(\w{7})"', office.get("/orders?unreached=1").text)


def refuse(house: House, answer: type[Never] | type[Later] | None = Never) -> None:
    house.transport.answer = answer


def test_an_order_whose_letter_is_refused_for_good_is_told_and_found(house: House) -> None:
    house.buy(day=1, email="fine@example.com")
    refuse(house)
    lost = code_of(house.buy(day=1, email="lost@example.com"))
    office = Office(house)
    dashboard = office.get("").text
    assert f"{LINE}: 1" in dashboard
    assert f'href="/office/orders?event={SLUG}&amp;unreached=1"' in dashboard
    assert listed(office) == [lost]
    page = office.get("/orders?unreached=1").text
    assert 'name="unreached" value="1" checked' in page


def test_it_is_over_when_the_letter_arrives_after_all(house: House) -> None:
    refuse(house)
    path = house.buy(day=1, email="lost@example.com")
    office = Office(house)
    assert listed(office) == [code_of(path)]
    refuse(house, None)
    again = re.search(r'action="/office(/orders/\w+/letters/[^"]+/again)"', office.get(f"/orders/{code_of(path)}").text)
    assert again
    assert office.post(again[1]).status_code == 303
    house.work()
    assert listed(office) == []
    assert LINE not in office.get("").text


def test_it_is_over_when_a_later_letter_arrives(house: House) -> None:
    refuse(house)
    path = house.buy(day=1, email="lost@example.com")
    refuse(house, None)
    house.clock.advance(timedelta(minutes=1))
    assert house.client.post(f"{path}/resend").status_code == 303
    house.work()
    assert listed(Office(house)) == []


def test_a_letter_that_only_waits_is_not_lost(house: House) -> None:
    refuse(house, Later)
    house.buy(day=1)
    assert listed(Office(house)) == []


def test_whoever_was_passed_a_ticket_counts_while_they_have_it(house: House) -> None:
    path = house.buy(day=2, email="fine@example.com")
    refuse(house)
    pass_on(house, f"{path}/t/1")
    house.work()
    refuse(house, None)
    house.clock.advance(timedelta(minutes=1))
    house.client.post(f"{path}/resend")  # the buyer is reached again, the holder is not
    house.work()
    assert listed(Office(house)) == [code_of(path)]
    assert house.client.post(f"{holder_path(house, path)}/back").status_code == 303
    house.work()
    assert listed(Office(house)) == []


def test_an_order_that_ended_unpaid_waits_for_no_letter(house: House) -> None:
    session_id = house.order(day=1).location.rpartition("/")[2]
    house.gateway.issue_voucher(session_id, house.clock.now())
    refuse(house)
    house.hook(session_id)
    house.work()
    office = Office(house)
    assert len(listed(office)) == 1
    house.gateway.end_voucher(session_id)
    house.hook(session_id, "checkout.session.async_payment_failed")
    house.work()
    assert listed(office) == []
