"""A copy of an event at another time keeps every distance between its times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ticketing.events.file import read
from ticketing.events.shift import shift

START = datetime(2027, 1, 9, 3, 30, tzinfo=UTC)
PREMIERE = """
[[event.premieres]]
title = { ja = "初演", en = "Premiere" }
on = 2026-04-30
place = { ja = "別の家", en = "Elsewhere" }
"""


def test_everything_moves_by_one_amount(small: str) -> None:
    file = read(small)
    moved = shift(file, START)
    amount = START - file.event.starts_at
    assert moved.event.starts_at == START
    assert moved.event.ends_at - file.event.ends_at == amount
    assert [p.doors_open_at for p in moved.programs] == [p.doors_open_at + amount for p in file.programs]
    assert [t.sale_ends_at for t in moved.tiers] == [t.sale_ends_at + amount for t in file.tiers]
    assert [r.until for r in moved.policy.refunds] == [r.until + amount for r in file.policy.refunds]


def test_nothing_but_times_changes(small: str) -> None:
    file = read(small)
    assert shift(shift(file, START), file.event.starts_at) == file


def test_days_move_by_whole_days(small: str) -> None:
    file = read(small.replace("[venue]", f"{PREMIERE}\n[venue]"))
    nearly_a_week = file.event.starts_at + timedelta(days=6, hours=11)
    assert shift(file, nearly_a_week).event.premieres[0].on == date(2026, 5, 6)
    over_a_week = file.event.starts_at + timedelta(days=7, hours=13)
    assert shift(file, over_a_week).event.premieres[0].on == date(2026, 5, 8)


def test_a_naive_time_is_rejected(small: str) -> None:
    with pytest.raises(ValueError, match="naive"):
        shift(read(small), START.replace(tzinfo=None))
