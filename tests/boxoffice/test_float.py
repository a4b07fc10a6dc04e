"""Change is brought to a drawer and notes are taken out while the shift goes on: no sale, and nothing missing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from counter import Counter
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from back_office import table
from factories import House, well
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading, writing
from ticketing.payments.cash_models import CashShift, FloatChange
from ticketing.reports.doctor import examine

KEY = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"


@pytest.fixture
def till(house: House) -> Counter:
    return Counter(house)


def change(till: Counter, shift: str, way: str, amount: str, **form: Any) -> TestResponse:
    """Send the form about the float."""
    return till.post(f"{shift}/float", way=way, amount=amount, **{"reason": "coins from the bank", **form})


def facts(till: Counter, shift: str) -> dict[str, str]:
    """The sums on the page of a shift."""
    found = re.findall(r"<div><dt>([^<]+)</dt><dd>([^<]+)</dd></div>", till.page(shift))
    return dict(found)


def in_drawer(house: House) -> int:
    with house.app.app_context(), reading() as session:
        return session.scalars(select(CashShift.cash_minor)).one()


def test_what_is_put_in_and_taken_out_is_counted_with_at_the_end_and_is_no_sale(house: House, till: Counter) -> None:
    shift = till.open(n1000=5)
    till.sold(day=1)
    assert change(till, shift, "in", "￥３，０００").status_code == 303
    assert change(till, shift, "out", "6000", reason="notes into the safe").status_code == 303
    told = facts(till, shift)
    assert (told["Put in"], told["Taken out"], told["Should be in the drawer"]) == ("¥3,000", "−¥6,000", "¥4,000")
    page = till.page(shift)
    assert re.search(r"\+¥3,000</strong> coins from the bank", page)
    assert re.search(r"−¥6,000</strong> notes into the safe", page)
    assert till.post(f"{shift}/close", **{"n-1000": 4}).status_code == 303
    closed = till.page(shift)
    assert "The count is right." in closed
    assert "notes into the safe" in closed
    assert 'name="reason"' not in closed
    owner = Counter(house, "owner", "owner")
    assert "difference of the counts" not in owner.page("/office/money")
    (row,) = table(owner.client, "shifts")
    assert (row["put_in"], row["taken_out"], row["expected"], row["difference"]) == ("3000", "6000", "4000", "0")
    assert [day["net"] for day in table(owner.client, "accounting")] == ["2000"]
    well(house)


def test_the_same_form_sent_twice_moves_the_cash_once(house: House, till: Counter) -> None:
    shift = till.open(n1000=5)
    for _ in range(2):
        assert change(till, shift, "in", "1000", form_key=KEY).status_code == 303
    assert in_drawer(house) == 6000
    well(house)


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"way": "out", "amount": "5001"}, 409, "So much should not be in your drawer"),
        ({"way": "in", "amount": "0"}, 400, "whole number above zero"),
        ({"way": "in", "amount": "some"}, 400, "whole number above zero"),
        ({"way": "in", "amount": "99999999"}, 400, "whole number above zero"),
        ({"way": "sideways", "amount": "100"}, 400, "whole number above zero"),
        ({"way": "out", "amount": "100", "reason": " "}, 400, "Say what the cash is for"),
        ({"way": "out", "amount": "100", "reason": "x" * 201}, 400, "Say what the cash is for"),
    ],
)
def test_what_cannot_be_noted_is_told_and_stays_typed(
    house: House, till: Counter, form: dict[str, str], status: int, says: str
) -> None:
    shift = till.open(n1000=5)
    answer = change(till, shift, **form)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert f'value="{form["amount"]}"' in answer.text
    assert in_drawer(house) == 5000


def test_a_counted_drawer_changes_no_more(house: House, till: Counter) -> None:
    shift = till.open(n1000=5)
    till.post(f"{shift}/close", **{"n-1000": 5})
    assert change(till, shift, "in", "1000").status_code == 409
    assert in_drawer(house) == 5000


def test_only_who_has_the_drawer_and_who_manages_touch_its_float_and_the_log_says_who(
    house: House, till: Counter
) -> None:
    shift = till.open(n1000=5)
    assert change(Counter(house, name="suzuki"), shift, "out", "1000").status_code == 403
    assert change(Counter(house, "manager", "mori"), shift, "out", "1000", reason="safe").status_code == 303
    assert in_drawer(house) == 4000
    with house.app.app_context(), reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "till.float"))
        assert (entry.subject, entry.facts) == (
            f"shift:{shift.rpartition('/')[2]}",
            {"amount": -1000, "reason": "safe"},
        )
    assert "Cash put into a drawer or taken out" in Counter(house, "owner", "owner").page("/office/audit?lang=en")


def test_the_doctor_recounts_the_float(house: House, till: Counter) -> None:
    change(till, till.open(n1000=5), "in", "1000")
    well(house)
    with house.app.app_context(), writing() as session:
        session.execute(update(FloatChange).values(amount_minor=999))
    with house.app.app_context(), reading() as session:
        assert [one.code for one in examine(session)] == ["cash_count"]
