"""Another name on a ticket: the paper and the list follow, the code stays."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pypdf
import pytest

from changes import EN, heading, holder_path, kinds, letters, open_house, page, pass_on, text_of, ticket
from factories import House
from ticketing.core.db import writing
from ticketing.tickets.issue import revoke


@pytest.fixture
def house(house: House) -> House:
    return open_house(house, ("door_names = false", "door_names = true"))


def rename(house: House, path: str, name: str = "鈴木 一郎") -> int:
    return house.client.post(f"{path}/name", data={"name": name}, headers=EN).status_code


def test_the_name_changes_and_the_code_stays(house: House) -> None:
    path = house.buy(day=2)
    codes = house.codes(path)
    assert 'value="山田 花子"' in page(house, f"{path}/t/2/name")
    assert rename(house, f"{path}/t/2", "  鈴木   一郎 ") == 303
    assert house.codes(path) == codes
    printed = pypdf.PdfReader(BytesIO(house.client.get(f"{path}/tickets.pdf").data))
    assert ["鈴木" in one.extract_text() for one in printed.pages] == [False, True]
    assert "鈴木 一郎" in page(house, path)
    assert "鈴木 一郎" in page(house, f"{path}/t/2")
    assert house.tablet().scan(codes[1])["ticket"]["attendee"] == "鈴木 一郎"


def test_tablets_learn_the_name(house: House) -> None:
    path = house.buy(day=1)
    tablet = house.tablet()
    known = house.client.get("/api/v1/door/manifest", headers=tablet.headers).get_json()["list_version"]
    house.clock.advance(timedelta(minutes=5))
    rename(house, f"{path}/t/1")
    answer = house.client.get(f"/api/v1/door/manifest?since={known}", headers=tablet.headers).get_json()
    assert [one["name"] for one in answer["tickets"]] == ["鈴木 一郎"]


def test_one_letter_tells_of_it_with_the_new_paper(house: House) -> None:
    path = house.buy(day=1, email="hanako@example.com")
    for _ in range(2):
        rename(house, f"{path}/t/1")
    told = letters(house, "hanako@example.com")[-1]
    assert [one for one in kinds(house) if one[0] == "ticket.renamed"] == [
        ("ticket.renamed", "hanako@example.com", "sent")
    ]
    assert "鈴木 一郎" in text_of(told)
    assert [one.get_content_type() for one in told.iter_attachments()] == ["application/pdf"]


def test_the_holder_changes_the_name_and_is_told(house: House) -> None:
    path = house.buy(day=1, email="hanako@example.com")
    pass_on(house, f"{path}/t/1", language="en")
    mine = holder_path(house, path)
    assert rename(house, mine) == 303
    told = letters(house, "aoi@example.com")[-1]
    assert mine in text_of(told)
    assert "鈴木" not in page(house, path)
    assert ticket(house, path).attendee == "鈴木 一郎"


@pytest.mark.parametrize("name", ["", "   ", "あ" * 101])
def test_a_name_that_cannot_be_is_said_beside_the_field(house: House, name: str) -> None:
    path = house.buy(day=1)
    answer = house.client.post(f"{path}/t/1/name", data={"name": name}, headers=EN)
    assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (400, True)
    assert ticket(house, path).attendee == "山田 花子"


def test_a_revoked_ticket_gets_no_name(house: House) -> None:
    path = house.buy(day=1)
    with house.app.app_context(), writing() as session:
        revoke(session, path.split("/")[2], [1], house.clock.now())
    assert rename(house, f"{path}/t/1") == 409


def test_the_office_shows_who_changed_what(house: House) -> None:
    path = house.buy(day=2)
    rename(house, f"{path}/t/2")
    pass_on(house, f"{path}/t/1", language="en")
    staff = house.staff()
    text = staff.get(f"/office/orders/{path.split('/')[2]}", headers=EN).text
    assert path.split("/")[2] in staff.get("/office/orders?q=aoi@example", headers=EN).text
    for part in ("Ticket 2: 山田 花子 became 鈴木 一郎", "Ticket 1 passed on to 佐藤 葵", "aoi@example.com"):
        assert part in text


def test_where_the_event_sets_no_last_moment_it_is_the_start(house: House) -> None:
    open_house(house, ("change_until = 2025-10-26T10:00:00+09:00\n", ""))
    path = house.buy(day=1)
    assert rename(house, f"{path}/t/1") == 303
    house.clock.advance(timedelta(minutes=21))
    answer = house.client.post(f"{path}/t/1/name", data={"name": "Ken"}, headers=EN)
    assert (answer.status_code, heading(answer.text)) == (409, "The last moment to change this ticket has passed.")


def test_how_the_name_is_read_changes_with_it(house: House) -> None:
    path = house.buy(day=1, kana="やまだ はなこ")
    form = house.client.get(f"{path}/t/1/name?lang=ja").text
    assert 'name="kana" type="text" value="やまだ はなこ"' in form
    sent = {"name": "鈴木 一郎", "kana": "スズキ イチロウ"}
    assert house.client.post(f"{path}/t/1/name", data=sent).status_code == 303
    assert (ticket(house, path).attendee, ticket(house, path).kana) == ("鈴木 一郎", "すずき いちろう")


def test_another_reading_alone_is_no_news_but_the_office_sees_it(house: House) -> None:
    path = house.buy(day=1, kana="やまだ はなこ")
    sent = {"name": "山田 花子", "kana": "ヤマダ カコ"}
    assert [house.client.post(f"{path}/t/1/name", data=sent).status_code for _ in range(2)] == [303, 303]
    assert ticket(house, path).kana == "やまだ かこ"
    assert "ticket.renamed" not in [one[0] for one in kinds(house)]
    office = house.staff().get(f"/office/orders/{path.split('/')[2]}", headers=EN).text
    assert office.count("How the name on a ticket is read was changed") == 1


def test_who_was_not_asked_for_a_reading_takes_none_away(house: House) -> None:
    path = house.buy(day=1, kana="やまだ はなこ")
    rename(house, f"{path}/t/1", "山田 花子")
    assert ticket(house, path).kana == "やまだ はなこ"
    rename(house, f"{path}/t/1")
    assert ticket(house, path).kana == ""


def test_a_reading_that_is_none_is_said_beside_its_field_and_everything_is_kept(house: House) -> None:
    path = house.buy(day=1)
    answer = house.client.post(f"{path}/t/1/name?lang=ja", data={"name": "鈴木 一郎", "kana": "鈴木"})
    assert answer.status_code == 400
    assert 'value="鈴木 一郎"' in answer.text
    assert 'id="kana-error"' in answer.text
    assert ticket(house, path).attendee == "山田 花子"


def test_after_the_last_moment_the_reading_stays_too(house: House) -> None:
    path = house.buy(day=1, kana="やまだ はなこ")
    house.clock.advance(timedelta(days=1))
    sent = {"name": "山田 花子", "kana": "ヤマダ カコ"}
    assert house.client.post(f"{path}/t/1/name", data=sent).status_code == 409
    assert ticket(house, path).kana == "やまだ はなこ"


def test_an_event_that_asks_for_no_names_asks_for_no_reading(house: House) -> None:
    open_house(house, ("[policy]", '[policy]\nattendee_names = "off"'))
    path = house.buy(day=1, kana="やまだ はなこ")
    assert 'name="kana"' not in house.client.get(f"{path}/t/1/name?lang=ja").text
