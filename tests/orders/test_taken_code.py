"""An order code that is taken already: nobody notices, the next one is drawn."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import select

from boxoffice.counter import Counter
from factories import House, session_of
from ticketing.core.db import reading
from ticketing.core.ids import SPOKEN_ALPHABET
from ticketing.orders.models import Order

CODES = len(SPOKEN_ALPHABET) ** 7


class Drawing:
    """A source of randomness whose next draws all make the same code, each in an id of its own."""

    def __init__(self) -> None:
        self.draws = 0
        self.same = 0

    def bytes(self, count: int) -> bytes:
        """Unguessable bytes whose remainder, from which a code is spelled, is the same while `same` lasts."""
        self.draws += 1
        number = int.from_bytes(secrets.token_bytes(count), "big")
        if self.same > 0:
            self.same -= 1
            number -= number % CODES
        return number.to_bytes(count, "big")


@pytest.fixture
def drawing(house: House) -> Drawing:
    drawn = Drawing()
    house.app.extensions["ticketing.random"] = drawn
    return drawn


def codes(house: House) -> list[str]:
    with house.app.app_context(), reading() as session:
        return sorted(session.scalars(select(Order.code)))


def take_first(house: House, drawing: Drawing) -> int:
    """Let an order take the code; says how many draws an order needs."""
    drawing.same, before = 1000, drawing.draws
    assert house.order(day=1).status_code == 303
    needed, drawing.same = drawing.draws - before, 0
    return needed


def test_a_buyer_whose_code_is_taken_gets_another_one_unseen(house: House, drawing: Drawing) -> None:
    drawing.same = 2 * take_first(house, drawing)
    path = house.path(session_of(house.order(day=2)))
    (other,) = set(codes(house)) - {"2222222"}
    assert path.split("/")[2] == other
    assert house.order_view(path).state == "pending"


def test_a_guest_at_the_till_whose_code_is_taken_gets_another_one_unseen(house: House, drawing: Drawing) -> None:
    till = Counter(house)
    till.open()
    drawing.same = take_first(house, drawing)
    till.sold(day=1)
    assert len(set(codes(house))) == 2


def test_who_never_gets_a_free_code_is_told_to_come_back_and_nothing_is_held(house: House, drawing: Drawing) -> None:
    take_first(house, drawing)
    drawing.same = 1000
    answer = house.order(day=2)
    assert answer.status_code == 503
    assert "山田 花子" in answer.text
    assert codes(house) == ["2222222"]
