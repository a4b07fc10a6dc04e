"""A sale that the guest pays on a phone is an ordinary order; the till's screen turns to its tickets."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from counter import Counter

from factories import SEED, House, well


@pytest.fixture
def till(house: House) -> Counter:
    """A till with an open shift."""
    made = Counter(house)
    made.open()
    return made


def session_of(house: House) -> str:
    """The only session that Stripe has."""
    (found,) = house.gateway.sessions
    return found


def test_the_screen_turns_to_the_tickets_when_the_phone_has_paid(house: House, till: Counter) -> None:
    code = till.sold("phone", day=1)
    assert "Waiting for the phone" in till.page(f"/boxoffice/sales/{code}")
    status = till.client.get(f"/boxoffice/sales/{code}/status.json")
    assert status.get_json() == {"order": code, "state": "pending"}
    assert "customer_email" not in house.gateway.params[session_of(house)]
    house.gateway.pay(session_of(house))
    house.hook(session_of(house))
    house.work()
    assert f"{code}-1" in till.page(f"/boxoffice/sales/{code}")
    well(house)


def test_the_code_on_the_screen_leads_to_the_payment_page(house: House, till: Counter) -> None:
    till.sold("phone", day=1)
    path = house.path(session_of(house))
    assert house.client.get(f"{path}/pay").location == f"https://pay.example/{session_of(house)}"
    house.gateway.pay(session_of(house))
    house.hook(session_of(house))
    house.work()
    assert house.client.get(f"{path}/pay").location == path


def test_stripe_away_keeps_the_places_and_is_asked_again(house: House, till: Counter) -> None:
    house.gateway.down = True
    code = till.sold("phone", day=1)
    assert "cannot be reached" in till.page(f"/boxoffice/sales/{code}")
    assert till.post(f"/boxoffice/sales/{code}/open").status_code == 503
    house.gateway.down = False
    assert till.post(f"/boxoffice/sales/{code}/open").status_code == 303
    assert "Waiting for the phone" in till.page(f"/boxoffice/sales/{code}")


def test_who_does_not_pay_on_the_phone_pays_cash_instead(house: House, till: Counter) -> None:
    house.set_capacity(1)
    code = till.sold("phone", day=1)
    answer = till.post(f"/boxoffice/sales/{code}/cancel")
    assert answer.status_code == 303
    assert 'name="qty-1-DAY" value="1"' in till.page(answer.location)
    till.sold(day=1)
    well(house)


def test_a_sale_on_the_phone_is_not_voided_but_refunded(till: Counter) -> None:
    code = till.sold("phone", day=1)
    assert till.post(f"/boxoffice/sales/{code}/void").status_code == 409


def test_a_tier_is_sold_at_the_door_after_its_sale_online(house: House, till: Counter) -> None:
    end = re.search(r"sale_ends_at = (\S+)", SEED.read_text(encoding="utf-8"))
    assert end is not None
    house.clock.advance(timedelta(hours=11))  # 20:40 in Tokyo: both sales are over
    assert till.sell(day=1).status_code == 409
    longer = SEED.read_text(encoding="utf-8").replace(
        end[0], f"{end[0]}\ndoor_sale_ends_at = 2025-10-26T21:00:00+09:00", 1
    )
    house.publish(longer)
    assert house.order(day=1).status_code == 409
    till.sold(day=1)


def test_who_sells_begins_at_the_till(house: House) -> None:
    Counter(house, name="abe")
    client = house.client
    page = client.get("/staff/login")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    fields = {"csrf_token": token[1], "email": "abe@example.com", "password": "correct horse battery"}
    answer = client.post("/staff/login?next=/office", data=fields)
    assert answer.location == "/boxoffice"
    assert client.get("/office").location.startswith("/boxoffice")


def test_what_costs_nothing_is_sold_without_asking_stripe(house: House, till: Counter) -> None:
    free = SEED.read_text(encoding="utf-8").replace("price = 1000", "price = 0", 1)
    house.publish(free)
    code = till.sold("phone", conference=1)
    assert f"{code}-1" in till.page(f"/boxoffice/sales/{code}")
    assert house.gateway.sessions == {}
    till.post(f"/boxoffice/sales/{code}/void")
    well(house)
