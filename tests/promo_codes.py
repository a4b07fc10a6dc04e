"""Promo codes for tests, made by the house's own functions, and how often they were used."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from factories import House
from ticketing.core.db import reading, writing
from ticketing.promos import making
from ticketing.promos.making import Limits, Wish
from ticketing.promos.models import PromoCode
from ticketing.reports.doctor import examine


def make(
    house: House, word: str, percent: int | None = None, amount: int | None = None, tiers: Sequence[str] = (), **kw: Any
) -> str:
    """A code of the first event, `**kw` its limits; its id."""
    key = str(uuid.uuid4())
    with house.app.app_context(), writing() as session:
        wish = Wish(word, percent, amount, tiers, Limits(**kw))
        making.make(session, house.catalog(), wish, key, "person:organizer", house.clock.now())
    return key


def row(house: House, key: str) -> PromoCode:
    """The code as it is now."""
    with house.app.app_context(), reading() as session:
        return making.get(session, key)


def used(house: House, key: str) -> int:
    """How many uses it counts, which the doctor finds right."""
    with house.app.app_context(), reading() as session:
        assert [one for one in examine(session) if one.code in ("promo_count", "stock_count")] == []
        return making.get(session, key).used


def withdraw(house: House, key: str) -> None:
    """End a code."""
    with house.app.app_context(), writing() as session:
        making.withdraw(session, making.get(session, key), "person:organizer", house.clock.now())
