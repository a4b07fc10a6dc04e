"""The audit log can be read: who, what, when, from where; and found in by person, kind, order and day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from back_office import Office, code_of
from factories import House
from ticketing.core import audit
from ticketing.core.db import reading, writing
from ticketing.staff.browsers import browser_name
from ticketing.staff.models import Grant, Person

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


def entries(office: Office, **query: str) -> list[str]:
    page = office.client.get("/office/audit", query_string={"lang": "en", **query}).text
    return [row.split("</tr>")[0] for row in page.split("<tr>")[2:]]


def test_it_says_who_did_what_and_leads_to_the_order(house: House) -> None:
    code = code_of(house.buy(day=1))
    office = Office(house)
    office.client.get(f"/office/orders/{code}/evidence.zip")
    newest = entries(office)[0]
    for part in ("owner@example.com", "Evidence taken out", f'href="/office/orders/{code}"'):
        assert part in newest


def test_it_says_from_where_somebody_acted(house: House) -> None:
    house.app.config["WTF_CSRF_ENABLED"] = False
    Office(house)
    client = house.client
    form = {"email": "owner@example.com", "password": "correct horse battery"}
    client.post("/staff/login", data=form, headers={"User-Agent": FIREFOX})
    client.post("/office/devices/codes", data={"gate": "A"})
    newest = entries(Office(house))
    made = next(row for row in newest if "Pairing code made" in row)
    assert "Firefox, Windows · 127.0.0.1" in made


def test_it_is_found_in_by_person_kind_order_and_day(house: House) -> None:
    code = code_of(house.buy(day=1))
    owner, manager = Office(house), Office(house, "manager")
    manager.client.get(f"/office/orders/{code}/evidence.zip")
    house.clock.advance(timedelta(days=1))
    owner = Office(house)
    assert all("manager@example.com" in row for row in entries(owner, person="MANAGER@"))
    assert len(entries(owner, person="manager@", kind="order")) == 1
    assert len(entries(owner, order=code.lower())) == 1
    assert entries(owner, order="2222222") == []
    assert all("27 Oct" in row for row in entries(owner, day="2025-10-27"))
    assert len(entries(owner, day="2025-10-27")) + len(entries(owner, day="2025-10-26")) == len(entries(owner))


@pytest.mark.parametrize("query", [{"day": "yesterday"}, {"kind": "%"}, {"before": "x"}, {"before": "9" * 30}])
def test_what_cannot_be_asked_for_is_left_out(house: House, query: dict[str, str]) -> None:
    office = Office(house)
    assert entries(office, **query) == entries(office)


def test_it_names_whom_something_was_done_to(house: House) -> None:
    house.staff("door", "akiko@example.com")
    office = Office(house)
    with house.app.app_context(), reading() as session:
        grant = session.query(Grant).join(Person, Person.id == Grant.person_id)
        grant_id = grant.filter(Person.email == "akiko@example.com").one().id
    office.post(f"/people/{grant_id}/role", role="viewer")
    newest = entries(office)[0]
    for part in ("owner@example.com", "Role changed", "akiko@example.com", "before: door, role: viewer"):
        assert part in newest


def test_fifty_entries_stand_on_a_page_and_the_next_page_goes_on(house: House) -> None:
    office = Office(house)
    with house.app.app_context(), writing() as session:
        for number in range(60):
            audit.record(session, house.clock.now(), "system", "event.told", f"event:{number}")
    first = entries(office)
    page = office.get("/audit").text
    query = page.split("before=")[1].split('"')[0]
    rest = entries(office, before=query)
    assert len(first) == 50
    assert len(rest) >= 10
    assert set(first) & set(rest) == set()


def test_browsers_are_named_as_people_know_them() -> None:
    assert browser_name(FIREFOX) == "Firefox, Windows"
    assert browser_name(SAFARI) == "Safari, iPhone"
    assert browser_name("curl/8.0") == ""
