"""Idempotency keys: the same call is done once."""

import uuid

import pytest
import stripe
from stripe_shop import Shop

from ticketing.standin.app import Standin, create_app, open_standin
from ticketing.standin.world import Settings


def test_the_same_key_answers_the_same_session(shop: Shop) -> None:
    key, order = {"idempotency_key": f"order-{uuid.uuid4()}"}, shop.order()
    first = shop.stripe.v1.checkout.sessions.create(order, key)
    second = shop.stripe.v1.checkout.sessions.create(order, key)
    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"


def test_a_replay_is_the_old_answer_even_when_the_session_has_moved_on(shop: Shop) -> None:
    key, order = {"idempotency_key": f"order-{uuid.uuid4()}"}, shop.order()
    session = shop.stripe.v1.checkout.sessions.create(order, key)
    shop.stripe.v1.checkout.sessions.expire(session.id)
    assert shop.stripe.v1.checkout.sessions.create(order, key).status == "open"


def test_the_same_key_for_another_call_is_an_error(shop: Shop) -> None:
    key = {"idempotency_key": f"order-{uuid.uuid4()}"}
    shop.stripe.v1.checkout.sessions.create(shop.order(), key)
    with pytest.raises(stripe.IdempotencyError) as caught:
        shop.stripe.v1.checkout.sessions.create(shop.order(client_reference_id="other"), key)
    assert caught.value.http_status == 400


def test_a_key_is_forgotten_after_a_day(shop: Shop) -> None:
    key, order = {"idempotency_key": f"order-{uuid.uuid4()}"}, shop.order(expires_at=None)
    first = shop.stripe.v1.checkout.sessions.create(order, key)
    shop.control("advance", seconds=25 * 60 * 60)
    assert shop.stripe.v1.checkout.sessions.create(order, key).id != first.id


def test_a_call_whose_parameters_were_wrong_does_not_use_up_its_key(shop: Shop) -> None:
    key = {"idempotency_key": f"order-{uuid.uuid4()}"}
    with pytest.raises(stripe.InvalidRequestError):
        shop.stripe.v1.checkout.sessions.create(shop.order(locale="jp"), key)
    assert shop.stripe.v1.checkout.sessions.create(shop.order(), key).status == "open"


def test_a_refused_refund_is_refused_again_under_its_key(shop: Shop) -> None:
    intent = shop.paid().payment_intent.id
    key = {"idempotency_key": f"refund-{uuid.uuid4()}"}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            shop.stripe.v1.refunds.create({"payment_intent": intent, "amount": 9000}, key)
    assert caught.value.headers is not None
    assert caught.value.headers["Idempotent-Replayed"] == "true"


def test_a_key_that_is_in_use_at_this_moment_is_a_conflict() -> None:
    standin: Standin = open_standin(":memory:", Settings("http://127.0.0.1:1", "http://127.0.0.1:9/", "whsec_x"))
    browser = create_app(standin).test_client()
    headers = {"Authorization": "Bearer sk_test_1", "Idempotency-Key": "k1"}
    with standin.keys.claim("k1"):
        answer = browser.post("/v1/refunds", headers=headers)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "idempotency_key_in_use")
    standin.world.store.close()
