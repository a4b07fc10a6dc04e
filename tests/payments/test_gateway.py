"""The gateway against the local Stripe, over HTTP: what it makes of answers, refusals, silence and signatures."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from ticketing.core.settings import Settings, read_settings
from ticketing.payments.gateway import WAITS_AT_LIMIT, StripeGateway
from ticketing.payments.outcome import NotSigned, Rejected, Unreachable

SECRET = "whsec_of_the_tests"


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A stand-in of its own, at its address."""
    command = [sys.executable, "-m", "ticketing.standin", "--port", "0", "--notify", "http://127.0.0.1:9/nobody"]
    environment = {"STRIPE_WEBHOOK_SECRET": SECRET, "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as it:
        assert it.stdout
        yield it.stdout.readline().split()[-1]
        it.terminate()


@pytest.fixture
def gateway(standin: str, tmp_path: Path) -> StripeGateway:
    return StripeGateway(settings(standin, tmp_path))


def settings(standin: str, instance: Path) -> Settings:
    return read_settings(
        {"TICKETING_INSTANCE": str(instance), "STRIPE_API_BASE": standin, "STRIPE_WEBHOOK_SECRET": SECRET}
    )


def params(**more: Any) -> dict[str, Any]:
    """The least that makes a session."""
    price = {"currency": "jpy", "unit_amount": 2000, "product_data": {"name": "1 DAY"}}
    return {
        "mode": "payment",
        "line_items": [{"quantity": 2, "price_data": price}],
        "metadata": {"payment_id": "p1"},
        "expires_at": int(time.time()) + 31 * 60,
        "success_url": "http://127.0.0.1:9/back",
        **more,
    }


def test_a_session_is_opened_once_for_its_key(gateway: StripeGateway) -> None:
    asked = params()
    first, second = gateway.open_checkout(asked, "key-1"), gateway.open_checkout(asked, "key-1")
    assert first == second
    assert (first.status, first.payment_status, first.amount, first.currency) == ("open", "unpaid", 4000, "jpy")
    assert first.payment_id == "p1"
    assert first.url
    assert not first.paid
    assert gateway.checkout(first.id) == first


def test_the_same_key_for_something_else_is_rejected(gateway: StripeGateway) -> None:
    gateway.open_checkout(params(), "key-2")
    with pytest.raises(Rejected) as refusal:
        gateway.open_checkout(params(metadata={"payment_id": "p2"}), "key-2")
    assert refusal.value.code == "idempotency_error"


def test_an_expired_session_stays_expired(gateway: StripeGateway) -> None:
    session_id = gateway.open_checkout(params(), "key-3").id
    assert gateway.expire_checkout(session_id).status == "expired"
    assert gateway.expire_checkout(session_id).status == "expired"


def test_what_stripe_refuses_is_rejected_with_its_code(gateway: StripeGateway) -> None:
    with pytest.raises(Rejected) as refusal:
        gateway.checkout("cs_test_nothing")
    assert refusal.value.code == "resource_missing"
    with pytest.raises(Rejected):
        gateway.give_back({"payment_intent": "pi_nothing", "amount": 100}, "key-4")


def test_a_lost_answer_is_found_by_the_library_under_the_same_key(gateway: StripeGateway, standin: str) -> None:
    fault = {"path": "/v1/checkout/sessions", "status": "drop_after", "count": 1}
    requests.post(f"{standin}/_control/fail", json=fault, timeout=5)
    before = len(requests.get(f"{standin}/_control/ledger", timeout=5).json()["sessions"])
    assert gateway.open_checkout(params(), "key-5").status == "open"
    assert len(requests.get(f"{standin}/_control/ledger", timeout=5).json()["sessions"]) == before + 1


def fail(standin: str, status: int, count: int) -> None:
    fault = {"path": "/v1/checkout/sessions", "status": status, "count": count}
    requests.post(f"{standin}/_control/fail", json=fault, timeout=5)


def test_a_stripe_that_cannot_now_is_unreachable(gateway: StripeGateway, standin: str) -> None:
    fail(standin, 500, 3)
    with pytest.raises(Unreachable):
        gateway.open_checkout(params(), "key-500")
    assert gateway.open_checkout(params(), "key-after-500").status == "open"


def test_a_call_that_met_the_rate_limit_is_tried_three_times_after_waits(standin: str, tmp_path: Path) -> None:
    slept: list[float] = []
    patient = StripeGateway(settings(standin, tmp_path), slept.append)
    fail(standin, 429, 2)
    asked = params()
    first = patient.open_checkout(asked, "key-429")
    assert len(slept) == 2
    assert all(longest / 2 <= wait <= longest for wait, longest in zip(slept, WAITS_AT_LIMIT, strict=True))
    assert patient.open_checkout(asked, "key-429") == first
    fail(standin, 429, 3)
    with pytest.raises(Unreachable):
        patient.open_checkout(params(), "key-429-again")
    assert len(slept) == 4
    assert sum(WAITS_AT_LIMIT) <= 5


def test_nobody_there_is_unreachable(tmp_path: Path) -> None:
    nowhere = {"TICKETING_INSTANCE": str(tmp_path), "STRIPE_API_BASE": "http://127.0.0.1:9"}
    with pytest.raises(Unreachable):
        StripeGateway(read_settings(nowhere)).checkout("cs_test_1")


def test_a_signed_event_is_read_and_nothing_else(gateway: StripeGateway, standin: str) -> None:
    session_id = gateway.open_checkout(params(), "key-event").id
    gateway.expire_checkout(session_id)
    events = requests.get(f"{standin}/_control/ledger", timeout=5).json()["events"]
    body = next(json.dumps(event) for event in events if event["data"]["object"]["id"] == session_id)

    def signed(text: str, at: float = 0.0, secret: str = SECRET) -> str:
        made: str = stripe.WebhookSignature.generate_signature_header(text, secret, int(at or time.time()))
        return made

    assert gateway.read_webhook(body.encode(), signed(body)).object_id == session_id
    broken = [
        (body.encode(), "", "No Stripe-Signature header"),
        (body.encode(), signed(body, secret="whsec_other"), "No signatures found"),
        (body.encode(), signed(body, at=time.time() - 301), "outside the tolerance zone"),
        (body.replace("cs_test", "cs_live").encode(), signed(body), "No signatures found"),
        (b"\xff\xfe", signed("x"), "no event: UnicodeDecodeError"),
        (b"[]", signed("[]"), "no event: TypeError"),
        (b"{}", signed("{}"), "no event: KeyError"),
        (b"not json", signed("not json"), "no event: JSONDecodeError"),
    ]
    for content, header, why in broken:
        with pytest.raises(NotSigned, match=why):
            gateway.read_webhook(content, header)
