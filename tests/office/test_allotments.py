"""Places set aside for guests: nobody buys them, guests get theirs out of them, what is left is sold again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from back_office import Office, findings
from factories import SLUG, House
from guest_desk import confirm, give, orders
from ticketing.core.db import reading, writing
from ticketing.inventory import allotments, levels
from ticketing.inventory.allotments import Standing
from ticketing.payments import calling_off

KEY = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"


def aside(office: Office, count: str, **form: Any) -> TestResponse:
    fields = {"event": SLUG, "name": "Press", "tier": "1-DAY", "form_key": KEY, **form}
    return office.post("/allotments", count=count, **fields)


def standing(house: House) -> list[Standing]:
    with house.app.app_context(), reading() as session:
        return allotments.of_event(session, house.catalog().id)


def left(house: House) -> int:
    with house.app.app_context(), reading() as session:
        catalog = house.catalog()
        return levels.read(session, catalog.id).left(catalog, catalog.tiers[0])


def release(office: Office) -> TestResponse:
    return office.post(f"/allotments/{KEY}/release", event=SLUG, confirm="yes")


def resize(office: Office, count: str, shown: int) -> TestResponse:
    return office.post(f"/allotments/{KEY}/count", event=SLUG, count=count, shown=shown)


def sizes(house: House) -> tuple[int, int, int]:
    """Of how many the one allotment is, how many it keeps, how many anybody can buy."""
    (one,) = standing(house)
    return one.row.count, one.kept, left(house)


def test_what_is_set_aside_nobody_can_buy(house: House) -> None:
    house.set_capacity(10)
    office = Office(house)
    for _ in range(2):
        assert aside(office, "８").status_code == 303
    assert (left(house), [one.kept for one in standing(house)]) == (2, [8])
    assert house.order(day=3).status_code == 409
    assert house.order(day=2).status_code == 303
    assert findings(house) == []


def test_guests_get_their_places_out_of_it_while_nothing_is_left_to_buy(house: House) -> None:
    house.set_capacity(4)
    office = Office(house)
    aside(office, "4")
    listed = "A,a@example.com\nB,b@example.com,,2"
    assert give(office, list=listed).status_code == 409
    asked = give(office, list=listed, allotment=KEY)
    assert "Guests: 2. Tickets: 3." in asked.text
    assert confirm(office, asked).status_code == 303
    (one,) = standing(house)
    assert (one.kept, one.given, left(house)) == (1, 3, 0)
    assert findings(house) == []
    short = give(office, list="C,c@example.com,,2", allotment=KEY)
    assert (short.status_code, "2 places are wanted, 1 are left" in short.text) == (409, True)


def test_the_last_of_it_can_be_given(house: House) -> None:
    office = Office(house)
    aside(office, "2")
    confirm(office, give(office, list="A,,,2", allotment=KEY))
    assert [(one.kept, one.given) for one in standing(house)] == [(0, 2)]
    assert release(office).status_code == 303
    assert [one.buyer_name for one in orders(house)] == ["A"]
    assert findings(house) == []


def test_what_is_released_by_hand_is_sold_again_once(house: House) -> None:
    house.set_capacity(5)
    office = Office(house)
    aside(office, "5")
    confirm(office, give(office, list="A", allotment=KEY))
    for _ in range(2):
        assert release(office).status_code == 303
    assert left(house) == 4
    assert "Ended" in office.get("/allotments").text
    assert findings(house) == []
    gone = give(office, list="B", allotment=KEY)
    assert gone.status_code == 409


def test_before_a_release_it_is_asked_what_that_means(house: House) -> None:
    office = Office(house)
    aside(office, "5")
    confirm(office, give(office, list="A,,,2", allotment=KEY))
    asked = office.post(f"/allotments/{KEY}/release", event=SLUG)
    assert "Places that anybody can buy from then on: 3" in asked.text
    assert sizes(house) == (5, 3, 295)
    assert office.confirm(asked, f"/allotments/{KEY}/release").status_code == 303
    assert sizes(house) == (5, 0, 298)
    again = office.post(f"/allotments/{KEY}/release", event=SLUG)
    assert (again.status_code, "summary-box confirm" in again.text) == (200, False)


def test_more_are_set_aside_and_fewer_down_to_what_was_given(house: House) -> None:
    house.set_capacity(10)
    office = Office(house)
    aside(office, "4")
    confirm(office, give(office, list="A,,,3", allotment=KEY))
    for _ in range(2):
        assert resize(office, "９", 4).status_code == 303
    assert sizes(house) == (9, 6, 1)
    assert resize(office, "3", 9).status_code == 303
    assert sizes(house) == (3, 0, 7)
    fewer = resize(office, "2", 3)
    assert (fewer.status_code, "Places that were given already: 3" in fewer.text) == (409, True)
    assert resize(office, "5", 3).status_code == 303
    assert sizes(house) == (5, 2, 5)
    confirm(office, give(office, list="B,,,2", allotment=KEY))
    assert findings(house) == []
    logged = office.get("/audit?kind=allotment").text
    assert logged.count("Number of places set aside changed") == 3


@pytest.mark.parametrize(
    ("count", "shown", "status", "says"),
    [
        ("8", 4, 409, "Left now: 2"),
        ("0", 4, 400, "whole number from 1"),
        ("many", 4, 400, "whole number from 1"),
        ("5", 3, 409, "it is 4 places now"),
    ],
)
def test_what_it_cannot_be_made_is_told_and_what_was_typed_stays(
    house: House, count: str, shown: int, status: int, says: str
) -> None:
    house.set_capacity(6)
    office = Office(house)
    aside(office, "4")
    answer = resize(office, count, shown)
    assert (answer.status_code, says in answer.text, f'value="{count}"' in answer.text) == (status, True, True)
    assert sizes(house) == (4, 4, 2)
    assert findings(house) == []


def test_nothing_is_added_to_what_was_released_or_to_an_event_that_is_called_off(house: House) -> None:
    office = Office(house)
    aside(office, "4")
    with house.app.app_context(), writing() as session:
        calling_off.call_off(session, house.catalog().id, "cli", house.clock.now())
    assert resize(office, "5", 4).status_code == 409
    release(office)
    assert resize(office, "5", 4).status_code == 409
    assert sizes(house)[:2] == (4, 0)


def test_places_that_people_wait_for_are_not_set_aside(house: House) -> None:
    house.set_capacity(4)
    office = Office(house)
    aside(office, "4")
    wish = {"tier": "1-DAY", "quantity": "1", "email": "waits@example.com"}
    assert house.client.post(f"/e/{SLUG}/waiting", data=wish).status_code == 303
    assert resize(office, "3", 4).status_code == 303
    assert resize(office, "4", 3).status_code == 409
    assert sizes(house) == (3, 3, 0)


def test_what_is_kept_until_a_moment_is_sold_again_from_then_on(house: House) -> None:
    house.set_capacity(5)
    office = Office(house)
    at = house.clock.now().astimezone(house.catalog().zone) + timedelta(hours=1)
    aside(office, "5", until=f"{at:%Y-%m-%dT%H:%M}")
    house.work()
    assert left(house) == 0
    house.clock.advance(timedelta(hours=1, minutes=1))
    house.work()
    (one,) = standing(house)
    assert (left(house), one.row.released_by) == (5, "system")
    assert findings(house) == []


def test_what_a_guest_gives_back_is_sold_to_everybody(house: House) -> None:
    house.set_capacity(3)
    office = Office(house)
    aside(office, "3")
    confirm(office, give(office, list="A,,,2", allotment=KEY))
    (order,) = orders(house)
    asked = office.post(f"/orders/{order.code}/refund", what="all")
    office.confirm(asked, f"/orders/{order.code}/refund")
    assert (left(house), [(one.kept, one.given) for one in standing(house)]) == (2, [(1, 0)])
    assert findings(house) == []


@pytest.mark.parametrize(
    ("count", "form", "status", "says"),
    [
        ("0", {}, 400, "whole number from 1"),
        ("many", {}, 400, "whole number from 1"),
        ("5", {"name": " "}, 400, "Say for whom"),
        ("5", {"until": "2020-01-01T10:00"}, 400, "passed already"),
        ("5", {"until": "soon"}, 400, "Use a day and a time"),
        ("301", {}, 409, "Left now: 300"),
    ],
)
def test_what_cannot_be_set_aside_is_told_and_what_was_typed_stays(
    house: House, count: str, form: dict[str, str], status: int, says: str
) -> None:
    office = Office(house)
    answer = aside(office, count, **form)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert f'value="{count}"' in answer.text
    assert standing(house) == []


def test_nobody_gives_out_of_what_another_event_has_set_aside(house: House) -> None:
    office = Office(house)
    other = give(office, list="A", allotment="5f0c1f7e-0000-4000-8000-000000000000")
    assert other.status_code == 404
    assert orders(house) == []


def test_who_only_looks_sees_what_is_set_aside_and_no_button(house: House) -> None:
    aside(Office(house), "5")
    seen = Office(house, "viewer").get("/allotments").text
    assert "Press" in seen
    assert not re.search(r'action="/office/allotments', seen)
