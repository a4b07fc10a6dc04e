"""Shifts: a counted drawer, a counted drawer, and the difference; voids come out of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from counter import Counter
from sqlalchemy import select, update

from factories import House, well
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading, writing
from ticketing.payments.cash_models import CashShift
from ticketing.reports.doctor import examine
from ticketing.reports.exports import EXPORTS


@pytest.fixture
def till(house: House) -> Counter:
    """Somebody who has not opened a shift yet."""
    return Counter(house)


def actions(house: House) -> list[str]:
    with house.app.app_context(), reading() as session:
        return list(session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("till.%"))))


def test_nobody_sells_without_a_shift(till: Counter) -> None:
    assert till.sell(day=1).status_code == 409


def test_a_shift_is_opened_once_however_often(house: House, till: Counter) -> None:
    shift = till.open(n1000=5)
    till.post("/boxoffice/shifts", **{"n-1000": 7})
    assert shift in till.page()
    with house.app.app_context(), reading() as session:
        assert session.scalars(select(CashShift)).one().opened_minor == 5000


def test_a_count_that_cannot_be_read_opens_nothing_and_stays_typed(till: Counter) -> None:
    answer = till.post("/boxoffice/shifts", **{"n-1000": "five", "n-500": "3"})
    assert answer.status_code == 400
    assert 'value="five"' in answer.text


def test_a_count_that_is_right_closes_the_shift(house: House, till: Counter) -> None:
    shift = till.open(n1000=5)
    till.sold(day=1)
    assert till.post(f"{shift}/close", **{"n-1000": 7}).status_code == 303
    assert "The count is right." in till.page(shift)
    assert actions(house) == ["till.open", "till.sale", "till.close"]
    well(house)


def test_a_difference_needs_a_word_and_is_kept(house: House, till: Counter) -> None:
    shift = till.open(n1000=5)
    till.sold(day=1)
    refused = till.post(f"{shift}/close", **{"n-1000": 6})
    assert refused.status_code == 409
    assert "−¥1,000" in refused.text
    assert 'value="6"' in refused.text
    till.post(f"{shift}/close", note="one note fell behind the counter", **{"n-1000": 6})
    assert "¥1,000 missing" in till.page(shift)
    assert "fell behind" in till.page(shift)
    money = house.staff("owner").get("/office/money").text
    assert "difference of the counts" in money
    well(house)


def test_a_closed_drawer_takes_no_cash(till: Counter) -> None:
    shift = till.open()
    code = till.sold(day=1)
    till.post(f"{shift}/close", **{"n-1000": 2})
    assert till.sell(day=1).status_code == 409
    assert till.post(f"/boxoffice/sales/{code}/void").status_code == 409


def test_closing_twice_keeps_the_first_count(till: Counter) -> None:
    shift = till.open(n1000=5)
    till.post(f"{shift}/close", **{"n-1000": 5})
    till.post(f"{shift}/close", note="again", **{"n-1000": 1})
    assert "The count is right." in till.page(shift)


def test_a_void_gives_cash_and_places_back_once(house: House, till: Counter) -> None:
    shift = till.open(n1000=5)
    house.set_capacity(1)
    code = till.sold(day=1)
    for _ in range(2):
        assert till.post(f"/boxoffice/sales/{code}/void").status_code == 303
    page = till.page(f"/boxoffice/sales/{code}?done=void")
    assert "¥2,000 back from the drawer" in page
    assert "till-qr" not in page
    till.sold(day=1)
    assert till.post(f"{shift}/close", **{"n-1000": 7}).status_code == 303
    well(house)


def test_a_used_ticket_is_not_voided(house: House, till: Counter) -> None:
    till.open()
    code = till.sold(day=1)
    ticket = re.search(r'href="(/o/[^"]+)/receipt"', till.page(f"/boxoffice/sales/{code}"))
    assert ticket is not None
    house.tablet().scan(house.codes(ticket[1])[0])
    assert till.post(f"/boxoffice/sales/{code}/void").status_code == 409
    well(house)


def test_a_colleague_sees_a_sale_but_keeps_out_of_its_drawer(house: House, till: Counter) -> None:
    shift = till.open()
    code = till.sold(day=1)
    colleague = Counter(house, name="suzuki")
    assert "Void" not in colleague.page(f"/boxoffice/sales/{code}")
    assert colleague.post(f"/boxoffice/sales/{code}/void").status_code == 403
    assert colleague.client.get(shift).status_code == 403
    manager = Counter(house, "manager", "mori")
    assert manager.post(f"{shift}/close", **{"n-1000": 2}).status_code == 303


def test_only_who_sells_at_the_door_sees_the_till(house: House) -> None:
    seen = {role: house.staff(role, f"{role}@example.com").get("/boxoffice").status_code for role in ROLES}
    assert seen == {"owner": 200, "manager": 200, "boxoffice": 200, "door": 403, "viewer": 403}
    assert house.client.get("/boxoffice").status_code == 303


def test_an_order_of_the_shop_is_no_sale_of_the_till(house: House, till: Counter) -> None:
    code = house.buy(day=1).split("/")[2]
    assert till.client.get(f"/boxoffice/sales/{code}").status_code == 404


def test_the_doctor_recounts_drawers(house: House, till: Counter) -> None:
    till.open(n1000=5)
    till.sold(day=1)
    with house.app.app_context(), writing() as session:
        session.execute(update(CashShift).values(cash_minor=6999))
    with house.app.app_context(), reading() as session:
        assert [one.code for one in examine(session)] == ["cash_count"]


def test_shifts_are_taken_out_as_a_table(house: House, till: Counter) -> None:
    shift = till.open(n1000=5)
    till.sold(day=1)
    gone = till.sold(conference=1)
    till.post(f"/boxoffice/sales/{gone}/void")
    till.post(f"{shift}/close", note="one note fell behind the counter", **{"n-1000": 6})
    house.clock.advance(timedelta(hours=1))
    till.open(n1000=1)
    with house.app.app_context():
        first, second = (dict(zip(EXPORTS["shifts"].columns, row, strict=True)) for row in rows_of_shifts(house))
    sums = [first[name] for name in ("opened", "sold_for_cash", "voided", "expected", "counted", "difference")]
    assert sums == [5000, 3000, 1000, 7000, 6000, -1000]
    assert (first["person"], first["state"]) == ("sato@example.com", "closed")
    assert (second["state"], second["counted"], second["difference"]) == ("open", None, None)


def rows_of_shifts(house: House) -> list[Sequence[Any]]:
    return list(EXPORTS["shifts"].rows(house.catalog()))


ROLES = ("owner", "manager", "boxoffice", "door", "viewer")
