"""An event file is put into the database, brings the event up to date, and breaks no promise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog, load
from ticketing.events.file import EventFile, read
from ticketing.events.models import Event, Gate, Program, Room, Tier, TierProgram, Venue
from ticketing.events.store import save
from ticketing.inventory.models import Hold, HoldLine, Stock

NOW = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
Stored = Callable[[str], EventFile]
TALK_ONLY = 'code = "TALK-ONLY"'


def other(text: str) -> str:
    return text.replace('"small"', '"other"').replace("Small evening", "Other evening")


def without(text: str, section: str, mark: str) -> str:
    """The file without the one section of this kind that holds `mark`."""
    parts = text.split(f"[[{section}]]")
    [index] = [number for number, part in enumerate(parts) if mark in part and number]
    body, rest = parts[index].split("\n\n", 1)
    assert mark in body
    parts[index - 1] += rest
    return f"[[{section}]]".join(parts[:index] + parts[index + 1 :])


def sell_one(session: Session, catalog: Catalog, code: str) -> None:
    """One place of this tier goes, as `inventory` would write it."""
    tier = catalog.tier(code)
    stock = Stock(event_id=catalog.id, program_id=catalog.programs_of(tier)[0].id, capacity=50, sold=1, held=0)
    hold = Hold(id="h", event_id=catalog.id, state="sold", expires_at=NOW, created_at=NOW)
    session.add_all([stock, hold])
    session.flush()
    session.add(HoldLine(hold_id="h", tier_id=tier.id, stock_id=stock.id, quantity=1))
    session.commit()


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_new_event_is_created(session: Session, stored: Stored, small: str) -> None:
    file = stored(small)
    catalog = load(session, "small")
    assert (catalog.revision, catalog.rehearsal, catalog.starts_at) == (1, False, file.event.starts_at)
    assert [(tier.code, tier.price.amount, tier.admits) for tier in catalog.tiers] == [
        ("ALL", 1500, ("talk", "film")),
        ("TALK-ONLY", 500, ("talk",)),
    ]
    assert [(program.code, program.places) for program in catalog.programs] == [("talk", 50), ("film", 40)]
    assert catalog.gates[0].room.capacity == 50


def test_sections_for_pages_are_kept_in_the_shape_that_pages_rely_on(
    session: Session, stored: Stored, small: str
) -> None:
    stored(small)
    catalog = load(session, "small")
    assert catalog.page == {
        "title_lines": {"ja": ["小さな会"], "en": ["Small evening"]},
        "art": {},
        "themes": [],
        "speakers": [],
        "premieres": [],
        "organizers": [],
        "supporters": [],
    }
    assert catalog.policy["refunds"][1] == {"until": "2026-04-25T00:00:00+09:00", "fee_percent": 50}
    assert catalog.policy["konbini"] == {"enabled": False, "off_days_before": 4, "off_below_places": 0}
    assert "change_until" not in catalog.policy
    assert (catalog.seller["email"], catalog.seller["registration_number"]) == ("host@example.com", "")


def test_the_same_file_again_changes_nothing_but_the_revision(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    first = load(session, "small")
    stored(small)
    second = load(session, "small")
    assert (first.id, first.tiers, first.programs, first.gates) == (
        second.id,
        second.tiers,
        second.programs,
        second.gates,
    )
    assert (first.revision, second.revision) == (1, 2)
    assert [count(session, table) for table in (Event, Venue, Room, Gate, Program, Tier, TierProgram)] == [
        1,
        1,
        1,
        1,
        2,
        2,
        3,
    ]


def test_what_changed_in_the_file_changes_in_the_event(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    before = load(session, "small")
    stored(small.replace("price = 500", "price = 700").replace('["film", "talk"]', '["film"]').replace("徒歩", "電車"))
    after = load(session, "small")
    assert [tier.id for tier in after.tiers] == [tier.id for tier in before.tiers]
    assert (after.tier("TALK-ONLY").price.amount, after.tier("ALL").admits) == (700, ("film",))
    assert after.venue.access["ja"] == "電車"


def test_tiers_and_gates_stand_in_the_order_of_the_file(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    swapped = small.replace('code = "ALL"', 'code = "X"').replace(TALK_ONLY, 'code = "ALL"')
    stored(swapped.replace('code = "X"', TALK_ONLY))
    assert [tier.code for tier in load(session, "small").tiers] == ["TALK-ONLY", "ALL"]


@pytest.mark.parametrize(
    ("section", "mark", "table", "left"),
    [("tiers", TALK_ONLY, Tier, ["ALL"]), ("gates", 'code = "B"', Gate, ["A"])],
)
def test_a_code_that_vanished_is_deleted(
    session: Session,
    stored: Stored,
    small: str,
    section: str,
    mark: str,
    table: type[Tier] | type[Gate],
    left: list[str],
) -> None:
    second = '[[gates]]\ncode = "B"\nname = { ja = "B", en = "B" }\nroom = "HALL"\n\n'
    text = small.replace("[[programs]]", second + "[[programs]]", 1)
    stored(text)
    stored(without(text, section, mark))
    assert list(session.scalars(select(table.code))) == left


def test_a_program_that_vanished_is_deleted_with_its_admissions(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    stored(without(small, "programs", 'code = "film"').replace('["film", "talk"]', '["talk"]'))
    catalog = load(session, "small")
    assert [program.code for program in catalog.programs] == ["talk"]
    assert catalog.tier("ALL").admits == ("talk",)
    assert count(session, TierProgram) == 2


def test_a_sold_tier_stays(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    sell_one(session, load(session, "small"), "TALK-ONLY")
    with pytest.raises(Refused) as refusal:
        save(session, read(without(small, "tiers", TALK_ONLY)), NOW)
    session.rollback()
    assert (refusal.value.code, refusal.value.facts) == ("sold_promise", {"what": "tier TALK-ONLY"})
    assert "tier TALK-ONLY" in refusal.value.text()
    assert [tier.code for tier in load(session, "small").tiers] == ["ALL", "TALK-ONLY"]


def test_a_program_with_sold_places_stays(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    sell_one(session, load(session, "small"), "TALK-ONLY")
    text = without(small, "programs", 'code = "talk"').replace('["film", "talk"]', '["film"]')
    with pytest.raises(Refused) as refusal:
        save(session, read(text.replace('["talk"]', '["film"]')), NOW)
    session.rollback()
    assert refusal.value.facts == {"what": "program talk"}


def test_two_events_share_a_room(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    stored(other(small))
    first, second = load(session, "small"), load(session, "other")
    assert first.gates[0].room.id == second.programs[0].room.id
    assert {program.id for program in first.programs}.isdisjoint(program.id for program in second.programs)
    assert (count(session, Venue), count(session, Room), count(session, Tier)) == (1, 1, 4)


def test_the_other_event_sees_what_changed_in_the_shared_room(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    load(session, "small")
    stored(other(small).replace("capacity = 50", "capacity = 60").replace('"Tokyo"', '"Osaka"', 1))
    catalog = load(session, "small")
    assert (catalog.gates[0].room.capacity, catalog.venue.address["en"]) == (60, "Osaka")
    assert [program.places for program in catalog.programs] == [50, 40]


def test_a_shared_room_cannot_shrink_below_the_other_event(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    with pytest.raises(Refused) as refusal:
        save(session, read(other(small).replace("capacity = 50", "capacity = 45")), NOW)
    session.rollback()
    assert refusal.value.code == "room_shared"
    assert "Small evening, which offers 50 places" in refusal.value.text()
    assert load(session, "small").gates[0].room.capacity == 50


def test_a_room_of_ones_own_can_shrink(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    stored(small.replace("capacity = 50", "capacity = 45"))
    assert [program.places for program in load(session, "small").programs] == [45, 40]


def test_a_venue_of_ones_own_is_renamed_with_its_rooms(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    room = load(session, "small").gates[0].room.id
    stored(small.replace('en = "House"', 'en = "Big House"'))
    assert load(session, "small").gates[0].room.id == room
    assert list(session.scalars(select(Venue.name_key))) == ["Big House"]


def test_a_shared_venue_is_left_to_the_other_event(session: Session, stored: Stored, small: str) -> None:
    stored(small)
    stored(other(small))
    stored(other(small).replace('en = "House"', 'en = "Barn"'))
    assert load(session, "small").venue.name["en"] == "House"
    assert load(session, "other").venue.name["en"] == "Barn"
    assert load(session, "small").gates[0].room.id != load(session, "other").gates[0].room.id


def test_a_moved_copy_says_so_until_it_is_saved_unmoved(session: Session, small: str) -> None:
    save(session, read(small), NOW, timedelta(days=3, hours=1))
    session.commit()
    assert load(session, "small").shifted == timedelta(days=3, hours=1)
    save(session, read(small), NOW)
    session.commit()
    assert not load(session, "small").rehearsal


def test_saving_does_not_commit(session: Session, small: str) -> None:
    save(session, read(small), NOW)
    session.rollback()
    assert count(session, Event) == count(session, Venue) == 0
