"""What a new file would take away from those who hold a ticket is named, tier by tier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from ticketing.events.catalog import load
from ticketing.events.file import EventFile, read
from ticketing.events.promises import narrowed, worsened


@pytest.mark.parametrize(
    ("good", "bad", "lost"),
    [
        ("price = 1500", "price = 9000", {}),
        ('["film", "talk"]', '["film"]', {"ALL": "ALL: talk"}),
        ("reentry = true", "reentry = false", {"ALL": "ALL: reentry"}),
        ("reentry = false", "reentry = true", {}),
        ('["talk"]', '["film", "talk"]', {}),
        ('["talk"]', '["film"]', {"TALK-ONLY": "TALK-ONLY: talk"}),
        ('code = "TALK-ONLY"', 'code = "NEW"', {}),
    ],
)
def test_only_what_is_taken_away_is_named(
    session: Session, stored: Callable[[str], EventFile], small: str, good: str, bad: str, lost: dict[str, str]
) -> None:
    stored(small)
    catalog = load(session, "small")
    ids = {tier.code: tier.id for tier in catalog.tiers}
    found = narrowed(catalog, read(small.replace(good, bad, 1)))
    assert found == {ids[code]: what for code, what in lost.items()}


CHANGES = "change_until = 2026-04-28T00:00:00+09:00"
LAST = "[[policy.refunds]]\nuntil = 2026-04-25T00:00:00+09:00\nfee_percent = 50\n"


@pytest.mark.parametrize(
    ("good", "bad", "lost"),
    [
        ("fee_percent = 50", "fee_percent = 20", []),
        ("fee_percent = 50", "fee_percent = 51", ["2026-04-25T00:00:00+09:00 50 % → 51 %"]),
        ("2026-04-25", "2026-04-26", []),
        ("2026-04-25", "2026-04-24", ["2026-04-25T00:00:00+09:00 50 % → 100 %"]),
        ("2026-04-20", "2026-04-19", ["2026-04-20T00:00:00+09:00 0 % → 50 %"]),
        (LAST, "", ["50 % → 100 %"]),
        ("change_until = 2026-04-28", "change_until = 2026-04-29", []),
        ("change_until = 2026-04-28", "change_until = 2026-04-27", ["policy.change_until"]),
        (CHANGES, "", []),
    ],
)
@pytest.mark.parametrize("over", [False, True])
def test_terms_that_would_be_worse_than_those_people_bought_under_are_named_until_they_are_over(
    session: Session, stored: Callable[[str], EventFile], small: str, good: str, bad: str, lost: list[str], over: bool
) -> None:
    kept = small.replace("[policy]\n", f"[policy]\n{CHANGES}\n", 1)
    stored(kept)
    now = datetime.fromisoformat("2026-04-29T00:00:00+09:00" if over else "2026-04-01T00:00:00+09:00")
    changed = kept.replace(good, bad, 1)
    assert changed != kept
    found = worsened(load(session, "small"), read(changed), now)
    assert len(found) == (0 if over else len(lost))
    assert all(part in what for part, what in zip(lost, found, strict=False))
