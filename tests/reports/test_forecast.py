"""The forecast: only where there is enough to go by, never past the places, never below what is sold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from factories import MORNING, House
from ticketing.reports.forecast import forecast


def test_an_even_pace_goes_on() -> None:
    found = forecast([10] * 7, sold=70, places=300, days_left=5)
    assert found is not None
    assert found.likely == (80, 90, 100, 110, 120)
    assert found.full_in is None


def test_the_range_is_what_chance_would_make_of_a_week() -> None:
    found = forecast([10] * 7, sold=70, places=300, days_left=7)
    assert found is not None
    # Two root seventy are 17 tickets a week, up or down.
    assert (found.low[-1], found.high[-1]) == (123, 157)


def test_nobody_can_buy_more_places_than_there_are() -> None:
    found = forecast([10] * 7, sold=285, places=300, days_left=5)
    assert found is not None
    assert found.full_in == 2
    assert max(found.high) == 300


def test_only_the_last_seven_days_count() -> None:
    found = forecast([500, 500, *[10] * 7], sold=1070, places=2000, days_left=1)
    assert found is not None
    assert found.likely == (1080,)


@pytest.mark.parametrize(
    ("full_days", "days_left"), [([10, 10], 5), ([3, 3, 3], 5), ([0] * 30, 5), ([], 5), ([10] * 7, 0)]
)
def test_where_there_is_too_little_to_go_by_there_is_none(full_days: list[int], days_left: int) -> None:
    assert forecast(full_days, sold=sum(full_days), places=300, days_left=days_left) is None


def test_the_dashboard_says_so_in_words(house: House) -> None:
    house.publish(starts_at=MORNING + timedelta(days=9, minutes=20))
    for day in range(9):
        house.clock.advance(timedelta(days=min(day, 1)))
        house.buy(day=2)
        page = house.staff(email=f"{day}@example.com").get("/office?lang=en").text
        assert ("Too early to say" in page) == (day < 5)
    assert "At this pace 20 tickets when the sale ends" in page
    house.clock.advance(timedelta(days=1))
    page = house.staff(email="last@example.com").get("/office?lang=en").text
    assert "The sale ends today." in page
    assert "Too early to say" not in page
