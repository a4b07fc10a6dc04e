"""Complimentary orders among the others: marked, found again, in tables, and only promised where there are places."""

from __future__ import annotations

import re

from back_office import Office, code_of, codes, table
from factories import House
from guest_desk import confirm, give, orders


def given(office: Office, **form: str) -> None:
    assert confirm(office, give(office, **form)).status_code == 303


def names(text: str) -> list[str]:
    """Who stands in the list under the form."""
    return re.findall(r'<span class="found-who"><strong>([^<]+)<', text)


def test_complimentary_orders_are_marked_among_others_and_can_be_looked_for_alone(house: House) -> None:
    bought = code_of(house.buy(day=1))
    office = Office(house)
    given(office, name="Ann Example", email="ann@example.com", purpose="press")
    (guest,) = (one.code for one in orders(house) if one.code != bought)
    listed = office.get("/orders").text
    assert sorted(codes(listed)) == sorted([guest, bought])
    assert listed.count("Complimentary: press") == 1
    assert codes(office.get("/orders?complimentary=1").text) == [guest]
    assert codes(office.get("/orders?complimentary=1&q=nobody").text) == []
    assert "Complimentary: press" in office.get(f"/orders/{guest}").text
    assert "Complimentary:" not in office.get(f"/orders/{bought}").text


def test_tables_say_whom_complimentary_orders_and_tickets_are_for(house: House) -> None:
    house.buy(day=1)
    office = Office(house)
    given(office, name="Ann Example", count="2", purpose="speaker")
    for kind, told in (("orders", ["", "speaker"]), ("attendees", ["", "speaker", "speaker"])):
        rows = table(office.client, kind)
        assert sorted(row["complimentary"] for row in rows) == told


def test_a_guest_is_found_by_name_reading_address_and_purpose(house: House) -> None:
    office = Office(house)
    given(office, name="山田 花子", kana="やまだ はなこ", email="hanako@example.com", purpose="press")
    given(office, name="Ann Example", email="ann@example.com", purpose="team")
    house.buy(day=1, name="山田 太郎")
    for asked in ("q=yamada", "q=やまだ", "q=hanako@", "for=press", "q=花子&for=press", "for=press&q="):
        assert names(office.get(f"/guests?{asked}").text) == ["山田 花子"], asked
    assert sorted(names(office.get("/guests?for=nonsense").text)) == ["Ann Example", "山田 花子"]
    nobody = office.get("/guests?q=太郎").text
    assert (names(nobody), "No guest matches this." in nobody) == ([], True)


def test_a_long_list_of_guests_has_pages_that_keep_what_was_looked_for(house: House) -> None:
    office = Office(house)
    given(office, list="\n".join(f"guest {n:02}" for n in range(53)), purpose="press")
    given(office, name="Ann Example", purpose="team")
    first, second = (office.get(f"/guests?for=press&q=guest&page={n}").text for n in (1, 2))
    assert re.search(
        r'href="/office/guests\?event=[\w-]+&amp;q=guest&amp;for=press&amp;page=2#given" rel="next"', first
    )
    assert (len(names(first)), len(names(second))) == (50, 3)
    assert sorted(names(first) + names(second)) == [f"guest {n:02}" for n in range(53)]


def test_what_does_not_fit_into_a_program_together_is_told_before_anything_is_made(house: House) -> None:
    house.set_capacity(5)
    office = Office(house)
    asked = give(office, list="A,,1-DAY,3\nB,,EVENT-ONLY,3")
    assert (asked.status_code, "Conference: 6 places are wanted, 5 are left." in asked.text) == (409, True)
    assert "Short film screenings" not in asked.text.partition('id="preview"')[2].partition("</ul>")[0]
    assert "Give these tickets" not in asked.text
    assert orders(house) == []
    assert give(office, list="A,,1-DAY,3\nB,,EVENT-ONLY,2").status_code == 200


def test_what_is_set_aside_counts_for_its_own_ticket_type_only(house: House) -> None:
    house.set_capacity(6)
    office = Office(house)
    key = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
    office.post("/allotments", event=house.catalog().slug, name="Press", tier="1-DAY", form_key=key, count="4")
    listed = "A,,1-DAY,4\nB,,EVENT-ONLY,2"
    assert give(office, list=listed, allotment=key).status_code == 200
    short = give(office, list="A,,1-DAY,4\nB,,EVENT-ONLY,3", allotment=key)
    assert (short.status_code, "3 places are wanted, 2 are left" in short.text) == (409, True)
    given(office, list=listed, allotment=key)
    assert len(orders(house)) == 2
