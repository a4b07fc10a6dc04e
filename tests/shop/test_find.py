"""Lost links: the letter goes to the address alone, and the page gives nothing away."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from changes import EN, holder_path, kinds, letters, open_house, page, pass_on, text_of, with_limits
from factories import House
from statements import counted
from ticketing.core.db import reading
from ticketing.mail.models import Letter


def ask(house: House, address: str) -> tuple[int, str, str]:
    answer = house.client.post("/find", data={"email": address}, headers=EN)
    return answer.status_code, answer.headers.get("Location", ""), re.sub(r"\s+", " ", answer.text)


def test_the_letter_lists_every_order_that_matters(house: House) -> None:
    first, second = (house.buy(day=1, email="Hanako@example.com") for _ in range(2))
    other = house.buy(day=1, email="ken@example.com")
    ask(house, "hanako@EXAMPLE.com")
    found = letters(house, "hanako@example.com")[-1]
    links = re.findall(r"http://localhost(/[ot]/\S+)", text_of(found))
    assert links == [first, second]
    assert other not in text_of(found)


def test_a_ticket_that_was_passed_on_is_found_by_its_holder(house: House) -> None:
    open_house(house)
    path = house.buy(day=2, email="hanako@example.com")
    pass_on(house, f"{path}/t/1", language="en")
    ask(house, "aoi@example.com")
    text = text_of(letters(house, "aoi@example.com")[-1])
    assert holder_path(house, path) in text
    assert path not in text


def test_the_page_answers_the_same_whether_there_is_anything_or_not(house: House) -> None:
    house.buy(day=1, email="hanako@example.com")
    assert ask(house, "hanako@example.com") == ask(house, "nobody@example.com")
    assert ask(house, "else@example.com")[:2] == (303, "/find?asked=yes")
    with house.app.app_context(), reading() as session:
        rows = session.query(Letter).filter_by(kind="orders.find").all()
        assert [(one.state, one.facts) for one in rows] == [("queued", {})] * 3


def test_the_page_does_the_same_work_whether_there_is_anything_or_not(house: House) -> None:
    house.buy(day=1, email="hanako@example.com")
    ask(house, "first@example.com")
    work = []
    for address in ("hanako@example.com", "nobody@example.com"):
        with counted(house) as count:
            ask(house, address)
        work.append((count.statements, count.transactions))
    assert work[0] == work[1]
    assert work[0][1] > 0


def test_nobody_is_written_to_who_has_nothing(house: House) -> None:
    ask(house, "nobody@example.com")
    assert letters(house) == []
    assert [(kind, state) for kind, _address, state in kinds(house)] == [("orders.find", "dropped")]


def test_orders_that_ended_long_ago_do_not_matter(house: House) -> None:
    house.buy(day=1, email="hanako@example.com")
    house.clock.advance(timedelta(days=91))
    ask(house, "hanako@example.com")
    assert len(letters(house, "hanako@example.com")) == 1


def test_an_order_that_was_not_paid_in_time_is_not_listed(house: House) -> None:
    house.order(day=1, email="hanako@example.com")
    house.clock.advance(timedelta(hours=1))
    house.work()
    ask(house, "hanako@example.com")
    assert letters(house, "hanako@example.com") == []


def test_too_often_for_one_address_is_said(house: House, tmp_path: Path) -> None:
    with_limits(house, tmp_path)
    answers = [ask(house, "hanako@example.com")[0] for _ in range(4)]
    assert answers == [303, 303, 429, 429]
    assert ask(house, "ken@example.com")[0] == 303


@pytest.mark.parametrize("typed", ["", "hanako", "a@b"])
def test_what_is_no_address_is_said_beside_the_field(house: House, typed: str) -> None:
    status, _, text = ask(house, typed)
    assert (status, 'aria-invalid="true"' in text) == (400, True)


def test_it_is_linked_from_the_list_of_events_and_every_footer(house: House) -> None:
    path = house.buy(day=1)
    for one in ("/", "/e/future-of-filmmaking-with-ai", path):
        assert 'href="/find"' in page(house, one)


def test_tickets_are_sent_again_but_not_all_the_time(house: House, tmp_path: Path) -> None:
    with_limits(house, tmp_path)
    path = house.buy(day=1, email="hanako@example.com")
    answer = house.client.post(f"{path}/resend")
    assert answer.status_code == 303
    assert "on their way once more" in page(house, answer.location.partition("#")[0])
    assert len(letters(house, "hanako@example.com")) == 2
    again = house.client.post(f"{path}/resend", headers=EN)
    assert again.status_code == 429
    assert "sent to you a moment ago" in again.text
    assert "in 5 min" in again.text
    assert len(letters(house, "hanako@example.com")) == 2


def test_a_letter_that_waits_is_not_sent_a_second_time(house: House) -> None:
    path = house.buy(day=1, email="hanako@example.com")
    house.client.post(f"{path}/resend")
    again = house.client.post(f"{path}/resend", headers=EN)
    assert (again.status_code, "on its way already" in again.text) == (409, True)
