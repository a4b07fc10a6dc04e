"""Going back from the payment page to correct the form: what is paid is what was sent last."""

from __future__ import annotations

import uuid

import pytest

from factories import House
from ticketing.core.db import reading
from ticketing.reports.doctor import examine


def test_the_letter_goes_to_the_corrected_address(house: House) -> None:
    key = uuid.uuid4().hex
    house.order(day=1, form_key=key, email="hanako@exmaple.com")
    corrected = house.order(day=1, form_key=key, email="hanako@example.com")
    again = house.order(day=1, form_key=key, email="hanako@example.com")
    assert corrected.location == again.location
    session_id = corrected.location.rpartition("/")[2]
    house.gateway.pay(session_id)
    house.hook(session_id)
    house.work()
    assert [letter["To"] for letter in house.transport.letters] == ["hanako@example.com"]
    with house.app.app_context(), reading() as session:
        assert examine(session) == []


@pytest.mark.parametrize("change", [{"day": 3}, {"conference": 1}, {"attendee-1": "髙橋 美咲"}, {"name": "山田 花"}])
def test_whatever_was_corrected_counts(house: House, change: dict[str, str]) -> None:
    form = {"day": 2, "form_key": uuid.uuid4().hex, "email": "hanako@example.com"}
    first, second = house.order(**form), house.order(**{**form, **change})
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location != second.location


def test_a_form_whose_order_is_paid_leads_to_that_order(house: House) -> None:
    key = uuid.uuid4().hex
    path = house.buy(day=1, form_key=key)
    assert house.order(day=2, form_key=key).location == path


def test_a_form_for_as_many_as_an_address_may_have_can_be_sent_twice(house: House) -> None:
    form = {"day": 4, "conference": 4, "form_key": uuid.uuid4().hex, "email": "hanako@example.com"}
    assert house.order(**form).location == house.order(**form).location
    other = {**form, "conference": 5, "form_key": uuid.uuid4().hex}
    assert house.order(**other).status_code == 409
