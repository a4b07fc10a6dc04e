"""Money that comes late, twice or in another amount: a place if one is left, else back, once."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select, update

from factories import House, session_of, well
from ticketing.core.db import reading, writing
from ticketing.orders.reading import get
from ticketing.orders.terms import in_full
from ticketing.payments.models import Payment, Refund
from ticketing.payments.refunds import Cause, refund_tickets


def refunds(house: House) -> list[tuple[str, int, str]]:
    """All refunds: reason, amount, state."""
    with house.app.app_context(), reading() as session:
        return [(one.reason, one.amount_minor, one.state) for one in session.scalars(select(Refund))]


def late_order(house: House, **form: int) -> str:
    """An order whose time is over; its session's id."""
    session_id = session_of(house.order(**form))
    house.clock.advance(timedelta(minutes=31))
    house.work()
    assert house.status(house.path(session_id))["state"] == "expired"
    return session_id


def test_late_money_gets_a_place_if_one_is_left(house: House) -> None:
    session_id = late_order(house, day=2)
    house.gateway.pay(session_id)
    house.hook(session_id)
    house.work()
    facts = house.status(house.path(session_id))
    assert facts["state"] == "paid"
    assert [ticket["state"] for ticket in facts["tickets"]] == ["valid", "valid"]
    assert refunds(house) == []
    well(house)


def test_late_money_without_a_place_goes_back_once(house: House) -> None:
    house.set_capacity(4)
    session_id = late_order(house, day=2)
    house.buy(day=3)
    house.gateway.pay(session_id)
    for kind in ("checkout.session.completed", "checkout.session.completed", "checkout.session.expired"):
        house.hook(session_id, kind)
        house.work()
    assert house.status(house.path(session_id))["state"] == "expired"
    assert refunds(house) == [("paid_late", 4000, "succeeded")]
    assert [one.amount for one in house.gateway.made_refunds.values()] == [4000]
    well(house)


def test_a_wrong_amount_is_never_fulfilled_and_goes_back(house: House) -> None:
    session_id = session_of(house.order(day=1))
    house.gateway.pay(session_id, amount=300)
    house.hook(session_id)
    house.work()
    facts = house.status(house.path(session_id))
    assert (facts["state"], facts["tickets"]) == ("canceled", [])
    assert refunds(house) == [("wrong_amount", 300, "succeeded")]
    with house.app.app_context(), reading() as session:
        assert session.scalars(select(Payment.flag)).one() == "wrong_amount"
    well(house)


def test_another_currency_is_never_fulfilled_however_right_the_figure(house: House) -> None:
    session_id = session_of(house.order(day=1))
    house.gateway.pay(session_id, currency="usd")
    house.hook(session_id)
    house.work()
    facts = house.status(house.path(session_id))
    assert (facts["state"], facts["tickets"]) == ("canceled", [])
    with house.app.app_context(), reading() as session:
        assert session.scalars(select(Payment.flag)).one() == "wrong_amount"
        (back,) = session.scalars(select(Refund))
        assert (back.reason, back.amount_minor, back.currency, back.state) == ("wrong_amount", 2000, "usd", "succeeded")
    well(house)


def test_a_refund_whose_answer_was_lost_is_made_once(house: House) -> None:
    session_id = session_of(house.order(day=1))
    house.gateway.pay(session_id, amount=300)
    house.hook(session_id)
    house.gateway.lost_answers = 1
    house.work()
    assert refunds(house) == [("wrong_amount", 300, "requested")]
    house.clock.advance(timedelta(minutes=1))
    house.work()
    assert refunds(house) == [("wrong_amount", 300, "succeeded")]
    assert len(house.gateway.made_refunds) == 1
    well(house)


def test_another_tab_ends_the_session_of_the_first(house: House) -> None:
    visitor = house.client
    first = session_of(house.order(visitor, day=2))
    second = session_of(house.order(visitor, day=1))
    assert house.gateway.sessions[first].status == "expired"
    assert house.gateway.sessions[second].status == "open"
    assert house.status(house.path(first))["state"] == "canceled"
    well(house)


def test_another_tab_after_paying_leads_to_what_was_paid_or_to_a_new_order(house: House) -> None:
    visitor = house.client
    first = session_of(house.order(visitor, day=2))
    house.gateway.pay(first)
    answer = house.order(visitor, day=1)
    assert answer.location == house.path(first)
    assert house.status(house.path(first))["state"] == "paid"
    second = session_of(house.order(visitor, day=1))
    assert house.gateway.sessions[second].status == "open"
    well(house)


def test_a_form_that_was_corrected_back_and_forth_leaves_one_session_open(house: House) -> None:
    visitor, key = house.client, uuid.uuid4().hex
    form = {"form_key": key, "email": "hanako@example.com"}
    for days in (2, 1, 2, 1):
        last = session_of(house.order(visitor, day=days, **form))
        assert [one.id for one in house.gateway.sessions.values() if one.status == "open"] == [last]
    well(house)


def test_while_stripe_cannot_be_reached_the_first_order_stays_the_open_one(house: House) -> None:
    visitor = house.client
    first = session_of(house.order(visitor, day=2))
    house.gateway.down = True
    assert house.order(visitor, day=1).status_code == 503
    house.gateway.down = False
    assert house.status(house.path(first))["state"] == "pending"
    assert session_of(house.order(visitor, day=1)) != first
    well(house)


def test_a_refund_whose_key_stripe_has_forgotten_is_not_made_again(house: House) -> None:
    path = house.buy(day=1)
    with house.app.app_context(), writing() as session:
        session.execute(update(Payment).values(charge_id="ch_cs_test_1"))
        order = get(session, house.order_view(path).id)
        refund_tickets(session, order, [1], in_full(order, [1]), Cause("organizer", "cli"), house.clock.now())
    house.gateway.lost_answers = 1
    house.work()
    house.gateway.refund_keys.clear()
    house.clock.advance(timedelta(days=2))
    house.work()
    assert refunds(house) == [("organizer", 2000, "succeeded")]
    assert len(house.gateway.made_refunds) == 1


def test_money_of_an_order_whose_payment_lost_its_state_is_not_taken_for_a_second_payment(house: House) -> None:
    path = house.buy(day=1)
    with house.app.app_context(), writing() as session:
        session.execute(update(Payment).values(state="pending", confirmed_at=None, check_at=house.clock.now()))
    house.work()
    assert refunds(house) == []
    assert house.status(path)["state"] == "paid"
    well(house)


def test_the_same_wish_on_another_device_ends_the_session_of_the_first(house: House) -> None:
    wish = {"email": "hanako@example.com", "day": 2}
    first = session_of(house.order(house.client, **wish))
    house.clock.advance(timedelta(minutes=1))
    second = session_of(house.order(house.client, **wish))
    assert house.gateway.sessions[first].status == "expired"
    assert house.gateway.sessions[second].status == "open"
    assert house.status(house.path(first))["state"] == "canceled"
    well(house)


def test_other_tickets_or_another_address_are_another_wish(house: House) -> None:
    first = session_of(house.order(house.client, email="hanako@example.com", day=2))
    house.order(house.client, email="hanako@example.com", day=1)
    house.order(house.client, email="jiro@example.com", day=2)
    assert house.gateway.sessions[first].status == "open"
    well(house)


def test_what_was_paid_on_the_first_device_stays_and_is_shown_to_nobody(house: House) -> None:
    wish = {"email": "hanako@example.com", "day": 2}
    first = session_of(house.order(house.client, **wish))
    house.gateway.pay(first)
    house.clock.advance(timedelta(minutes=1))
    answer = house.order(house.client, **wish)
    assert house.gateway.sessions[session_of(answer)].status == "open"
    assert house.path(first) not in answer.location
    assert house.status(house.path(first))["state"] == "paid"
    well(house)


def test_the_last_places_are_free_for_the_same_wish_on_another_device(house: House) -> None:
    house.set_capacity(2)
    wish = {"email": "hanako@example.com", "day": 2}
    for _ in range(2):
        assert house.order(house.client, **wish).status_code == 303
    well(house)


def test_while_stripe_is_away_the_session_on_the_other_device_ends_later(house: House) -> None:
    wish = {"email": "hanako@example.com", "day": 2}
    first = session_of(house.order(house.client, **wish))
    house.clock.advance(timedelta(minutes=1))
    house.gateway.down = True
    form, other = {**wish, "form_key": uuid.uuid4().hex}, house.client
    assert house.order(other, **form).status_code == 503
    house.gateway.down = False
    second = session_of(house.order(other, **form))
    assert house.gateway.sessions[first].status == "expired"
    assert house.gateway.sessions[second].status == "open"
    well(house)
