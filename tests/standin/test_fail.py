"""Calls that fail on demand, and a shop that tries again with the same key."""

import uuid
from typing import Any

import pytest
import requests
import stripe
from stripe_shop import Shop

CREATE = "/v1/checkout/sessions"


@pytest.mark.parametrize(
    ("status", "error"), [(500, stripe.APIError), (429, stripe.RateLimitError), (402, stripe.CardError)]
)
def test_a_call_fails_once_and_works_again(shop: Shop, status: int, error: Any) -> None:
    shop.control("fail", path=CREATE, status=status, count=1)
    with pytest.raises(error):
        shop.session()
    assert shop.session().status == "open"


def test_a_lost_answer_is_found_again_under_its_key(shop: Shop) -> None:
    shop.control("fail", path=CREATE, status="drop_after", count=1)
    key, order = {"idempotency_key": str(uuid.uuid4())}, shop.order(client_reference_id=str(uuid.uuid4()))
    with pytest.raises(stripe.APIConnectionError):
        shop.stripe.v1.checkout.sessions.create(order, key)
    made = [item for item in shop.ledger()["sessions"] if item["client_reference_id"] == order["client_reference_id"]]
    assert shop.stripe.v1.checkout.sessions.create(order, key).id == made[0]["id"]
    assert len(made) == 1


def test_the_library_survives_a_lost_answer_by_itself(shop: Shop) -> None:
    shop.control("fail", path=CREATE, status="drop_after", count=2)
    reference = str(uuid.uuid4())
    shop.client(retries=2).v1.checkout.sessions.create(shop.order(client_reference_id=reference))
    made = [item for item in shop.ledger()["sessions"] if item["client_reference_id"] == reference]
    assert len(made) == 1


def test_a_call_that_hangs_does_nothing(shop: Shop) -> None:
    shop.control("fail", path="/v1/refunds", status="timeout", count=1)
    intent = shop.paid().payment_intent.id
    with pytest.raises(stripe.APIConnectionError):
        shop.client(timeout=0.5).v1.refunds.create({"payment_intent": intent})
    assert shop.stripe.v1.refunds.list({"payment_intent": intent}).data == []
    assert shop.stripe.v1.refunds.create({"payment_intent": intent}).status == "succeeded"


def test_a_fault_meets_one_method_when_told_so(shop: Shop) -> None:
    shop.control("fail", path=CREATE, status=500, method="GET", count=1)
    session = shop.session()
    with pytest.raises(stripe.APIError):
        shop.look(session)
    assert shop.look(session).status == "open"


def test_a_fault_without_count_holds_until_the_next_call(shop: Shop) -> None:
    shop.control("fail", path="/v1", status=500)
    for _ in range(3):
        with pytest.raises(stripe.APIError):
            shop.session()
    shop.control("fail", path="/v1/refunds", status=500, count=1)
    assert shop.session().status == "open"


def test_the_payment_page_can_fail_too(shop: Shop) -> None:
    session = shop.session()
    shop.control("fail", path="/c/pay", status="drop_after", count=1)
    with pytest.raises(requests.ConnectionError):
        shop.pay(session)
    assert shop.look(session).payment_status == "paid"


def test_controls_and_health_never_fail(shop: Shop) -> None:
    shop.control("fail", path="/", status=500)
    assert shop.http.get(f"{shop.base}/healthz", timeout=20).status_code == 200
    assert shop.ledger()["sessions"] is not None


@pytest.mark.parametrize("body", [{}, {"path": "v1", "status": 500}, {"path": "/v1", "status": 418}])
def test_a_fault_that_makes_no_sense_is_refused(shop: Shop, body: Any) -> None:
    assert shop.http.post(f"{shop.base}/_control/fail", json=body, timeout=20).status_code == 400
