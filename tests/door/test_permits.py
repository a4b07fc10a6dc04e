"""Places that tablets keep: never more than the room has, never lost, never twice."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, text

from factories import House, Tablet, well
from offline_tablet import OfflineTablet
from ticketing.core.db import db, reading, writing
from ticketing.door import stations
from ticketing.door.models import Station, Stay
from ticketing.door.permits import write_off
from ticketing.door.stations import IN_CONTACT


def with_list(house: House, gate: str = "A") -> OfflineTablet:
    tablet = OfflineTablet(house.tablet(gate))
    tablet.fetch()
    tablet.sync()
    return tablet


def hashes(house: House, count: int) -> list[str]:
    house.buy(day=count)
    return [one["hash"] for one in OfflineTablet(house.tablet()).fetch()["tickets"]]


def grant(tablet: Tablet) -> int:
    answer = tablet.post("sync", epoch=1, granted=0).get_json()
    return sum(one["permits"] for one in answer["grants"])


def test_tablets_share_what_is_free_and_leave_a_share_to_the_server(house: House) -> None:
    house.set_capacity(12)
    first, second = with_list(house), with_list(house, "B")
    assert (first.permits, second.permits) == (6, 4)
    first.sync()
    assert (first.permits, first.reserve) == (4, 4)
    assert first.tablet.occupancy()["inside"] == 0
    well(house)


def test_a_tablet_that_only_asks_keeps_no_places(house: House) -> None:
    house.set_capacity(4)
    codes = house.codes(house.buy(day=4))
    tablet = house.tablet()
    assert [tablet.scan(code)["decision"] for code in codes] == ["admit"] * 4


def test_a_grant_whose_answer_is_lost_is_told_again_and_is_the_same(house: House) -> None:
    tablet = house.tablet()
    first, second = (tablet.post("sync", epoch=1, granted=0).get_json() for _ in range(2))
    assert first["grants"] == second["grants"] == [{"n": 1, "permits": 150}]
    assert tablet.post("sync", epoch=1, granted=1).get_json()["grants"] == []
    assert tablet.post("sync", epoch=1).get_json()["grants"] == []
    well(house)


def test_a_return_counts_once_and_waits_while_it_is_more_than_the_tablet_holds(house: House) -> None:
    house.set_capacity(10)
    tablet = house.tablet()
    assert grant(tablet) == 5
    too_many = tablet.post("sync", epoch=1, granted=1, returns=[{"n": 1, "permits": 6}]).get_json()
    assert too_many["returned"] == 0
    for _ in range(2):
        answer = tablet.post("sync", epoch=1, granted=1, returns=[{"n": 1, "permits": 1}]).get_json()
        assert answer["returned"] == 1
    with house.app.app_context(), reading() as session:
        assert session.scalars(select(Station.permits)).one() == 4
    well(house)


def test_a_full_room_tells_how_many_places_other_tablets_keep(house: House) -> None:
    house.set_capacity(3)
    codes = house.codes(house.buy(day=3))
    keeper, asker = with_list(house, "B"), house.tablet("A")
    assert keeper.permits == 1
    assert [asker.scan(code)["decision"] for code in codes[:2]] == ["admit", "admit"]
    full = asker.scan(codes[2])
    assert (full["reason"], full["inside"], full["reserved"]) == ("room_full", 2, 1)
    keeper.sync()
    assert asker.scan(codes[2])["decision"] == "admit"
    well(house)


def test_the_last_place_goes_to_one_of_a_tablet_that_asks_and_one_that_keeps_it(house: House) -> None:
    house.set_capacity(2)
    codes = house.codes(house.buy(day=2))
    asker, joiner = house.tablet("A"), house.tablet("B")
    asker.scan(codes[0])
    with house.app.app_context():
        engine = db.engine
    with ThreadPoolExecutor(2) as pool, engine.connect() as gate:
        if engine.dialect.name == "postgresql":
            gate.execute(text("SELECT * FROM occupancy FOR UPDATE"))
        scanning, joining = pool.submit(asker.scan, codes[1]), pool.submit(joiner.post, "sync", epoch=1, granted=0)
        gate.rollback()
        verdict, kept = scanning.result(), joining.result().get_json()["grants"]
    assert (verdict["decision"] == "admit") + sum(one["permits"] for one in kept) <= 1
    well(house)


def test_a_tablet_out_of_contact_has_no_share_but_keeps_its_places(house: House) -> None:
    house.set_capacity(12)
    first = with_list(house)
    house.clock.advance(2 * IN_CONTACT)
    second = with_list(house, "B")
    assert (first.permits, second.permits, second.reserve) == (6, 3, 3), "the server has a share of the rest, too"
    well(house)


def test_a_tablet_that_is_written_off_gives_all_it_held(house: House) -> None:
    house.set_capacity(12)
    code, other = hashes(house, 1)[0], house.tablet("B")
    tablet = with_list(house)
    entry = tablet.enter_alone(code)
    assert entry
    tablet.exchange()
    house.clock.advance(IN_CONTACT)
    assert other.post("scan", id=str(uuid.uuid4()), code_hash=code, kind="exit").get_json()["decision"] == "admit"
    assert other.occupancy()["inside"] == 1
    with house.app.app_context(), writing() as session:
        assert write_off(session, tablet.id, house.clock.now(), "cli")
        assert not write_off(session, tablet.id, house.clock.now(), "cli")
    with house.app.app_context(), reading() as session:
        assert session.get_one(Stay, entry["id"]).closing == "exit"
        views = {one.device_id: one for one in stations.of_event(session, house.catalog().id, house.clock.now())}
    mine = views[tablet.id]
    assert (mine.permits, mine.stays_held, mine.online, mine.written_off_at) == (0, 0, False, house.clock.now())
    assert views[other.facts["device"]["id"]].contact_at is None
    assert tablet.tablet.post("sync", **tablet.bundle()).status_code == 401
    well(house)
