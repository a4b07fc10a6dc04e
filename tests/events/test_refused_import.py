"""A file that is refused leaves no trace: not in the database, not in what the process remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ticketing.core.errors import Refused
from ticketing.events.export import dump

if TYPE_CHECKING:
    from factories import House


def test_after_a_refused_file_the_right_one_is_taken(house: House) -> None:
    house.buy(day=3)
    text = dump(house.catalog())
    too_small = text.replace("places = 300", "places = 2")
    with pytest.raises(Refused, match="sold_promise"):
        house.publish(too_small)
    house.publish(text.replace("price = 2000", "price = 2100"))
    catalog = house.catalog()
    assert catalog.tier("1-DAY").price.amount == 2100
    assert {program.places for program in catalog.programs} == {300}


def test_what_was_sold_is_not_narrowed(house: House) -> None:
    house.buy(day=1)
    text = dump(house.catalog())
    for good, bad in (
        ('admits = ["conference", "screenings"]', 'admits = ["conference"]'),
        ("reentry = true", "reentry = false"),
    ):
        with pytest.raises(Refused, match="sold_promise"):
            house.publish(text.replace(good, bad, 1))


def test_what_was_not_sold_may_leave(house: House) -> None:
    house.buy(day=1)
    text = dump(house.catalog())
    start, end = text.index('[[tiers]]\ncode = "EVENT-ONLY"'), text.index("[policy]")
    house.publish(text[:start] + text[end:])
    assert [tier.code for tier in house.catalog().tiers] == ["1-DAY"]
    with pytest.raises(Refused, match="sold_promise"):
        house.publish(text.replace('code = "1-DAY"', 'code = "WHOLE-DAY"'))
