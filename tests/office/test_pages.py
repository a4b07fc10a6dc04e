"""The office's pages and the figures that keep them up to date."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import House
from ticketing.office.house import MOST_SLITS, People
from ticketing.office.house import house as house_map

PLACES = st.integers(0, 900)


@given(PLACES, PLACES, PLACES, PLACES)
def test_the_house_map_has_a_slit_for_everybody_up_to_its_limit(inside: int, sold: int, held: int, free: int) -> None:
    people = People(inside, sold, held, free)
    drawn = house_map(people, 100)
    slits = {kind: data.count("M") for kind, data in drawn.paths.items()}
    total = inside + sold + held + free
    assert sum(slits.values()) == min(total, MOST_SLITS)
    if total <= MOST_SLITS:
        assert slits == {"inside": inside, "sold": sold, "held": held, "free": free}


def test_the_page_and_its_figures_say_the_same(house: House) -> None:
    code = house.codes(house.buy(day=2, conference=1))[0]
    house.tablet().scan(code)
    staff = house.staff()
    text = staff.get("/office?lang=en").text
    facts = staff.get("/office/figures.json?lang=en").get_json()
    shown = dict(re.findall(r'data-figure="([^"]+)">([^<]*)<', text))
    assert shown == {key: facts["figures"][key] for key in shown}
    assert set(facts["paths"]) == set(re.findall(r'data-path="([^"]+)"', text))
    assert (shown["inside"], shown["waiting"]) == ("1", "2")
    assert "¥5,000" in facts["parts"]["money"]
    assert all(part in text for part in facts["parts"].values())


def test_figures_stay_unchanged_while_nothing_happens(house: House) -> None:
    staff = house.staff()
    tag = staff.get("/office/figures.json").headers["ETag"]
    assert staff.get("/office/figures.json", headers={"If-None-Match": tag}).status_code == 304
    house.buy(day=1)
    assert staff.get("/office/figures.json", headers={"If-None-Match": tag}).status_code == 200


def test_a_refused_scan_says_why(house: House) -> None:
    code = house.codes(house.buy(day=1))[0]
    tablet = house.tablet()
    tablet.scan(code)
    tablet.scan(code)
    scans = house.staff().get("/office/figures.json?lang=ja").get_json()["scans"]
    assert sorted((scan["admitted"], scan["reason"]) for scan in scans) == [(False, "使用済み(入場中)"), (True, "")]
    assert {scan["tier"] for scan in scans} == {"1 DAYチケット"}


def test_a_code_that_is_no_ticket_has_no_sign(house: House) -> None:
    house.tablet().scan("hello")
    (scan,) = house.staff().get("/office/figures.json?lang=en").get_json()["scans"]
    assert (scan["sign"], scan["tier"], scan["reason"]) == (-1, "", "not a ticket code")


def test_a_new_pairing_code_is_shown_once_and_large(house: House) -> None:
    staff = house.staff()
    token = re.search(r'name="csrf_token" value="([^"]+)"', staff.get("/office/devices").text)
    assert token
    made = staff.post("/office/devices/codes", data={"csrf_token": token[1], "gate": "A"}).text
    assert re.search(r'class="figure code">\w{4} \w{4}<', made)
    assert 'class="figure code"' not in staff.get("/office/devices").text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_office_speaks_both_languages(house: House, lang: str) -> None:
    staff = house.staff()
    for path in ("/office", "/office/devices"):
        assert f'<html lang="{lang}"' in staff.get(f"{path}?lang={lang}").text
