"""An event file is read into frozen values, or refused with every fault, its line and what would be right."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest

from ticketing.events.file import BadEventFile, Fault, read


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(BadEventFile) as refusal:
        read(text)
    return refusal.value.faults


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_good_file_is_read(small: str) -> None:
    file = read(small)
    assert file.event.title.ja == "小さな会"
    assert file.event.starts_at == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert [tier.price for tier in file.tiers] == [1500, 500]


def test_what_is_left_out_gets_its_default(small: str) -> None:
    file = read(small)
    talk, film = file.programs
    assert (talk.places, film.places, talk.sample) == (50, 40, False)
    assert (file.event.timezone, file.event.currency, file.event.places_warning) == ("Asia/Tokyo", "jpy", 20)
    assert (file.policy.hold_minutes, file.policy.offline, file.policy.konbini.enabled) == (30, "lenient", False)
    assert file.event.title_lines is not None
    assert file.event.title_lines.en == ("Small evening",)


def test_order_without_meaning_is_made_one(small: str) -> None:
    file = read(small)
    assert [program.code for program in file.programs] == ["talk", "film"]
    assert file.tiers[0].admits == ("talk", "film")


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(small: str) -> None:
    assert read("\ufeff" + small.replace("\n", "\r\n")) == read(small)


def test_texts_are_composed_so_that_the_ticket_can_print_them(small: str) -> None:
    apart = unicodedata.normalize("NFD", small)
    assert apart != small
    assert read(apart) == read(small)


@pytest.mark.parametrize(
    ("good", "bad", "where", "message"),
    [
        ("price = 1500", "price = 1500.5", "tiers[0].price", "without a decimal point"),
        ("price = 1500", 'price = "1500"', "tiers[0].price", "without quotes"),
        ("price = 1500", "price = -1", "tiers[0].price", "use 0 to 9,999,999 whole yen"),
        ("price = 1500", "price = true", "tiers[0].price", "must be a whole number"),
        ("reentry = false", "reentry = 0", "tiers[1].reentry", "must be true or false, not 0"),
        ("tax_percent = 10", "tax_percent = 101", "tiers[0].tax_percent", "use 0 to 100 percent"),
        ("max_per_order = 4", "max_per_order = 0", "tiers[0].max_per_order", "use 1 to 100 tickets"),
        ("capacity = 50", "capacity = 0", "rooms[0].capacity", "use 1 to"),
        ("capacity = 50", "capacity = -3", "rooms[0].capacity", "-3 does not work here"),
        ("places = 40", "places = 51", "programs[1].places", "use at most 50"),
        ("places = 40", "places = -1", "programs[1].places", "-1 does not work here"),
        ('code = "ALL"', 'code = "ALL DAY"', "tiers[0].code", "without spaces"),
        ('code = "ALL"', 'code = "通し"', "tiers[0].code", "letters, digits"),
        ('code = "ALL"', 'code = ""', "tiers[0].code", "letters, digits"),
        ('code = "ALL"', f'code = "{"x" * 41}"', "tiers[0].code", "at most 40"),
        ('code = "film"', 'code = "talk"', "programs[1].code", "taken already by programs[0]"),
        ('slug = "small"', 'slug = "Small"', "event.slug", "use small letters"),
        ('slug = "small"', 'slug = "a--b"', "event.slug", "single -"),
        ('slug = "small"', f'slug = "{"a" * 81}"', "event.slug", "at most 80"),
        ('["talk"]', '["talks"]', "tiers[1].admits[0]", 'did you mean "talk"?'),
        ('["talk"]', '["x"]', "tiers[1].admits[0]", "known: talk, film"),
        ('["talk"]', '["talk", "talk"]', "tiers[1].admits[1]", "twice"),
        ('["talk"]', "[]", "tiers[1].admits", "write at least one"),
        ('["talk"]', '"talk"', "tiers[1].admits", "must be a list"),
        ('["talk"]', "[1]", "tiers[1].admits[0]", "must be a text in quotes"),
        ('room = "HALL"', 'room = "HAL"', "gates[0].room", 'did you mean "HALL"?'),
        ("ends_at = 2026-05-01T19", "ends_at = 2026-05-01T17", "programs[0].ends_at", "later than starts_at"),
        ("at = 2026-05-01T17:30", "at = 2026-05-01T18:01", "programs[0].doors_open_at", "must not be later"),
        ("places = 40", "last_entry_at = 2026-05-01T20:01:00+09:00", "programs[1].last_entry_at", "must not be later"),
        ("places = 40", "last_entry_at = 2026-05-01T19:00:00+09:00", "programs[1].last_entry_at", "later than doors"),
        ("ends_at = 2026-05-01T20", "ends_at = 2026-05-01T18", "event.ends_at", "later than starts_at"),
        ("17:30:00+09:00", "17:30:00", "programs[0].doors_open_at", "write 2026-05-01T17:30:00+09:00"),
        ("2026-05-01T17:30:00+09:00", '"17:30"', "programs[0].doors_open_at", "without quotes"),
        ("2026-05-01T17:30:00+09:00", "2026-05-01", "programs[0].doors_open_at", "a time with its offset"),
        ("2026-05-01T17:30:00+09:00", "0026-05-01T17:30:00Z", "programs[0].doors_open_at", "the year 26"),
        ('name = { ja = "家", en = "House" }', 'name = "House"', "venue.name", "in both languages"),
        ('{ ja = "家", en = "House" }', '{ en = "House" }', "venue.name.ja", "is missing"),
        ('{ ja = "家", en = "House" }', '{ ja = " ", en = "H" }', "venue.name.ja", "write something"),
        ('"House"', '"Ho\\u0000use"', "venue.name.en", "control characters"),
        ("https://example.com/map", "javascript:alert(1)", "venue.map_url", "https:// or http://"),
        ("https://example.com/map", "https://", "venue.map_url", "full web address"),
        ("https://example.com/map", "https://[x", "venue.map_url", "full web address"),
        ("https://example.com/map", "https://a.example/ b", "venue.map_url", "full web address"),
        ('"host@example.com"', '"host"', "seller.email", "use an e-mail address"),
        ("until = 2026-04-25", "until = 2026-04-19", "policy.refunds[1].until", "later than the rule before"),
    ],
)
def test_a_fault_is_told_with_its_line(small: str, good: str, bad: str, where: str, message: str) -> None:
    text = small.replace(good, bad, 1)
    [fault] = [fault for fault in faults(text) if fault.where == where]
    assert message in fault.message
    assert fault.line == line_of(small, good)


@pytest.mark.parametrize(
    ("good", "bad", "where", "message", "told_at"),
    [
        ('code = "ALL"', 'code = "talk-only"', "tiers[1].code", "taken already by tiers[0]", 'code = "TALK-ONLY"'),
        ('code = "HALL"', 'code = "AULA"', "gates[0].room", "known: AULA", 'room = "HALL"'),
        ("sale_starts_at = 2026-04", "sale_starts_at = 2026-06", "tiers[0].sale_ends_at", "later", "sale_ends_at"),
        ("fee_percent = 0", "fee_percent = 60", "policy.refunds[1].fee_percent", "fees only rise", "fee_percent = 50"),
        ("capacity = 50", "capacity = 39", "programs[1].places", "use at most 39", "places = 40"),
    ],
)
def test_a_fault_between_two_places_is_told_at_the_second(
    small: str, good: str, bad: str, where: str, message: str, told_at: str
) -> None:
    text = small.replace(good, bad, 1)
    [fault] = [fault for fault in faults(text) if fault.where == where]
    assert message in fault.message
    assert fault.line == line_of(text, told_at)


@pytest.mark.parametrize(
    ("added", "where", "message"),
    [
        ("hold_minutes = 9", "policy.hold_minutes", "use 10 to 60 minutes"),
        ("hold_minutes = 61", "policy.hold_minutes", "use 10 to 60 minutes"),
        ("hold_minute = 30", "policy.hold_minute", 'did you mean "hold_minutes"?'),
        ("frobnicate = 1", "policy.frobnicate", "known here: hold_minutes,"),
        ('offline = "loose"', "policy.offline", 'use "lenient" or "strict"'),
        ("max_per_email = 0", "policy.max_per_email", "use 1 to"),
        ("change_until = 2026-04-30", "policy.change_until", "a time with its offset"),
        ("konbini = { enabled = 1 }", "policy.konbini.enabled", "true or false"),
        ("konbini = []", "policy.konbini", "must be a section [policy.konbini], not a list"),
    ],
)
def test_a_fault_in_an_optional_key_is_told(small: str, added: str, where: str, message: str) -> None:
    text = small.replace("[policy]", f"[policy]\n{added}")
    [fault] = faults(text)
    assert (fault.line, fault.where) == (line_of(text, added), where)
    assert message in fault.message


@pytest.mark.parametrize(
    ("added", "where", "message"),
    [
        ('timezone = "Asia/Tokio"', "event.timezone", 'did you mean "Asia/Tokyo"?'),
        ('timezone = "../etc/passwd"', "event.timezone", "does not work here"),
        ('timezone = "Asia"', "event.timezone", "does not work here"),
        ('timezone = ""', "event.timezone", "use a time zone of the IANA list"),
        ('currency = "usd"', "event.currency", 'use "jpy"'),
        ('art = { figure = "star" }', "event.art.figure", 'use "disc" or "ring"'),
        ('title_lines = { ja = [], en = ["A"] }', "event.title_lines.ja", "an empty list does not work here"),
        ('themes = [{ title = { ja = "a", en = "b" } }]', "event.themes[0].line", "is missing"),
        ("speakers = [1]", "event.speakers[0]", "must be a section [event.speakers], not 1"),
        ("premieres = 3", "event.premieres", "must be sections [[event.premieres]], not 3"),
    ],
)
def test_a_fault_in_what_the_page_shows_is_told(small: str, added: str, where: str, message: str) -> None:
    text = small.replace("[event]", f"[event]\n{added}")
    [fault] = faults(text)
    assert (fault.line, fault.where) == (2, where)
    assert message in fault.message


@pytest.mark.parametrize("number", ["T123456789012", "1234567890123", "T12345678901234", "T123456789012３"])
def test_a_registration_number_is_t_and_13_digits(small: str, number: str) -> None:
    [fault] = faults(f'{small}registration_number = "{number}"')
    assert fault.where == "seller.registration_number"
    assert read(f'{small}registration_number = "T1234567890123"').seller.registration_number == "T1234567890123"
    assert read(f'{small}registration_number = ""').seller.registration_number == ""


def test_all_faults_are_told_at_once_in_the_order_of_lines(small: str) -> None:
    text = small.replace("price = 500", "prise = 500").replace('["talk"]', '["tolk"]').replace('"ALL"', '"A L L"')
    found = faults(text)
    assert [fault.where for fault in found] == [
        "tiers[0].code",
        "tiers[1].price",
        "tiers[1].prise",
        "tiers[1].admits[0]",
    ]
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)
    assert str(found[2]) == f"line {line_of(text, 'prise')}: tiers[1].prise: {found[2].message}"


@pytest.mark.parametrize("key", ["code", "name", "price", "tax_percent", "admits", "reentry", "max_per_order"])
def test_a_missing_key_is_told_at_the_section_that_lacks_it(small: str, key: str) -> None:
    start = small.index("[[tiers]]")
    text = small[:start] + small[start:].replace(f"{key} = ", "# ", 1)
    [fault] = faults(text)
    assert (fault.line, fault.where) == (line_of(text, "[[tiers]]"), f"tiers[0].{key}")
    assert "is missing; add" in fault.message


def test_missing_sections_are_told_by_their_headers() -> None:
    messages = {fault.where: fault.message for fault in faults("# nothing yet\n")}
    assert messages.keys() == {"event", "venue", "rooms", "gates", "programs", "tiers", "policy", "seller"}
    assert messages["venue"] == "is missing; add a section [venue]."
    assert messages["rooms"] == "is missing; add sections [[rooms]]."


def test_a_room_that_nothing_uses_is_a_fault(small: str) -> None:
    room = '[[rooms]]\ncode = "ATTIC"\nname = { ja = "屋根裏", en = "Attic" }\ncapacity = 5\n\n'
    text = small.replace("[[gates]]", room + "[[gates]]")
    [fault] = faults(text)
    assert fault.where == "rooms[1]"
    assert '"ATTIC"' in fault.message


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = \n", 2), ("a = 1\n[b\n", 2), ("a = 1\na = 2\n", 2), ('x = 1\ny = "open', 2), ("x = [1,\n2,\n", 2)],
)
def test_broken_toml_is_told_with_the_line_of_the_reader(text: str, line: int) -> None:
    [fault] = faults(text)
    assert (fault.line, fault.where) == (line, "")
    assert fault.message.startswith("This is no TOML: ")
    assert "(at" not in fault.message


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "x = " + "9" * 5000, "x" * 1_000_001])
def test_a_file_made_to_hurt_is_refused_quietly(text: str) -> None:
    [fault] = faults(text)
    assert fault.line == 1


def test_a_refusal_reads_as_lines(small: str) -> None:
    with pytest.raises(BadEventFile, match=r"line 17: rooms\[0\]\.capacity: 0 does not work here"):
        read(small.replace("capacity = 50", "capacity = 0"))
