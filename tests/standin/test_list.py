"""Lists in pages, filters, and objects filled in by `expand`."""

from typing import Any

import pytest
import stripe
from stripe_shop import Shop


def test_pages_go_from_new_to_old_and_back(shop: Shop) -> None:
    made = [shop.session().id for _ in range(5)]
    sessions = shop.stripe.v1.checkout.sessions
    first = sessions.list({"limit": 2})
    assert [session.id for session in first.data] == [made[4], made[3]]
    assert first.has_more
    second = sessions.list({"limit": 2, "starting_after": first.data[-1].id})
    assert [session.id for session in second.data] == [made[2], made[1]]
    back = sessions.list({"limit": 1, "ending_before": made[1]})
    assert [session.id for session in back.data] == [made[2]]


def test_the_library_pages_through_all_of_them(shop: Shop) -> None:
    made = {shop.session().id for _ in range(7)}
    pages = shop.stripe.v1.checkout.sessions.list({"limit": 3})
    assert made <= {session.id for session in pages.auto_paging_iter()}


def test_sessions_are_found_by_state_buyer_and_payment(shop: Shop) -> None:
    paid, still_open = shop.paid(), shop.session(customer_email="taro@example.com")
    sessions = shop.stripe.v1.checkout.sessions
    assert paid.id in [session.id for session in sessions.list({"status": "complete"}).data]
    found = sessions.list({"payment_intent": paid.payment_intent.id}).data
    assert [session.id for session in found] == [paid.id]
    found = sessions.list({"customer_details": {"email": "taro@example.com"}}).data
    assert [session.id for session in found] == [still_open.id]


def test_refunds_and_bookings_are_found_by_what_they_belong_to(shop: Shop) -> None:
    charge = shop.paid().payment_intent.latest_charge
    refund = shop.stripe.v1.refunds.create({"charge": charge.id, "amount": 500})
    refunds = shop.stripe.v1.refunds
    assert [item.id for item in refunds.list({"charge": charge.id}).data] == [refund.id]
    assert [item.id for item in refunds.list({"payment_intent": charge.payment_intent}).data] == [refund.id]
    (booking,) = shop.stripe.v1.balance_transactions.list({"source": refund.id}).data
    assert booking.id == refund.balance_transaction


def test_events_are_found_by_type_and_time(shop: Shop) -> None:
    session = shop.paid()
    events = shop.stripe.v1.events
    completed = events.list({"types": ["checkout.session.completed"], "created": {"gte": session.created}}).data
    assert session.id in [event.data.object["id"] for event in completed]
    assert {event.type for event in completed} == {"checkout.session.completed"}
    assert events.list({"created": {"lt": 1}}).data == []
    assert events.retrieve(completed[0].id).type == "checkout.session.completed"


def test_objects_are_filled_in_down_to_four_levels(shop: Shop) -> None:
    session = shop.paid()
    paths = ["line_items", "payment_intent.latest_charge.balance_transaction"]
    full = shop.stripe.v1.checkout.sessions.retrieve(session.id, {"expand": paths})
    assert full.line_items is not None
    assert full.line_items.data[0].quantity == 2
    listed = shop.stripe.v1.refunds.list({"expand": ["data.charge"]})
    assert listed.object == "list"
    booking = session.payment_intent.latest_charge.balance_transaction.id
    source: Any = shop.stripe.v1.balance_transactions.retrieve(booking, {"expand": ["source"]}).source
    assert source.id == session.payment_intent.latest_charge.id


@pytest.mark.parametrize("path", ["customer_email", "nothing", "payment_intent.a.b.c.d"])
def test_what_cannot_be_filled_in_is_refused(shop: Shop, path: str) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.stripe.v1.checkout.sessions.retrieve(shop.session().id, {"expand": [path]})


def test_an_unknown_object_is_not_found(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.stripe.v1.checkout.sessions.retrieve("cs_test_unknown")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
