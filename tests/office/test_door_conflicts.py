"""Conflicts in the office: shown with their scans, closed one by one."""

import re
from datetime import timedelta

import pytest

from back_office import Office
from factories import House
from office_door import conflict, in_contact, scan_row, shown


def test_the_scans_stand_in_their_true_order_with_what_is_known_of_each(house: House) -> None:
    code = house.codes(house.buy(day=1))[0]
    first, second = house.tablet("A", "A-1"), house.tablet("B", "B-1")
    now = house.clock.now()
    conflict(house, second, code, "double_entry", scanned_at=now - timedelta(minutes=2))
    scan_row(house, first, code, scanned_at=now - timedelta(minutes=5))
    page = Office(house, "door").get("/door/conflicts").text
    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in re.findall(r"<tr.*?</tr>", page, re.S)[1:]]
    assert len(rows) == 2
    for words, row in zip((("09:35:00", "A-1"), ("09:38:00", "B-1", "in question")), rows, strict=True):
        assert all(word in row for word in (*words, "offline", "± 0.4 s"))


def test_an_override_for_an_unknown_code_names_who_allowed_it(house: House) -> None:
    conflict(house, house.tablet("A"), "T1" + "0" * 27, "unknown_entry", override_by="Ken", override_reason="x")
    page = Office(house).get("/door/conflicts").text
    assert "no ticket of this event" in page
    assert "allowed by Ken" in page


@pytest.mark.parametrize(("resolution", "people"), [("inside", "1"), ("noted", "1")])
def test_closing_moves_it_down_and_changes_nobody_where_nobody_left(house: House, resolution: str, people: str) -> None:
    code = house.codes(house.buy(day=1))[0]
    tablet = house.tablet("A")
    tablet.scan(code)
    found = conflict(house, tablet, code, "double_entry")
    office = Office(house, "door")
    assert "Open conflicts: 1" in office.get("/door").text
    assert office.post(f"/door/conflicts/{found}", resolution=resolution).status_code == 303
    page = office.get("/door/conflicts").text
    assert "Nothing is open." in page
    assert 'id="closed"' in page
    assert shown(office)["people"] == people
    assert "Open conflicts" not in office.get("/door").text


def test_closing_twice_keeps_the_first_word(house: House) -> None:
    found = conflict(house, house.tablet("A"), house.codes(house.buy(day=1))[0], "over_limit")
    office = Office(house)
    office.post(f"/door/conflicts/{found}", resolution="noted")
    assert office.post(f"/door/conflicts/{found}", resolution="inside").status_code == 303
    assert "Noted" in office.get("/door/conflicts").text


def test_a_word_that_closes_nothing_is_refused(house: House) -> None:
    found = conflict(house, house.tablet("A"), house.codes(house.buy(day=1))[0], "over_limit")
    office = Office(house)
    assert office.post(f"/door/conflicts/{found}", resolution="nonsense").status_code == 400
    assert office.post("/door/conflicts/9999", resolution="noted").status_code == 303
    assert "Open conflicts: 1" in office.get("/door").text


def test_who_only_looks_closes_nothing(house: House) -> None:
    found = conflict(house, house.tablet("A"), house.codes(house.buy(day=1))[0], "over_limit")
    office = Office(house, "viewer")
    assert office.get("/door/conflicts").status_code == 403
    assert office.post(f"/door/conflicts/{found}", resolution="noted").status_code == 403
    in_contact(house, house.tablet("B"), timedelta(minutes=9))
    assert "/office/door" not in office.get("").text
