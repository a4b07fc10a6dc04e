"""Cash goes back after its shift: the office refunds the tickets, any open drawer gives the money, once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from counter import Counter

from factories import House, well
from ticketing.core.db import reading
from ticketing.payments.cash_recount import left_open
from ticketing.reports.doctor import examine


@pytest.fixture
def till(house: House) -> Counter:
    """A till that begins with 5,000 yen."""
    made = Counter(house)
    made.open(n1000=5)
    return made


def findings(house: House) -> list[str]:
    """What the doctor finds: money that is still to be given back is one of it."""
    with house.app.app_context(), reading() as session:
        return [one.code for one in examine(session)]


def refunded(house: House, code: str) -> None:
    """The office refunds the whole order."""
    owner = Counter(house, "owner", "owner")
    form = {"what": "all", "confirm": "yes", "form_key": "k", "expected": "2000"}
    assert owner.post(f"/office/orders/{code}/refund", **form).status_code == 303


def owed(till: Counter, code: str) -> str:
    """The refund that the sale's page offers to give."""
    found = re.search(r'name="refund" value="([^"]+)"', till.page(f"/boxoffice/sales/{code}"))
    assert found is not None
    return found[1]


def test_the_cash_of_a_refund_comes_out_of_the_drawer_of_another_shift_once(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    other = Counter(house, name="suzuki")
    shift = other.open(n1000=3)
    refunded(house, code)
    refund = owed(other, code)
    for _twice in range(2):
        assert other.post(f"/boxoffice/sales/{code}/back", refund=refund).status_code == 303
    page = other.page(shift)
    assert "Given back for refunds" in page
    assert "−¥2,000" in page
    assert 'name="refund"' not in other.page(f"/boxoffice/sales/{code}")
    assert other.post(f"{shift}/close", **{"n-1000": 1}).status_code == 303
    well(house)


def test_the_money_page_counts_what_went_back(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    refunded(house, code)
    till.post(f"/boxoffice/sales/{code}/back", refund=owed(till, code))
    assert "paid back by hand" in Counter(house, "manager", "mori").page("/office/money")


def test_what_was_paid_another_way_is_not_given_again(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    refunded(house, code)
    refund = owed(till, code)
    owner = Counter(house, "manager", "mori")
    answer = owner.post(f"/office/orders/{code}/refunds/{refund}/outside", how="bank transfer")
    assert answer.status_code == 303, answer.text
    assert till.post(f"/boxoffice/sales/{code}/back", refund=refund).status_code == 409
    well(house)


def test_a_drawer_gives_no_more_than_is_in_it(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    poor = Counter(house, name="suzuki")
    poor.open(n1000=1)
    refunded(house, code)
    answer = poor.post(f"/boxoffice/sales/{code}/back", refund=owed(poor, code))
    assert answer.status_code == 409
    assert "So much should not be in your drawer" in answer.text
    assert owed(till, code)
    assert findings(house) == ["refund_failed"]


def test_nobody_gives_cash_without_a_drawer(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    refunded(house, code)
    refund = owed(till, code)
    assert Counter(house, name="suzuki").post(f"/boxoffice/sales/{code}/back", refund=refund).status_code == 409
    assert findings(house) == ["refund_failed"]


def test_the_refund_of_another_order_is_not_given_for_this_one(house: House, till: Counter) -> None:
    refunded(house, first := till.sold(day=1))
    refund, second = owed(till, first), till.sold(day=1)
    assert till.post(f"/boxoffice/sales/{second}/back", refund=refund).status_code == 404


def test_the_guest_reads_how_the_cash_was_paid(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    till.post(f"/boxoffice/sales/{code}/mail", email="guest@example.com", language="en")
    refunded(house, code)
    till.post(f"/boxoffice/sales/{code}/back", refund=owed(till, code))
    house.work()
    texts = [letter.get_body(("plain",)).get_content() for letter in house.transport.letters]
    (told,) = [text for text in texts if "Your money is paid back." in text]
    assert "in cash at the till" in " ".join(told.split())
    assert "could not send" not in " ".join(told.split())


def test_a_sale_is_found_by_the_code_on_its_ticket(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    answer = till.client.get(f"/boxoffice/sales?code={code.lower()}-1")
    assert answer.location == f"/boxoffice/sales/{code}"
    shop = house.buy(day=1).split("/")[2]
    answer = till.client.get(f"/boxoffice/sales?code={shop}")
    assert answer.status_code == 404
    assert "No sale of this event" in answer.text


def test_a_shift_that_was_left_open_says_so(house: House, till: Counter) -> None:
    assert "Count its drawer and close it" not in till.page()
    house.clock.advance(timedelta(hours=17))
    assert "Count its drawer and close it" in Counter(house).page()
    with house.app.app_context(), reading() as session:
        assert list(left_open(session, house.clock.now()))
