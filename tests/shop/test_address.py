"""Letters to another address: the new one says yes, the old one may say no, and nothing changes by an opened link."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from changes import EN, heading, kinds, letters, page, text_of
from factories import House
from ticketing.core.db import reading
from ticketing.mail.transports import Never
from ticketing.orders.models import AddressChange

OLD, NEW = "hanako@example.com", "hanako@example.org"


@pytest.fixture
def path(house: House) -> str:
    client = house.client
    client.set_cookie("lang", "en")
    session_id = house.order(client, day=1, email=OLD).location.rpartition("/")[2]
    house.gateway.pay(session_id)
    house.hook(session_id)
    house.work()
    return house.path(session_id)


def ask(house: House, path: str, address: str = NEW) -> int:
    return house.client.post(f"{path}/address", data={"email": address}, headers=EN).status_code


def link(house: House, to: str, what: str) -> str:
    """The path of the link in the last letter to this address."""
    found = re.findall(rf"http://localhost(/address/\S+/{what}/\S+)", text_of(letters(house, to)[-1]))
    return str(found[-1])


def address_of(house: House, path: str) -> str:
    return house.order_view(path).buyer_email


def test_it_changes_when_the_new_address_says_yes(house: House, path: str) -> None:
    assert "h•••••o@example.com" in page(house, f"{path}/address")
    assert ask(house, path) == 303
    confirm = link(house, NEW, "confirm")
    assert NEW in page(house, confirm)
    assert address_of(house, path) == OLD
    assert "h•••••o@example.org has to confirm" in page(house, path)
    assert house.client.post(confirm).status_code == 303
    assert heading(page(house, confirm)) == "The address is changed."
    assert address_of(house, path) == NEW
    assert str(letters(house, NEW)[-1]["Subject"]).startswith("Your tickets for")
    assert [str(one["Subject"])[:25] for one in letters(house, OLD)[1:]] == [
        "Another address was asked",
        "Letters about order " + path.split("/")[2][:5],
    ]


def test_opening_the_links_changes_nothing(house: House, path: str) -> None:
    ask(house, path)
    stop, confirm = link(house, OLD, "stop"), link(house, NEW, "confirm")
    for _ in range(3):
        page(house, stop)
        page(house, confirm)
    assert address_of(house, path) == OLD
    with house.app.app_context(), reading() as session:
        assert session.query(AddressChange).one().state == "asked"


def test_the_old_address_stops_it(house: House, path: str) -> None:
    ask(house, path)
    stop, confirm = link(house, OLD, "stop"), link(house, NEW, "confirm")
    assert house.client.post(stop).status_code == 303
    assert house.client.post(stop).status_code == 303
    assert heading(page(house, stop)) == "The change is stopped."
    answer = house.client.post(confirm, headers=EN)
    assert (answer.status_code, "Nothing is changed." in answer.text) == (409, True)
    assert address_of(house, path) == OLD


def test_the_old_address_takes_it_back_within_a_week(house: House, path: str) -> None:
    ask(house, path)
    house.client.post(link(house, NEW, "confirm"))
    stop = link(house, OLD, "stop")
    house.clock.advance(timedelta(days=6))
    assert house.client.post(stop).status_code == 303
    assert address_of(house, path) == OLD
    ask(house, path)
    house.client.post(link(house, NEW, "confirm"))
    house.clock.advance(timedelta(days=8))
    assert house.client.post(link(house, OLD, "stop")).status_code == 409
    assert address_of(house, path) == NEW


def test_the_link_to_confirm_runs_out(house: House, path: str) -> None:
    ask(house, path)
    confirm = link(house, NEW, "confirm")
    house.clock.advance(timedelta(hours=25))
    assert "too old" in heading(page(house, confirm))
    assert house.client.post(confirm).status_code == 409
    assert address_of(house, path) == OLD


def test_a_later_wish_stands_for_an_earlier_one(house: House, path: str) -> None:
    ask(house, path, "typo@example.org")
    first = link(house, "typo@example.org", "confirm")
    ask(house, path)
    assert house.client.post(first).status_code == 409
    assert house.client.post(link(house, NEW, "confirm")).status_code == 303
    assert address_of(house, path) == NEW


def test_the_same_wish_twice_writes_once(house: House, path: str) -> None:
    for _ in range(3):
        assert ask(house, path) == 303
    assert [one[0] for one in kinds(house)].count("address.confirm") == 1


def test_the_links_are_good_for_nothing_else(house: House, path: str) -> None:
    ask(house, path)
    confirm, stop = link(house, NEW, "confirm"), link(house, OLD, "stop")
    secrets = confirm.rpartition("/")[2], stop.rpartition("/")[2]
    assert secrets[0] != secrets[1]
    assert house.client.post(confirm.replace(secrets[0], secrets[1])).status_code == 404
    assert house.client.post(stop.replace(secrets[1], secrets[0])).status_code == 404
    assert house.client.post("/address/nothing/confirm/nothing").status_code == 404
    assert address_of(house, path) == OLD


@pytest.mark.parametrize(("typed", "status"), [("", 400), ("hanako@", 400), (OLD, 409)])
def test_what_is_no_other_address_is_said_beside_the_field(house: House, path: str, typed: str, status: int) -> None:
    answer = house.client.post(f"{path}/address", data={"email": typed}, headers=EN)
    assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (status, True)


def test_a_letter_that_did_not_arrive_is_told_on_the_orders_page(house: House) -> None:
    house.transport.answer = Never
    path = house.buy(day=1, email=OLD)
    house.transport.answer = None
    text = page(house, path)
    assert "could not be delivered to h•••••o@example.com" in text
    assert f'href="{path}/address"' in text
    ask(house, path)
    house.client.post(link(house, NEW, "confirm"))
    house.work()
    assert "could not be delivered" not in page(house, path)
