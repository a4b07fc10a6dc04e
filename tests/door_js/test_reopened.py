"""Two pages of one tablet: closed in the middle of an exchange and opened again, or a second tab without locks."""

from __future__ import annotations

import time
from collections.abc import Callable

from node_tablet import NodeTablet
from sqlalchemy import select

from factories import House, well
from ticketing.core.db import reading
from ticketing.door.models import Scan


def test_an_answer_that_a_closed_page_still_gets_changes_nothing_for_the_page_after_it(
    house: House, address: str, pair: Callable[..., NodeTablet]
) -> None:
    wrong, second, third = house.codes(house.buy(day=3))
    tablet = pair()
    said = [tablet.decide(wrong)["id"]]
    tablet.do("net", late=True)
    assert tablet.do("undo", id=said[0])["ok"]
    tablet.do("close")
    tablet.do("load", base=address)
    said.append(tablet.decide(second)["id"])
    permits = tablet.state["permits"]
    tablet.do("net", late=False)
    time.sleep(0.2)
    tablet.do("close")
    tablet.do("load", base=address)
    assert tablet.state["permits"] == permits
    said.append(tablet.decide(third)["id"])
    assert tablet.do("sync")
    with house.app.app_context(), reading() as session:
        assert set(said) <= set(session.scalars(select(Scan.id)))
    well(house)


def test_the_page_that_was_loaded_last_scans_and_the_one_beside_it_says_so(
    house: House, address: str, pair: Callable[..., NodeTablet]
) -> None:
    first, second, third = house.codes(house.buy(day=3))
    tablet = pair()
    tablet.cut()
    said = [tablet.decide(first)["id"]]
    tablet.do("load", base=address)
    permits = tablet.state["permits"]
    tablet.do("turn")
    for code in (second, third):
        answer = tablet.decide(code)
        assert (answer["decision"], answer["reason"], answer["detail"]) == ("refuse", "undecided", "other_tab")
    assert tablet.do("undo", id=said[0]) == {"ok": False, "reason": "other_tab"}
    tablet.cut(False)
    assert not tablet.do("sync")
    assert tablet.state["elsewhere"]
    tablet.do("turn")
    assert tablet.state["permits"] == permits
    said.append(tablet.decide(second)["id"])
    assert tablet.do("sync")
    with house.app.app_context(), reading() as session:
        assert set(said) <= set(session.scalars(select(Scan.id)))
    well(house)
