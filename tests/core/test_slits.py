"""Counts become slits."""

from hypothesis import given
from hypothesis import strategies as st

from ticketing.core.slits import METER_SLITS, meter, shares

COUNTS = st.lists(st.integers(0, 2000), min_size=1, max_size=4)


@given(COUNTS, st.integers(4, 600))
def test_slits_add_up_and_nothing_that_counts_is_lost(counts: list[int], slits: int) -> None:
    made = shares(counts, slits)
    assert sum(made) == (slits if sum(counts) else 0)
    assert all((slit > 0) == (count > 0) for slit, count in zip(made, counts, strict=True))


def test_the_last_free_place_is_seen() -> None:
    row = meter(299, 0, 300)
    assert row.taken.count("M") == METER_SLITS - 1
    assert row.free.count("M") == 1


def test_a_sold_out_house_has_no_free_slit() -> None:
    assert meter(300, 0, 300).free == ""


def test_more_sold_than_places_is_drawn_as_full() -> None:
    assert meter(310, 0, 300).taken.count("M") == METER_SLITS
