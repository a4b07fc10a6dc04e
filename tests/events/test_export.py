"""The file of an event reads back to the event that it was imported from."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from flask import current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ticketing.events.art import FIGURES, PAIRS
from ticketing.events.catalog import load
from ticketing.events.export import dump
from ticketing.events.file import EventFile, normal, read
from ticketing.events.file_parts import (
    Art,
    EventPart,
    GatePart,
    Konbini,
    PolicyPart,
    Premiere,
    ProgramPart,
    RefundRule,
    RoomPart,
    SellerPart,
    Speaker,
    Statement,
    Texts,
    Theme,
    TierPart,
    TitleLines,
    VenuePart,
)
from ticketing.events.file_writer import render
from ticketing.events.shift import shift
from ticketing.events.store import save

NOW = datetime(2026, 2, 3, tzinfo=UTC)
# What a database, a PDF and a page can hold; NFC forms only, as the reader leaves them.
SIGNS = string.ascii_letters + string.digits + string.punctuation + " \n\té映画㌔𠮷🎬\u3000\u200b"
ZONES = ("Asia/Tokyo", "Europe/Berlin", "America/St_Johns", "UTC")

lines = st.text(SIGNS, min_size=1, max_size=20).filter(str.strip)
texts = st.builds(Texts, lines, lines)
codes = st.text(string.ascii_letters + string.digits, min_size=1, max_size=8)
days = st.dates(date(2001, 1, 1), date(2150, 1, 1))


@st.composite
def code_lists(draw: st.DrawFn, least: int = 1) -> list[str]:
    return draw(st.lists(codes, min_size=least, max_size=3, unique_by=str.casefold))


@st.composite
def spans(draw: st.DrawFn, zone: str) -> tuple[datetime, datetime]:
    naive = st.datetimes(datetime(2001, 1, 1), datetime(2150, 1, 1))  # noqa: DTZ001 hypothesis adds the zone
    there = draw(naive).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    # With its offset alone: a time that the clock shows twice is equal to nothing of another zone.
    start = there.astimezone(timezone(there.utcoffset() or timedelta()))
    return start, start + draw(st.timedeltas(timedelta(seconds=1), timedelta(days=400)))


@st.composite
def events(draw: st.DrawFn, zone: str) -> EventPart:
    starts_at, ends_at = draw(spans(zone))
    figures = st.none() | st.sampled_from(sorted(FIGURES))
    pairs = st.none() | st.sampled_from(sorted(PAIRS))
    return EventPart(
        slug=draw(st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True)),
        title=draw(texts),
        summary=draw(texts),
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=zone,
        places_warning=draw(st.integers(0, 100_000)),
        series=draw(st.none() | texts),
        title_lines=draw(st.none() | st.builds(TitleLines, *[st.lists(lines, min_size=1, max_size=3).map(tuple)] * 2)),
        art=draw(st.builds(Art, figures, pairs)),
        organizers=draw(tuples(texts)),
        supporters=draw(tuples(texts)),
        themes=draw(tuples(st.builds(Theme, texts, texts))),
        speakers=draw(tuples(st.builds(Speaker, texts, st.none() | texts, st.none() | texts))),
        premieres=draw(tuples(st.builds(Premiere, texts, days, texts, st.none() | texts))),
    )


def tuples(items: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(items, max_size=2).map(tuple)


@st.composite
def tiers(draw: st.DrawFn, code: str, programs: list[str], zone: str) -> TierPart:
    sale_starts_at, sale_ends_at = draw(spans(zone))
    return TierPart(
        code=code,
        name=draw(texts),
        price=draw(st.integers(0, 9_999_999)),
        tax_percent=draw(st.integers(0, 100)),
        admits=tuple(draw(st.lists(st.sampled_from(programs), min_size=1, unique=True))),
        reentry=draw(st.booleans()),
        sale_starts_at=sale_starts_at,
        sale_ends_at=sale_ends_at,
        max_per_order=draw(st.integers(1, 100)),
        quota=draw(st.none() | st.integers(0, 100_000)),
    )


@st.composite
def programs(draw: st.DrawFn, code: str, rooms: list[RoomPart], zone: str) -> ProgramPart:
    starts_at, ends_at = draw(spans(zone))
    room = draw(st.sampled_from(rooms))
    return ProgramPart(
        code=code,
        title=draw(texts),
        room=room.code,
        starts_at=starts_at,
        ends_at=ends_at,
        doors_open_at=starts_at - draw(st.timedeltas(timedelta(0), timedelta(days=2))),
        places=draw(st.none() | st.integers(0, room.capacity)),
        sample=draw(st.booleans()),
        last_entry_at=draw(st.none() | st.just(ends_at)),
    )


@st.composite
def policies(draw: st.DrawFn, zone: str) -> PolicyPart:
    start, _ = draw(spans(zone))
    steps = draw(st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=9)), max_size=3, unique=True))
    fees = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    return PolicyPart(
        hold_minutes=draw(st.integers(10, 60)),
        change_until=draw(st.none() | st.just(start)),
        max_per_email=draw(st.none() | st.integers(1, 50)),
        attendee_names=draw(st.sampled_from(["optional", "required", "off"])),
        door_names=draw(st.booleans()),
        offline=draw(st.sampled_from(["lenient", "strict"])),
        keep_personal_data_days=draw(st.integers(0, 3650)),
        konbini=draw(st.builds(Konbini, st.booleans(), st.integers(0, 60), st.integers(0, 9))),
        refunds=tuple(RefundRule(start + step, fee) for step, fee in zip(sorted(steps), fees, strict=False)),
    )


@st.composite
def files(draw: st.DrawFn) -> EventFile:
    zone = draw(st.sampled_from(ZONES))
    rooms = [RoomPart(code, draw(texts), draw(st.integers(1, 100_000))) for code in draw(code_lists())]
    program_codes = draw(code_lists())
    address = draw(st.sampled_from(["https://example.com/a?b=c#d", "http://localhost:8000/地図"]))
    number = draw(st.sampled_from(["", "T1234567890123"]))
    statements = draw(tuples(st.builds(Statement, texts, texts)))
    gates = [GatePart(f"G{number}", draw(texts), room.code) for number, room in enumerate(rooms)]
    return normal(
        EventFile(
            event=draw(events(zone)),
            venue=VenuePart(draw(texts), draw(texts), draw(texts), address),
            rooms=tuple(rooms),
            gates=tuple(draw(st.permutations(gates))),
            programs=tuple(draw(programs(code, rooms, zone)) for code in program_codes),
            tiers=tuple(draw(tiers(code, program_codes, zone)) for code in draw(code_lists())),
            policy=draw(policies(zone)),
            seller=SellerPart(
                *(draw(texts) for _ in range(4)), "a@example.com", number, statements, draw(st.booleans())
            ),
        )
    )


@settings(deadline=None, max_examples=60)
@given(files())
def test_any_event_is_written_as_a_file_that_reads_back(file: EventFile) -> None:
    assert read(render(file)) == file


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files())
def test_any_event_comes_out_of_the_database_as_it_went_in(session: Session, file: EventFile) -> None:
    save(session, file, NOW)
    assert read(dump(load(session, file.event.slug))) == file
    session.rollback()
    current_app.extensions["ticketing.catalogs"].clear()


def test_the_file_of_an_updated_event_is_the_new_file(
    session: Session, stored: Callable[[str], EventFile], small: str
) -> None:
    stored(small)
    file = stored(small.replace("price = 500", "price = 800").replace("[policy]", "[policy]\nmax_per_email = 3"))
    assert read(dump(load(session, "small"))) == file


def test_a_moved_copy_is_marked_in_its_file(session: Session, small: str) -> None:
    moved = shift(read(small), datetime(2027, 3, 4, tzinfo=UTC))
    save(session, moved, NOW, timedelta(days=1, hours=2))
    text = dump(load(session, "small"))
    assert text.startswith("# A rehearsal copy: all times here are moved by 1 day, 2:00:00 ")
    assert read(text) == moved


def test_times_are_written_in_the_zone_of_the_event(small: str) -> None:
    in_utc = read(small.replace("2026-05-01T18:00:00+09:00", "2026-05-01T09:00:00Z"))
    assert replace(in_utc, event=read(small).event) == read(small)
