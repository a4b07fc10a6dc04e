"""The list on paper and the staff's sheet."""

import re
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from back_office import Office
from factories import SEED, House
from ticketing.office.door_paper import sort_key
from ticketing.office.door_paper_pdf import ROWS_ON_A_PAGE, PaperSheet, PaperTexts, render

NAMED = SEED.read_text(encoding="utf-8").replace("door_names = false", "door_names = true")
TEXTS = PaperTexts(
    "Paper list", "An event", "As of now", ("In", "Name", "Code", "Ticket", "Time"), "{page}/{pages}", ""
)


class Row:
    """A line of the list."""

    code, tier, inside, sign = "K7M2QFA-1", "1 DAY", "", 0

    def __init__(self, name: str) -> None:
        self.name = name


def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_kana_stand_in_their_order_whichever_they_are_and_kanji_at_the_end() -> None:
    names = ["山田", "Bob", "サトウ", "いとう", "ｶﾄｳ", "さいとう", "alice", "阿部"]
    assert sorted(names, key=sort_key) == ["いとう", "ｶﾄｳ", "さいとう", "サトウ", "alice", "Bob", "山田", "阿部"]


def test_without_leave_no_name_is_on_the_list_and_it_is_sorted_by_code(house: House) -> None:
    for name in ("Zoe", "Adam"):
        house.buy(day=2, name=name)
    page = Office(house).get("/door/paper").text
    codes = re.findall(r'class="paper-code">([^<]+)<', page)
    assert codes == sorted(codes)
    assert len(codes) == 4
    assert "Zoe" not in page


def test_with_leave_names_are_sorted_and_who_is_inside_is_ticked(house: House) -> None:
    house.publish(NAMED)
    house.buy(day=1, name="ワタナベ")
    house.tablet().scan(house.codes(house.buy(day=1, conference=1, name="いとう"))[0])
    page = Office(house).get("/door/paper").text
    assert page.index("いとう") < page.index("ワタナベ")
    assert page.count('class="box in"') == 1
    assert "09:40" in page
    assert page.count('<svg class="sign"') == 3


def test_a_ticket_that_went_back_is_not_on_the_list(house: House) -> None:
    path = house.buy(day=1)
    office = Office(house)
    code = path.split("/")[2]
    assert code in office.get("/door/paper").text
    answer = office.post(f"/orders/{code}/refund", what="all")
    office.confirm(answer, f"/orders/{code}/refund")
    assert code not in office.get("/door/paper").text


def test_the_list_comes_as_a_pdf_too(house: House) -> None:
    house.buy(day=2, name="山田 花子")
    answer = Office(house).get("/door/paper.pdf")
    assert answer.mimetype == "application/pdf"
    (page,) = text_of(answer.data)
    assert "Page 1 of 1" in page
    assert "09:40" in page
    assert "山田" not in page


def test_every_ticket_is_on_the_pdf_and_every_page_is_numbered() -> None:
    pages = text_of(render(PaperSheet(TEXTS, [Row(f"Name {n:03}") for n in range(ROWS_ON_A_PAGE + 1)], "en")))
    assert len(pages) == 2
    assert all(f"Name {n:03}" in "".join(pages) for n in range(ROWS_ON_A_PAGE + 1))
    assert ["1/2" in pages[0], "2/2" in pages[1]] == [True, True]


@settings(deadline=None)  # the first example loads the fonts
@given(st.text(max_size=60))
def test_any_name_can_be_printed(name: str) -> None:
    assert len(text_of(render(PaperSheet(TEXTS, [Row(name)], "ja")))) == 1


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_sheet_shows_each_verdict_in_the_words_of_the_screen(house: House, lang: str) -> None:
    page = Office(house).client.get(f"/office/door/sheet?lang={lang}").text
    for words in ("入場OK", "GO IN", "満員", "ROOM FULL", "要確認", "ASK", "使用済み", "ALREADY IN"):
        assert words in page
    assert page.count('<use href="#sign-') == 6


def test_the_sheet_says_where_to_send_guests_when_doors_are_strict(house: House) -> None:
    assert "other gate" not in Office(house).get("/door/sheet").text
    house.publish(SEED.read_text(encoding="utf-8").replace('offline = "lenient"', 'offline = "strict"'))
    assert "other gate" in Office(house).get("/door/sheet").text


def test_who_works_at_the_door_sees_the_door_only(house: House) -> None:
    office = Office(house, "door")
    assert office.get("/door/sheet").status_code == 200
    assert office.get("/door/paper").status_code == 200
    nav = office.get("/door/sheet").text
    assert "/office/orders" not in nav
    assert "/office/devices" not in nav
    assert [office.get(path).status_code for path in ("/orders", "/money", "/devices")] == [403] * 3
    answer = office.client.get("/office")
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/office/door")


def test_who_only_looks_does_not_run_the_door(house: House) -> None:
    office = Office(house, "viewer")
    assert office.get("/door/paper").status_code == 403
    assert "/office/door" not in office.client.get("/office").text
