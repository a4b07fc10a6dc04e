"""What guests read: nobody who paid nothing is told of money, and of one thing there is one letter."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from back_office import Office, findings
from changes import kinds, letters, open_house, page, pass_on, text_of
from factories import MORNING, House
from guest_desk import confirm, give
from ticketing.core.clock import SetClock
from ticketing.core.db import writing
from ticketing.payments.calling_off import call_off

MONEY = re.compile(r"money|paid|pay\b|refund|cancel|price|fee|[¥￥円]|返金|料金|お支払い|キャンセル", re.IGNORECASE)


def guest(house: House, language: str = "en", count: str = "1") -> str:
    """Somebody is given tickets; the path of their order."""
    office = Office(house)
    asked = give(office, name="Ann Example", email="ann@example.com", language=language, count=count)
    assert confirm(office, asked).status_code == 303
    (letter,) = letters(house, "ann@example.com")
    link = re.search(r"/o/\w+/\w+", text_of(letter))
    assert link
    return link[0]


def off(house: House) -> None:
    with house.app.app_context(), writing() as session:
        call_off(session, house.catalog().id, "cli", house.clock.now())


@pytest.mark.parametrize("language", ["ja", "en"])
def test_of_an_event_that_is_called_off_a_guest_reads_in_one_letter_without_money(house: House, language: str) -> None:
    path = guest(house, language, count="2")
    off(house)
    told = page(house, path).partition("<h1")[2].partition("<footer")[0]
    assert "There is nothing that you have to do." in told
    assert "All that you paid" not in told
    house.work()
    _tickets, letter = letters(house, "ann@example.com")
    assert re.search("is called off|中止", str(letter["Subject"]))
    assert MONEY.findall(text_of(letter).partition("-- ")[0]) == []
    assert re.search("See your tickets|チケットを確認する", text_of(letter))
    assert findings(house) == []


def test_whoever_a_guest_passed_a_ticket_on_to_reads_of_no_money_either(house: House) -> None:
    open_house(house)
    path = guest(house)
    assert pass_on(house, f"{path}/t/1", language="en").status_code == 303
    off(house)
    house.work()
    *_, letter = letters(house, "aoi@example.com")
    assert "is called off" in str(letter["Subject"])
    assert MONEY.findall(text_of(letter).partition("-- ")[0]) == []
    assert [kind for kind, to, _state in kinds(house) if to == "aoi@example.com"] == ["ticket.ended", "ticket.received"]


@pytest.mark.parametrize(("days", "may_give_back"), [(8, True), (0, False)])
def test_the_letter_with_a_guests_tickets_says_until_when_they_can_be_given_back_and_no_price(
    house: House, days: int, may_give_back: bool
) -> None:
    house.clock = house.app.extensions["ticketing.clock"] = SetClock(MORNING - timedelta(days=days))
    house.gateway.now = house.clock.now
    guest(house)
    text = text_of(letters(house, "ann@example.com")[0]).partition("-- ")[0]
    assert MONEY.findall(text) == []
    assert ("You cannot come? With the link you can give tickets back until" in text) is may_give_back
