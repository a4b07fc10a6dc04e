"""The event file that ships with the product holds the facts of the real event and passes every check."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

import ticketing.events
from ticketing.events.catalog import load
from ticketing.events.export import dump
from ticketing.events.file import EventFile, read
from ticketing.events.file_writer import render
from ticketing.events.shift import shift
from ticketing.events.store import save

PATH = Path(ticketing.events.__file__).with_name("future-of-filmmaking-with-ai.toml")
TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2025, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def seed() -> EventFile:
    return read(PATH.read_text(encoding="utf-8"))


def test_it_is_the_morning_of_26_october_2025_in_tokyo(seed: EventFile) -> None:
    event = seed.event
    assert event.slug == PATH.stem == "future-of-filmmaking-with-ai"
    assert event.title.en == "The Future of Filmmaking with AI: Exploring Creativity, Collaboration, and Ethics"
    assert event.starts_at == datetime(2025, 10, 26, 10, tzinfo=TOKYO)
    assert event.ends_at == datetime(2025, 10, 26, 13, tzinfo=TOKYO)
    assert event.starts_at.strftime("%A") == "Sunday"


def test_the_room_holds_300(seed: EventFile) -> None:
    [room] = seed.rooms
    assert (seed.venue.name.en, room.name.en, room.capacity) == ("Akasaka Intercity Conference", "the AIR", 300)
    assert [(gate.code, gate.room) for gate in seed.gates] == [("A", room.code), ("B", room.code)]
    assert {program.places for program in seed.programs} == {300}


def test_two_tiers_are_sold_until_the_door_closes(seed: EventFile) -> None:
    day, only = seed.tiers
    conference, screenings = seed.programs
    assert (day.code, day.price, day.admits) == ("1-DAY", 2000, ("conference", "screenings"))
    assert (only.code, only.price, only.admits) == ("EVENT-ONLY", 1000, ("conference",))
    assert {tier.tax_percent for tier in seed.tiers} == {10}
    assert (day.sale_ends_at, only.sale_ends_at) == (screenings.ends_at, conference.ends_at)
    assert (conference.sample, screenings.sample) == (False, True)


def test_nine_speakers_come_from_eight_countries(seed: EventFile) -> None:
    names = [speaker.name.en for speaker in seed.event.speakers]
    assert names == [
        "Marcel Barsotti",
        "Takeshi Kushida",
        "Shin Chul",
        "Douglas Montgomery",
        "Alexandre Michelin",
        "Hussein Dembel Sow",
        "Oscar Parres",
        "Javid Sobhani",
        "Hiroki Yamaguchi",
    ]
    assert len({speaker.country for speaker in seed.event.speakers}) == 8
    assert all(speaker.line for speaker in seed.event.speakers)


def test_themes_premieres_and_hosts_are_named(seed: EventFile) -> None:
    event = seed.event
    assert [theme.title.en for theme in event.themes] == ["Creativity", "Collaboration", "Ethics"]
    assert [(film.title.en, film.on) for film in event.premieres] == [
        ("Imperia", date(2025, 10, 23)),
        ("Thiaroye 44", date(2025, 10, 23)),
    ]
    assert {film.place.en for film in event.premieres} == {"Tokyo Photographic Art Museum"}
    assert [host.en for host in event.organizers] == [
        "Pacific Voice Co., Ltd.",
        "Japan Arts Council",
        "Agency for Cultural Affairs, Government of Japan",
    ]
    assert [supporter.en for supporter in event.supporters] == ["Japan Cultural Expo 2.0"]
    assert event.title_lines is not None
    assert event.title_lines.ja == ("AIと映画", "制作の未来")


def test_the_seller_claims_nothing_that_is_not_known(seed: EventFile) -> None:
    assert seed.seller.registration_number == ""
    assert seed.seller.email.endswith("@example.com")
    assert {seed.seller.phone.en, seed.seller.address.en} == {"Given on request without delay."}


def test_every_text_is_japanese_or_a_name(seed: EventFile) -> None:
    plain = re.findall(r'ja = "([^"]*)"', render(seed))
    latin = {text for text in plain if not re.search(r"[ぁ-んァ-ヶ一-龠]", text)}
    assert latin == {"the AIR", "Thiaroye 44"}


def test_it_comes_out_of_the_database_as_it_went_in(session: Session, seed: EventFile) -> None:
    save(session, seed, NOW)
    assert read(dump(load(session, seed.event.slug))) == seed


def test_a_copy_moved_by_half_a_year_is_on_sale(session: Session, seed: EventFile) -> None:
    moved = shift(seed, datetime(2027, 3, 7, 10, tzinfo=TOKYO))
    save(session, moved, NOW, moved.event.starts_at - seed.event.starts_at)
    catalog = load(session, seed.event.slug)
    assert catalog.rehearsal
    half_a_year_before = datetime(2026, 9, 7, tzinfo=UTC)
    assert {tier.sale_state(half_a_year_before) for tier in catalog.tiers} == {"open"}
