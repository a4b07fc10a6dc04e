"""Tablets that scan, exchange and empty the room all at once: no call fails, and the books hold."""

from __future__ import annotations

import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from factories import House, well
from offline_tablet import OfflineTablet
from ticketing.core.db import reading
from ticketing.door.levels import locked

LIMIT = 12
STEPS = 25


def busy(tablet: OfflineTablet, seed: int) -> list[int]:
    """An hour at one gate; what was answered."""
    dice, answers = random.Random(seed), []  # noqa: S311 (an evening, not a secret)
    for _ in range(STEPS):
        code = dice.choice(list(tablet.records))
        kind = dice.choice(("entry", "exit"))
        chance = dice.random()
        if chance < 0.5:
            body = {"id": str(uuid.uuid4()), "code_hash": code, "kind": kind}
            override = {"override": {"supervisor": "Mori", "reason": ""}} if dice.random() < 0.2 else {}
            answers.append(tablet.tablet.post("scan", **body, **override).status_code)
        elif chance < 0.9:
            if kind == "entry":
                tablet.enter_alone(code)
            else:
                tablet.leave_alone(code)
        elif chance < 0.92:
            answers.append(tablet.tablet.post("empty", id=str(uuid.uuid4()), supervisor="Mori").status_code)
        if dice.random() < 0.5:
            body = tablet.bundle()
            twice = [tablet.tablet.post("sync", **body) for _ in range(dice.choice((1, 2)))]
            answers += [one.status_code for one in twice]
            tablet.take(body, twice[-1].get_json())
    return answers


def test_many_tablets_at_once_neither_fail_nor_break_the_law(house: House) -> None:
    house.set_capacity(LIMIT)
    for _ in range(2):
        house.buy(day=4)
    tablets = [OfflineTablet(house.tablet(gate)) for gate in ("A", "B", "A", "B")]
    for tablet in tablets:
        tablet.fetch()
        tablet.sync()
    house.clock.advance(timedelta(minutes=1))
    with ThreadPoolExecutor(len(tablets)) as pool:
        answers = [one.result() for one in [pool.submit(busy, one, seed) for seed, one in enumerate(tablets)]]
    assert {status for gate in answers for status in gate} == {200}
    well(house)
    with house.app.app_context(), reading() as session:
        assert locked(session, house.catalog().gates[0].room.id).free >= 0
