"""Names on tickets and how they are read: asked for as the event says, kept, found again by office and door."""

from __future__ import annotations

import pytest

from factories import SEED, SLUG, House
from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.office.door_paper import sort_key
from ticketing.orders.buyer import read_kana
from ticketing.orders.lookup import Asked, search
from ticketing.tickets.models import Ticket


def publish(house: House, names: str, door: str = "false") -> None:
    """The event with this rule for the names on tickets."""
    text = SEED.read_text(encoding="utf-8").replace("door_names = false", f"door_names = {door}")
    house.publish(text.replace("[policy]\n", f'[policy]\nattendee_names = "{names}"\n'))


def tickets(house: House) -> list[tuple[str, str]]:
    """Names and readings of all tickets, by number."""
    with house.app.app_context(), reading() as session:
        return [(one.attendee, one.kana) for one in session.query(Ticket).order_by(Ticket.number)]


def review(house: House, lang: str) -> str:
    """The form for two tickets."""
    return house.client.get(f"/e/{SLUG}/review?qty-1-DAY=2&lang={lang}").text


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        ("ヤマダ ハナコ", "やまだ はなこ"),
        ("ﾔﾏﾀﾞ　ﾊﾅｺ", "やまだ はなこ"),
        (" やまだ  はなこ ", "やまだ はなこ"),
        ("Yamada Tarou", "やまだ たろう"),
        ("ハットリ ジョー", "はっとり じょー"),
        ("ジョン・スミス", "じょん・すみす"),
        ("ヴァン", "ゔぁん"),
    ],
)
def test_a_reading_is_kept_in_one_form_however_it_was_typed(typed: str, kana: str) -> None:
    assert read_kana(typed) == kana


@pytest.mark.parametrize("typed", ["山田", "John Smith", "やまだ1", "<b>", "あ" * 101])
def test_what_is_no_reading_is_told(typed: str) -> None:
    with pytest.raises(Refused):
        read_kana(typed)


def test_readings_are_optional_and_go_onto_the_tickets(house: House) -> None:
    house.buy(
        day=3,
        name="山田 花子",
        kana="ヤマダ ハナコ",
        **{"attendee-2": "髙橋 美咲", "kana-2": "ﾀｶﾊｼ ﾐｻｷ", "kana-3": "ナシ"},
    )
    assert tickets(house) == [
        ("山田 花子", "やまだ はなこ"),
        ("髙橋 美咲", "たかはし みさき"),
        ("山田 花子", "やまだ はなこ"),
    ]


def test_a_reading_that_cannot_be_one_is_told_beside_its_field(house: House) -> None:
    answer = house.order(day=2, kana="山田", lang="en", **{"attendee-2": "Misaki", "kana-2": "美咲"})
    assert answer.status_code == 400
    for part in ('id="kana-error"', 'id="kana-2-error"', 'href="#kana"', 'value="美咲"', 'value="Misaki"'):
        assert part in answer.text


def test_readings_are_asked_for_in_japanese(house: House) -> None:
    assert 'name="kana"' in review(house, "ja")
    assert 'name="kana' not in review(house, "en")


def test_an_event_may_need_the_names_of_all_who_come(house: House) -> None:
    publish(house, "required")
    assert '<details class="attendees" open>' in review(house, "en")
    answer = house.order(day=3, lang="en", **{"attendee-3": "Ken"})
    assert answer.status_code == 400
    assert 'id="attendee-2-error"' in answer.text
    assert 'id="attendee-1-error"' not in answer.text, "left empty, the first is the buyer's"
    house.buy(day=2, name="Hanako", **{"attendee-2": "Misaki"})
    assert [name for name, _ in tickets(house)] == ["Hanako", "Misaki"]


def test_an_event_may_ask_for_no_names(house: House) -> None:
    publish(house, "off")
    assert "attendee-1" not in review(house, "ja")
    house.buy(day=1, name="Hanako", **{"attendee-1": "Misaki"})
    assert tickets(house) == [("Hanako", "")]


def test_another_value_is_no_rule(house: House) -> None:
    with pytest.raises(Exception, match="attendee_names"):
        publish(house, "perhaps")


@pytest.mark.parametrize("typed", ["ヤマダ", "やまだはな", "yamada", "ミサキ", "山田"])
def test_the_office_finds_an_order_by_how_a_name_is_read(house: House, typed: str) -> None:
    house.buy(day=2, name="山田 花子", kana="やまだ はなこ", **{"attendee-2": "髙橋 美咲", "kana-2": "たかはし みさき"})
    house.buy(day=1, name="佐藤 健", kana="さとう けん")
    with house.app.app_context(), reading() as session:
        found = search(session, house.catalog().id, Asked(typed))
        assert [order.buyer_name for order in found.orders] == ["山田 花子"]


@pytest.mark.parametrize(("door", "told"), [("true", "やまだ はなこ"), ("false", None)])
def test_tablets_get_readings_only_where_they_get_names(house: House, door: str, told: str | None) -> None:
    publish(house, "optional", door)
    house.buy(day=1, name="山田 花子", kana="ヤマダ ハナコ")
    tablet = house.tablet()
    answer = house.client.get("/api/v1/door/manifest", headers={"Authorization": f"Bearer {tablet.token}"})
    (record,) = answer.get_json()["tickets"]
    assert record.get("kana") == told


def test_the_list_on_paper_stands_in_the_order_of_readings() -> None:
    people = [("渡辺", "わたなべ"), ("青木", "あおき"), ("加藤", ""), ("Smith", ""), ("さとう", "")]
    assert [name for name, _ in sorted(people, key=lambda one: sort_key(*one))] == [
        "青木",
        "さとう",
        "渡辺",
        "Smith",
        "加藤",
    ]


def test_a_new_name_loses_the_reading_of_the_old_one(house: House) -> None:
    from ticketing.core.db import writing
    from ticketing.tickets.issue import rename

    house.buy(day=1, name="山田 花子", kana="やまだ はなこ")
    with house.app.app_context(), writing() as session:
        assert rename(session, session.query(Ticket).one(), "佐藤 健", "", house.clock.now())
    assert tickets(house) == [("佐藤 健", "")]
