"""The uses of a promo code: taken with an order, never one too many, given back once and only when nobody paid."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

import promo_codes
from factories import MORNING, House
from ticketing.core.batch import Unmet
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.states import Outcome
from ticketing.orders import checkout, fulfil
from ticketing.orders.buyer import Buyer
from ticketing.orders.pricing import quote, with_promo
from ticketing.promos.models import PromoCode, PromoUse
from ticketing.promos.terms import promo_of
from ticketing.reports.doctor import examine


def place(house: House, key: str, **wish: int) -> str:
    """Place an order with this code, `day` and `conference`; its id."""
    codes = {"day": "1-DAY", "conference": "EVENT-ONLY"}
    catalog, now = house.catalog(), house.clock.now()
    with house.app.app_context():
        chosen = quote(catalog, {codes[name]: count for name, count in wish.items()}, now)
        cheaper = with_promo(chosen, promo_of(promo_codes.row(house, key)))
        buyer = Buyer("Hanako", f"{uuid.uuid4().hex}@example.com", "en", uuid.uuid4().hex)
        order, steps = checkout.placing(catalog, cheaper, buyer, now)
        checkout.place(catalog, cheaper, buyer, steps)
    return order.id


def ending(house: House, end: str, order_id: str) -> Outcome:
    with house.app.app_context(), writing() as session:
        outcome: Outcome = getattr(fulfil, end)(session, order_id, house.clock.now())
        return outcome


def test_a_use_is_a_ticket_that_the_code_makes_cheaper(house: House) -> None:
    key = promo_codes.make(house, "DAY", percent=20, tiers=["1-DAY"], max_uses=3)
    place(house, key, day=2, conference=4)
    assert promo_codes.used(house, key) == 2
    with pytest.raises(Refused, match="promo_few_left"):
        place(house, key, day=2)
    place(house, key, day=1)
    with pytest.raises(Refused, match="promo_used_up"):
        place(house, key, day=1)
    assert promo_codes.used(house, key) == 3


@pytest.mark.parametrize("end", ["expire", "cancel_unpaid"])
def test_uses_come_back_once_when_nobody_paid(house: House, end: str) -> None:
    key = promo_codes.make(house, "BACK", percent=20, max_uses=3)
    order_id = place(house, key, day=3)
    outcomes = [ending(house, end, order_id) for _ in range(2)]
    assert (outcomes, promo_codes.used(house, key)) == ([Outcome.MOVED, Outcome.ALREADY], 0)


def test_what_was_paid_stays_used_when_it_is_given_back(house: House) -> None:
    key = promo_codes.make(house, "PAID", percent=20, max_uses=3)
    order_id = place(house, key, day=3)
    ending(house, "fulfil", order_id)
    with house.app.app_context(), writing() as session:
        order = fulfil.get(session, order_id)
        assert fulfil.take_back(session, order, [1, 2, 3], house.clock.now()) == [1, 2, 3]
    assert promo_codes.used(house, key) == 3


def test_late_money_takes_the_uses_again_also_of_a_code_that_was_withdrawn(house: House) -> None:
    key = promo_codes.make(house, "LATE", percent=20, max_uses=3)
    order_id = place(house, key, day=3)
    ending(house, "expire", order_id)
    promo_codes.withdraw(house, key)
    assert ending(house, "fulfil_late", order_id) is Outcome.MOVED
    assert ending(house, "fulfil_late", order_id) is Outcome.REFUSED
    assert promo_codes.used(house, key) == 3


def test_late_money_is_refused_where_others_have_the_uses_and_takes_no_place(house: House) -> None:
    key = promo_codes.make(house, "LATE", percent=20, max_uses=3)
    order_id = place(house, key, day=3)
    ending(house, "expire", order_id)
    place(house, key, day=1)
    assert ending(house, "fulfil_late", order_id) is Outcome.REFUSED
    assert promo_codes.used(house, key) == 1
    with house.app.app_context(), reading() as session:
        assert session.get_one(PromoUse, order_id).returned_at == house.clock.now()


def test_late_money_is_refused_where_the_places_are_gone_and_takes_no_use(house: House) -> None:
    house.set_capacity(3)
    key = promo_codes.make(house, "LATE", percent=20, max_uses=3)
    order_id = place(house, key, day=3)
    ending(house, "expire", order_id)
    assert house.order(day=1).status_code == 303
    assert ending(house, "fulfil_late", order_id) is Outcome.REFUSED
    assert promo_codes.used(house, key) == 0


@pytest.mark.parametrize(
    ("table", "values", "said"),
    [
        (PromoCode, {"used": 1}, "promo code TRUE: used says 1, orders say 2"),
        (PromoUse, {"returned_at": MORNING}, "its uses of a promo code came back: True"),
    ],
)
def test_the_doctor_recounts_uses_from_the_orders(
    house: House, table: type[PromoCode | PromoUse], values: dict[str, Any], said: str
) -> None:
    place(house, promo_codes.make(house, "TRUE", percent=20, max_uses=3), day=2, conference=0)
    with house.app.app_context(), writing() as session:
        session.execute(update(table).values(values))
    with house.app.app_context(), reading() as session:
        (finding,) = examine(session)
    assert (finding.code, said in finding.detail) == ("promo_count", True)


def test_a_code_that_is_withdrawn_in_the_last_moment_takes_no_order(house: House) -> None:
    key = promo_codes.make(house, "GONE", percent=20)
    withdrawn = promo_codes.row(house, key)
    promo_codes.withdraw(house, key)
    assert withdrawn.withdrawn_at is None
    with pytest.raises(Refused, match="promo_over"):
        place(house, key, day=1)
    assert promo_codes.used(house, key) == 0


def test_a_crowd_never_uses_it_once_too_often_and_all_comes_back(house: House) -> None:
    key = promo_codes.make(house, "CROWD", percent=20, max_uses=7)
    start, orders = threading.Barrier(8), []

    def one(number: int) -> str:
        if number < 8:
            start.wait()
        try:
            orders.append(place(house, key, day=1 + number % 2))
        except Refused as refused:
            return refused.code
        except Unmet:
            return "busy"
        return "placed"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(one, range(24)))
    assert set(said) <= {"placed", "promo_used_up", "promo_few_left", "busy"}
    assert promo_codes.used(house, key) == 7
    house.clock.advance(timedelta(minutes=31))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda order_id: ending(house, "expire", order_id), orders * 2))
    assert promo_codes.used(house, key) == 0
