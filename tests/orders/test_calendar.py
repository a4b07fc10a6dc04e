"""The dates of an order for calendars: read back by the library, and held to what Apple, Google and Outlook ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar, Event

from factories import SEED, House
from ticketing.core.db import writing
from ticketing.payments.calling_off import call_off
from ticketing.tickets.issue import revoke

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _file(house: House, path: str, lang: str = "en") -> Calendar:
    answer = house.client.get(f"{path}/event.ics?lang={lang}")
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=UTF-8; method=PUBLISH"
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    return Calendar.from_ical(answer.data)  # type: ignore[return-value]


def _events(house: House, path: str, lang: str = "en") -> list[Event]:
    return list(_file(house, path, lang).events)


def test_there_is_an_entry_for_each_program_that_a_ticket_admits_to(house: House) -> None:
    whole, half = house.buy(day=1, conference=1), house.buy(conference=2)
    titles = ["The Future of Filmmaking with AI – Conference"]
    assert [str(one["summary"]) for one in _events(house, half)] == titles
    titles.append("The Future of Filmmaking with AI – Short film screenings (sample)")
    entries = _events(house, whole)
    assert [str(one["summary"]) for one in entries] == titles
    assert entries[0].start == datetime(2025, 10, 26, 1, tzinfo=UTC)
    assert entries[0].end == datetime(2025, 10, 26, 4, tzinfo=UTC)
    assert entries[0]["dtstart"].params["TZID"] == "Asia/Tokyo"
    assert str(entries[0]["location"]).startswith("the AIR, Akasaka Intercity Conference, ")
    assert "1 × 1 DAY Ticket, 1 × Event Only Ticket" in str(entries[0]["description"])
    assert "Event Only" not in str(entries[1]["description"])


def test_it_is_a_published_calendar_with_its_time_zone(house: House) -> None:
    made = _file(house, house.buy(day=1))
    assert (made["method"], made["version"]) == ("PUBLISH", "2.0")
    assert [str(zone["tzid"]) for zone in made.timezones] == ["Asia/Tokyo"]
    for entry in made.events:
        assert str(entry["organizer"]).startswith("mailto:")
        assert str(entry["status"]) == "CONFIRMED"
        assert str(entry["url"]) == "http://localhost/e/future-of-filmmaking-with-ai"
    alarms = [alarm["trigger"].dt for entry in made.events for alarm in entry.walk("VALARM")]
    assert alarms == [timedelta(hours=-2), timedelta(minutes=-30)]


def test_it_speaks_the_language_of_whoever_opens_it(house: House) -> None:
    path = house.buy(day=1)
    entry = _events(house, path, "ja")[0]
    assert str(entry["summary"]) == "AIと映画制作の未来 – カンファレンス"
    assert "開場" in str(entry["description"])


def test_who_sees_the_calendar_gets_neither_the_order_nor_a_code(house: House) -> None:
    path = house.buy(day=1)
    written = house.client.get(f"{path}/event.ics").data.decode().replace("\r\n ", "")
    assert path.rpartition("/")[2] not in written
    assert house.codes(path)[0] not in written


def test_an_entry_keeps_its_name_and_its_number_rises_with_the_event(house: House) -> None:
    path = house.buy(day=1)
    before = _events(house, path)
    house.clock.advance(timedelta(minutes=5))
    house.publish(SEED.read_text(encoding="utf-8").replace("ends_at = 2025-10-26T13:00", "ends_at = 2025-10-26T12:30"))
    after = _events(house, path)
    assert [one["uid"] for one in after] == [one["uid"] for one in before]
    assert len({one["uid"] for one in after}) == 2
    assert all(new["sequence"] > old["sequence"] for new, old in zip(after, before, strict=True))
    assert all(new["dtstamp"].dt > old["dtstamp"].dt for new, old in zip(after, before, strict=True))
    assert after[0].end == datetime(2025, 10, 26, 3, 30, tzinfo=UTC)


def test_what_no_valid_ticket_admits_to_any_more_is_canceled(house: House) -> None:
    path = house.buy(day=1)
    before = _events(house, path)
    with house.app.app_context(), writing() as session:
        revoke(session, path.split("/")[2], [1], house.clock.now())
    after = _events(house, path)
    assert [one["uid"] for one in after] == [one["uid"] for one in before]
    assert {str(one["status"]) for one in after} == {"CANCELLED"}
    assert str(after[0]["summary"]) == "Canceled: The Future of Filmmaking with AI – Conference"
    assert [alarm for one in after for alarm in one.walk("VALARM")] == []


def test_an_event_that_is_called_off_is_canceled_in_every_calendar(house: House) -> None:
    path = house.buy(day=1)
    sequence, event_id = _events(house, path)[0]["sequence"], house.catalog().id
    with house.app.app_context(), writing() as session:
        call_off(session, event_id, "cli", house.clock.now())
    entry = _events(house, path)[0]
    assert (str(entry["status"]), str(entry["transp"])) == ("CANCELLED", "TRANSPARENT")
    assert str(entry["summary"]).startswith("Called off: ")
    assert entry["sequence"] > sequence


def test_the_letter_brings_the_file_beside_the_tickets(house: House) -> None:
    house.buy(day=1)
    (message,) = house.transport.letters
    files = {part.get_filename(): part for part in message.iter_attachments()}
    assert len(files) == 2
    (name,) = [name for name in files if name.endswith(".ics")]
    part = files[name]
    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_content_charset()) == ("PUBLISH", "utf-8")
    content = part.get_payload(decode=True)
    assert "The Future of Filmmaking with AI – Conference" in content.decode().replace("\r\n ", "")


def test_an_unpaid_order_has_no_dates_yet(house: House) -> None:
    path = house.path(house.order(day=1).location.rpartition("/")[2])
    assert house.client.get(f"{path}/event.ics").status_code == 404


def test_a_map_link_with_a_point_leads_apple_there(house: House) -> None:
    seed = SEED.read_text(encoding="utf-8")
    plain = 'map_url = "https://www.openstreetmap.org/search?query=Akasaka%20Intercity%20AIR"'
    assert plain in seed
    house.publish(seed.replace(plain, 'map_url = "https://www.google.com/maps?q=35.6699,139.7405"'))
    entry = _events(house, house.buy(day=1))[0]
    assert (entry["geo"].latitude, entry["geo"].longitude) == (35.6699, 139.7405)
    assert str(entry["x-apple-structured-location"]) == "geo:35.6699,139.7405"
