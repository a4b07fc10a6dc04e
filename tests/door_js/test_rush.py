"""Four tablets at once in front of a small room: the limit holds, and every place is used."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from node_tablet import NodeTablet
from sqlalchemy import update

from factories import House, well
from ticketing.core.db import writing
from ticketing.events.models import Room

PLACES = 9
TABLETS = 4


def rush(tablet: NodeTablet, codes: list[str], door: int) -> list[str]:
    """Scan these codes one after the other, with a link that comes and goes; who was let in."""
    admitted = []
    for n, code in enumerate(codes):
        tablet.cut((n + door) % TABLETS == 1)
        if tablet.decide(code)["decision"] == "admit":
            admitted.append(code)
        if (n + door) % 3 == 0:
            tablet.do("sync")
    tablet.cut(False)
    return admitted


def test_a_rush_at_four_doors_never_lets_one_too_many_in(house: House, pair: Callable[..., NodeTablet]) -> None:
    codes = [code for _ in range(4) for code in house.codes(house.buy(day=6))]
    with house.app.app_context(), writing() as session:
        session.execute(update(Room).values(capacity=PLACES))
    tablets = [pair("A" if n % 2 else "B") for n in range(TABLETS)]
    shares = [codes[n::TABLETS] for n in range(TABLETS)]
    with ThreadPoolExecutor(TABLETS) as doors:
        rounds = doors.map(rush, tablets, shares, range(TABLETS))
    admitted = {code for one in rounds for code in one}
    assert len(admitted) <= PLACES
    for _ in range(3):
        assert all(tablet.do("sync") for tablet in tablets)
    for tablet, share in zip(tablets, shares, strict=True):
        admitted |= {code for code in share if code not in admitted and tablet.decide(code)["decision"] == "admit"}
        for other in tablets:
            other.do("sync")
    assert len(admitted) == PLACES
    well(house)
