"""A crowd of buyers who start at the same moment, and what they leave."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from factories import House
from ticketing.core.db import reading
from ticketing.inventory import levels
from ticketing.inventory.recount import wrong_counters

BUYERS = 64


def together(buy: Callable[[int], int]) -> list[int]:
    """Let all buyers start at the same moment; what each got (HTTP status)."""
    start = threading.Barrier(16)

    def one(number: int) -> int:
        if number < 16:
            start.wait()
        return buy(number)

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(BUYERS)))


def left(house: House) -> list[int]:
    """Places left of each program."""
    catalog = house.catalog()
    with house.app.app_context(), reading() as session:
        assert list(wrong_counters(session)) == []
        present = levels.read(session, catalog.id)
        return [present.programs[program.id].left for program in catalog.programs]


def patient(house: House, **form: int | str) -> int:
    """Order; a busy house (503) is asked again, as a browser's user would."""
    for _ in range(200):
        status = house.order(**form).status_code
        if status != 503:
            return status
    return 503
