"""Keying the list on paper in."""

import re

import pytest
from sqlalchemy import select

from back_office import Office
from factories import House, well
from office_door import shown
from ticketing.core.db import reading
from ticketing.door.models import Scan
from ticketing.staff.models import Device

KEYS = "/door/paper/keys"


def short_codes(house: House, count: int) -> list[str]:
    order = house.buy(day=count).split("/")[2]
    return [f"{order}-{number}" for number in range(1, count + 1)]


def scans(house: House) -> list[tuple[str, str, str]]:
    """Way, time at the door, and what scanned."""
    with house.app.app_context(), reading() as session:
        rows = session.execute(
            select(Scan.kind, Scan.scanned_at, Device.name)
            .join(Device, Device.id == Scan.device_id)
            .order_by(Scan.scanned_at)
        ).all()
    return [(kind, f"{at.astimezone(house.catalog().zone):%H:%M}", name) for kind, at, name in rows]


def left_in_field(page: str) -> str:
    found = re.search(r"<textarea[^>]*>([^<]*)</textarea>", page)
    assert found
    return found[1]


def test_lines_become_scans_with_their_true_time(house: House) -> None:
    first, second = short_codes(house, 2)
    office = Office(house, "door")
    answer = office.post(KEYS, gate="A", lines=f"{second} 9:35\n\n{first.lower()}　9:31\n{second} 9:38 out\n")
    assert answer.status_code == 200
    assert "Lines taken: 3." in answer.text
    assert left_in_field(answer.text) == ""
    assert scans(house) == [
        ("entry", "09:31", "Paper A"),
        ("entry", "09:35", "Paper A"),
        ("exit", "09:38", "Paper A"),
    ]
    assert shown(office)["people"] == "1"
    well(house)


def test_the_same_lines_count_once(house: House) -> None:
    (code,) = short_codes(house, 1)
    office = Office(house)
    for _ in range(2):
        answer = office.post(KEYS, gate="B", lines=f"{code} 9:30")
    assert "was taken before" in answer.text
    assert len(scans(house)) == 1
    assert shown(office)["people"] == "1"


def test_what_cannot_be_taken_stays_in_the_field_and_the_rest_is_taken(house: House) -> None:
    (code,) = short_codes(house, 1)
    bad = ["K0RREKT-1 9:30", f"{code} soon", f"{code} 23:50"]
    answer = Office(house).post(KEYS, gate="A", lines="\n".join([bad[0], f"{code} 9:30", *bad[1:]]))
    assert answer.status_code == 400
    assert "Lines taken: 1. Lines that need a look: 3." in answer.text
    assert "There is no ticket K0RREKT-1." in answer.text
    assert sorted(left_in_field(answer.text).splitlines()) == sorted(bad)
    assert len(scans(house)) == 1


def test_who_was_scanned_by_a_tablet_too_becomes_a_conflict(house: House) -> None:
    path = house.buy(day=1)
    house.tablet().scan(house.codes(path)[0])
    office = Office(house)
    answer = office.post(KEYS, gate="A", lines=f"{path.split('/')[2]}-1 9:20")
    assert "with a conflict to settle" in answer.text
    page = office.get("/door/conflicts").text
    assert "came in twice" in page
    assert "Paper A" in page


def test_paper_is_no_tablet(house: House) -> None:
    (code,) = short_codes(house, 1)
    house.tablet("A", "Paper A")
    office = Office(house)
    office.post(KEYS, gate="A", lines=f"{code} 9:30")
    assert scans(house)[0][2] == "Paper A (2)"
    assert "Paper A (2)" not in office.get("/door").text + office.get("/devices").text
    with house.app.app_context(), reading() as session:
        paper = session.scalars(select(Device).where(Device.name == "Paper A (2)")).one()
    assert office.get(f"/door/tablets/{paper.id}").status_code == 404
    assert office.post(f"/door/tablets/{paper.id}/revoke").status_code == 404
    headers = {"Authorization": f"Bearer {paper.token_hash}"}
    assert house.client.get("/api/v1/door/occupancy", headers=headers).status_code == 401


def test_a_ticket_of_another_day_may_be_keyed_in(house: House) -> None:
    (code,) = short_codes(house, 1)
    answer = Office(house).post(KEYS, gate="A", day="2025-10-25", lines=f"{code} 23:50")
    assert "Lines taken: 1." in answer.text


@pytest.mark.parametrize(("gate", "status"), [("Z", 404), ("", 404)])
def test_a_gate_that_is_not_there_is_refused(house: House, gate: str, status: int) -> None:
    assert Office(house).post(KEYS, gate=gate, lines="x").status_code == status


def test_who_only_looks_keys_nothing_in(house: House) -> None:
    assert Office(house, "viewer").post(KEYS, gate="A", lines="x").status_code == 403
