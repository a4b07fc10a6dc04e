"""What a new file would take away from those who hold a ticket is named, tier by tier."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from ticketing.events.catalog import load
from ticketing.events.file import EventFile, read
from ticketing.events.promises import narrowed


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
