"""The till and the shop want the same last places; the control is that of `test_last_places`."""

from __future__ import annotations

from counter import Counter
from crowd import BUYERS, left, patient, together

from factories import House, well

TILLS = 4


def test_the_last_places_go_to_the_till_or_to_the_shop_and_to_nobody_twice(house: House) -> None:
    house.set_capacity(5)
    tills = [Counter(house, name=f"till{number}") for number in range(TILLS)]
    for till in tills:
        till.open()

    def want(number: int) -> int:
        if number % 2:
            return patient(house, day=1)
        return busy(tills[number // 2 % TILLS])

    answers = together(want)
    assert (answers.count(303), answers.count(409)) == (5, BUYERS - 5)
    assert left(house) == [0, 0]
    well(house)


def test_one_form_sent_many_times_at_once_is_one_sale(house: House) -> None:
    till = Counter(house)
    till.open()
    answers = together(lambda _: busy(till, key="one form"))
    assert set(answers) == {303}
    assert left(house)[0] == 299
    well(house)


def busy(till: Counter, key: str = "") -> int:
    """Sell one ticket, again while the house is too busy to answer; a client of its own for each thread."""
    mine = Counter.__new__(Counter)
    mine.house, mine.client = till.house, till.house.client
    cookie = till.client.get_cookie("staff")
    assert cookie is not None
    mine.client.set_cookie("staff", cookie.value)
    while (status := mine.sell(day=1, key=key).status_code) == 503:
        pass
    return status
