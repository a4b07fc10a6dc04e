"""Sessions end by call and by time, also when the caller's clock stays behind."""

import time

import pytest
import stripe
from stripe_shop import Shop


def test_the_shop_ends_an_open_session(shop: Shop) -> None:
    session = shop.session()
    ended = shop.stripe.v1.checkout.sessions.expire(session.id)
    assert (ended.status, ended.url) == ("expired", None)
    assert shop.hook.wait(session.id, "expired") == ["checkout.session.expired"]
    assert shop.pay(session).status_code == 200
    assert shop.look(session).status == "expired"


def test_a_paid_session_cannot_be_ended(shop: Shop) -> None:
    session = shop.paid()
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.stripe.v1.checkout.sessions.expire(session.id)
    assert caught.value.http_status == 400


def test_a_session_ends_by_itself_when_its_time_has_come(shop: Shop) -> None:
    session = shop.session()
    shop.control("advance", seconds=30 * 60)
    assert shop.look(session).status == "open"
    shop.control("advance", seconds=2 * 60)
    assert shop.look(session).status == "expired"
    assert shop.hook.wait(session.id, "expired") == ["checkout.session.expired"]


def test_a_shop_whose_clock_is_behind_still_gets_its_half_hour(shop: Shop) -> None:
    shop.control("advance", seconds=3 * 3600)
    session = shop.session(expires_at=int(time.time()) + 31 * 60)
    shop.control("advance", seconds=30 * 60)
    assert shop.look(session).status == "open"
    shop.control("advance", seconds=2 * 60)
    assert shop.look(session).status == "expired"


def test_events_of_a_skipped_time_carry_the_time_they_belong_to(shop: Shop) -> None:
    session = shop.session()
    shop.control("advance", seconds=86400)
    shop.hook.wait(session.id, "expired")
    (event,) = shop.hook.about(session.id)
    clock = shop.http.get(f"{shop.base}/healthz", timeout=20).json()["now"]
    assert event.created < clock - 80_000
