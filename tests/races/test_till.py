"""The till and the shop want the same last places; the control is that of `test_last_places`."""

from __future__ import annotations

import re
import uuid

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


def test_the_cash_of_one_refund_leaves_one_drawer_once_however_many_give_it(house: House) -> None:
    tills = [Counter(house, name=f"till{number}") for number in range(TILLS)]
    drawers = [till.open(n1000=5) for till in tills]
    code = tills[0].sold(day=1)
    owner = Counter(house, "owner", "owner")
    form = {"what": "all", "confirm": "yes", "form_key": "k", "expected": "2000"}
    assert owner.post(f"/office/orders/{code}/refund", **form).status_code == 303
    refund = re.search(r'name="refund" value="([^"]+)"', tills[0].page(f"/boxoffice/sales/{code}"))
    assert refund is not None

    def give(number: int) -> int:
        mine = a_thread_of(tills[number % TILLS])
        while (status := mine.post(f"/boxoffice/sales/{code}/back", refund=refund[1]).status_code) == 503:
            pass
        return status

    assert set(together(give)) <= {303, 409}
    assert sum("Given back for refunds" in till.page(path) for till, path in zip(tills, drawers, strict=True)) == 1
    well(house)


def a_thread_of(till: Counter) -> Counter:
    """The same person with a client of their own, as each thread needs one."""
    mine = Counter.__new__(Counter)
    mine.house, mine.client = till.house, till.house.client
    cookie = till.client.get_cookie("staff")
    assert cookie is not None
    mine.client.set_cookie("staff", cookie.value)
    return mine


def test_of_one_form_about_the_float_sent_many_times_at_once_the_drawer_learns_once(house: House) -> None:
    till = Counter(house)
    shift = till.open(n1000=5)
    form = {"way": "in", "amount": "1000", "reason": "coins", "form_key": str(uuid.uuid4())}

    def send(_number: int) -> int:
        mine = a_thread_of(till)
        while (status := mine.post(f"{shift}/float", **form).status_code) == 503:
            pass
        return status

    assert set(together(send)) == {303}
    assert "¥6,000" in till.page(shift)
    well(house)


def test_who_counts_a_drawer_while_cash_is_taken_out_counts_with_it_or_without_it(house: House) -> None:
    till = Counter(house)
    shift = till.open(n1000=5)

    def act(number: int) -> int:
        mine = a_thread_of(till)
        path, form = f"{shift}/float", {"way": "out", "amount": "100", "reason": "safe"}
        if number == 8:
            path, form = f"{shift}/close", {"n-1000": "5", "note": "counted while others took some out"}
        while (status := mine.post(path, **form).status_code) == 503:
            pass
        return status

    assert set(together(act)) <= {303, 409}
    well(house)


def busy(till: Counter, key: str = "") -> int:
    """Sell one ticket, again while the house is too busy to answer."""
    mine = a_thread_of(till)
    while (status := mine.sell(day=1, key=key).status_code) == 503:
        pass
    return status
