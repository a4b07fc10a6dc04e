"""What an event took is kept as sums, which say what its payments say."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from books_of_stripe import change, compare, payment
from factories import House, session_of, well
from ticketing.core.db import reading, writing
from ticketing.payments.models import Takings
from ticketing.payments.takings import count_in, recount
from ticketing.reports.doctor import examine
from ticketing.reports.money import Sums, sums_of


def took(house: House) -> Sums:
    """The sums of the event, which the doctor finds right."""
    well(house)
    with house.app.app_context(), reading() as session:
        return sums_of(session, house.catalog().id)


def test_a_payment_counts_once_however_often_it_is_settled(house: House) -> None:
    assert took(house) == Sums()
    session_id = session_of(house.order(day=2))
    house.gateway.pay(session_id)
    for number in range(3):
        house.hook(session_id, event_id=f"evt_{number}")
        house.work()
    assert took(house) == Sums(gross=4000, fees_unknown=1)


def test_what_was_never_paid_counts_nothing(house: House) -> None:
    house.order(day=2)
    house.clock.advance(timedelta(minutes=31))
    house.work()
    assert took(house) == Sums()


def test_a_fee_counts_once_it_is_known_and_anew_where_it_was_wrong(house: House) -> None:
    house.buy(day=2)
    house.buy(conference=1)
    assert took(house).fees_unknown == 2
    compare(house)
    known = took(house)
    assert (known.fee, known.fees_unknown) == (144 + 36, 0)


def test_a_fee_that_was_changed_by_hand_is_put_right_with_its_sum(house: House) -> None:
    house.buy(day=2)
    compare(house)
    change(house, fee_minor=1)
    compare(house)
    assert took(house).fee == 144


def test_a_payment_that_lost_its_state_counts_once_when_it_has_it_again(house: House) -> None:
    house.buy(day=1)
    change(house, state="pending", confirmed_at=None, check_at=None)
    compare(house)
    assert took(house).gross == 2000


def test_of_a_wrong_amount_that_counts_which_stripe_took(house: House) -> None:
    session_id = session_of(house.order(day=1))
    house.gateway.pay(session_id, amount=300)
    house.hook(session_id)
    house.work()
    assert took(house).gross == 2000  # what was asked for, as long as Stripe's books have not been read
    compare(house)
    assert took(house).gross == 300


def test_the_doctor_tells_a_sum_that_is_wrong_and_a_recount_puts_it_right(house: House) -> None:
    house.buy(day=2)
    with house.app.app_context(), writing() as session:
        session.execute(update(Takings).values(count=7, taken_minor=1))
        said = [(one.code, one.detail) for one in examine(session)]
        recount(session, house.catalog().id)
        assert examine(session) == []
    told = "count, taken_minor, fee_minor, fees_unknown say (7, 1, 0, 1), payments say (1, 4000, 0, 1)"
    assert said == [("takings_count", f"event 1, card: {told}")]


def test_a_sum_that_is_wrong_is_made_anew_when_the_books_are_compared(house: House) -> None:
    house.buy(day=2)
    with house.app.app_context(), writing() as session:
        session.execute(update(Takings).values(count=7, taken_minor=1))
    compare(house)
    assert took(house).gross == 4000


def test_an_event_that_took_nothing_is_recounted_to_nothing(house: House) -> None:
    house.order(day=1)
    with house.app.app_context(), writing() as session:
        recount(session, house.catalog().id)
        count_in(session, payment(house).id)
    assert took(house) == Sums()
