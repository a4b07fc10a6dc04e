"""The door in the office: what it shows, and what people decide there."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from back_office import Office
from factories import House, well
from office_door import in_contact, shown, supervisor
from ticketing.core.db import reading
from ticketing.door.models import Supervisor


def room_of(house: House) -> str:
    return str(house.catalog().gates[0].room.id)


def fill(house: House, people: int) -> None:
    tablet = house.tablet("A")
    for _ in range(people):
        assert tablet.post("count", id=str(uuid.uuid4()), delta=1, what="guest").status_code == 200


def test_the_page_and_its_figures_say_the_same(house: House) -> None:
    tablet = house.tablet("A", "A-1")
    tablet.scan(house.codes(house.buy(day=1))[0])
    fill(house, 1)
    in_contact(house, tablet, permits=20)
    office = Office(house)
    facts = office.get("/door/figures.json").get_json()
    page = office.get("/door").text
    on_page = dict(re.findall(r'data-figure="([^"]+)">([^<]*)<', page))
    assert on_page == {key: facts["figures"][key] for key in on_page}
    assert set(facts["paths"]) == set(re.findall(r'data-path="([^"]+)"', page))
    assert set(facts["parts"]) == set(re.findall(r'data-part="([^"]+)"', page))
    assert shown(office) == {"people": "2", "untracked": "1", "reserved": "20", "free": "278", "capacity": "300"}


def test_figures_stay_unchanged_while_nothing_happens(house: House) -> None:
    in_contact(house, house.tablet("A", "A-1"))
    client = Office(house).client
    tag = client.get("/office/door/figures.json").headers["ETag"]
    assert client.get("/office/door/figures.json", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("people", "says"),
    [(8, None), (9, "is nearly full: 9 of 10 inside, 1 to go"), (10, "is full: 10 of 10")],
)
def test_it_warns_at_90_percent_and_at_the_limit(house: House, people: int, says: str | None) -> None:
    house.set_capacity(10)
    fill(house, people)
    alarms = Office(house).get("/door/figures.json").get_json()["parts"]["alarms"]
    assert (says in alarms) if says else ("full" not in alarms)


def test_a_new_limit_says_what_it_means_and_then_holds_at_once(house: House) -> None:
    fill(house, 2)
    office = Office(house, "manager")
    asked = office.post("/door/limit", room=room_of(house), capacity="1")
    assert "2 are inside: nobody else comes in until 2 have left." in asked.text
    assert shown(office)["capacity"] == "300"
    assert office.confirm(asked, "/door/limit").status_code == 303
    assert shown(office)["capacity"] == "1"
    refused = house.tablet("B").scan(house.codes(house.buy(day=1))[0])
    assert (refused["decision"], refused["reason"], refused["capacity"]) == ("refuse", "room_full", 1)


@pytest.mark.parametrize("wished", ["", "0", "-5", "ten", "９９９９９９９９９", "99999999999999999999"])
def test_what_is_no_limit_is_refused_and_stays_in_the_field(house: House, wished: str) -> None:
    office = Office(house)
    answer = office.post("/door/limit", room=room_of(house), capacity=wished)
    assert answer.status_code == 400
    assert f'value="{wished}"' in answer.text
    assert shown(office)["capacity"] == "300"


def test_an_empty_room_counts_nobody_and_who_comes_back_goes_in_again(house: House) -> None:
    tablet = house.tablet("A")
    codes = house.codes(house.buy(day=2))
    for code in codes:
        tablet.scan(code)
    fill(house, 1)
    office = Office(house, "door")
    asked = office.post("/door/empty", room=room_of(house))
    assert "counts 3 people. Afterwards it counts nobody." in asked.text
    assert shown(office)["people"] == "3"
    assert office.confirm(asked, "/door/empty").status_code == 303
    assert shown(office)["people"] == "0"
    assert tablet.scan(codes[0])["decision"] == "admit"
    assert office.confirm(asked, "/door/empty").status_code == 303  # the same question once more counts once
    assert shown(office)["people"] == "1"
    well(house)


def test_a_tablet_is_told_as_it_is(house: House) -> None:
    tablet = house.tablet("B", "B-7")
    checks = {"checks": {"camera": "ok", "sound": "bad", "hack": "ok", "clock": 7}, "details": {"clock_ms": "x"}}
    in_contact(house, tablet, timedelta(minutes=6), permits=4, battery=12, queued=3, test=checks)
    office = Office(house)
    row = office.get("/door/figures.json").get_json()["parts"]["tablets"]
    for words in ("B-7", "offline since 09:34", "12 %", "self-test failed: Sound"):
        assert words in row
    page = office.get(f"/door/tablets/{tablet.facts['device']['id']}").text
    assert "hack" not in page
    assert "Tablet B-7 has been offline since 09:34. It may still admit 4." in office.get("").text


def test_what_a_tablet_says_of_itself_cannot_break_the_page(house: House) -> None:
    tablet = house.tablet("B", "<b>B</b>")
    in_contact(house, tablet, test={"checks": ["camera"], "details": None})
    office = Office(house)
    assert "<b>B</b>" not in office.get("/door").text
    assert "no self-test yet" in office.get("/door").text


def test_a_tablet_is_taken_off_at_once(house: House) -> None:
    tablet = house.tablet("A", "A-1")
    office = Office(house, "door")
    path = f"/door/tablets/{tablet.facts['device']['id']}"
    assert office.post(f"{path}/revoke").status_code == 303
    assert tablet.post("scan", id=str(uuid.uuid4()), code="x", kind="entry").status_code == 401
    assert "taken off 09:40" in office.get(path).text


def test_a_dead_tablet_is_written_off_by_somebody_who_is_sure(house: House) -> None:
    tablet = house.tablet("A", "A-1")
    in_contact(house, tablet, timedelta(minutes=9), permits=30)
    office = Office(house, "door")
    path = f"/door/tablets/{tablet.facts['device']['id']}"
    unsure = office.post(f"{path}/write-off")
    assert (unsure.status_code, "Nothing was written off." in unsure.text) == (400, True)
    assert shown(office)["reserved"] == "30"
    assert office.post(f"{path}/write-off", sure="in_hand").status_code == 303
    assert shown(office)["reserved"] == "0"
    assert "written off 09:40" in office.get(path).text
    assert tablet.post("scan", id=str(uuid.uuid4()), code="x", kind="entry").status_code == 401


def test_a_supervisor_comes_and_goes(house: House) -> None:
    office = Office(house, "manager")
    assert office.post("/door/supervisors", name="Ken", pin="246810").status_code == 303
    assert "Ken" in office.get("/door").text
    with house.app.app_context(), reading() as session:
        (row,) = session.scalars(select(Supervisor))
    assert "246810" not in f"{row.salt}{row.pin_hash}"
    assert office.post(f"/door/supervisors/{row.id}/end").status_code == 303
    assert "Ken" not in office.get("/door").text


def test_a_short_pin_is_refused_and_the_name_stays(house: House) -> None:
    answer = Office(house).post("/door/supervisors", name="Ken", pin="12345")
    assert answer.status_code == 400
    assert 'value="Ken"' in answer.text
    assert "12345" not in answer.text


def test_who_runs_the_door_sets_no_limit_and_gives_no_pin(house: House) -> None:
    office = Office(house, "door")
    boss = supervisor(house, "Ken")
    assert [
        office.post("/door/limit", room=room_of(house), capacity="5").status_code,
        office.post("/door/supervisors", name="Me", pin="246810").status_code,
        office.post(f"/door/supervisors/{boss}/end").status_code,
    ] == [403] * 3
    page = office.get("/door").text
    assert 'action="/office/door/limit"' not in page
    assert 'name="pin"' not in page


@pytest.mark.parametrize("path", ["/door/limit", "/door/empty"])
def test_a_room_of_another_event_is_out_of_reach(house: House, path: str) -> None:
    assert Office(house).post(path, room="9999", capacity="5").status_code == 404
