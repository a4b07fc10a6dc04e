"""What the gateway sends, call by call, to a Stripe that answers as it is told."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from ticketing.core.settings import read_settings
from ticketing.payments.gateway import StripeGateway
from ticketing.payments.outcome import API_VERSION, Forbidden, KeyRefused, Rejected, Unreachable

Told = tuple[int, dict[str, str], dict[str, Any]]
REFUND = {
    "id": "re_1",
    "object": "refund",
    "status": "succeeded",
    "amount": 100,
    "currency": "jpy",
    "payment_intent": "pi_1",
    "metadata": {"refund_id": "r1"},
    "created": 1,
}
DONE: Told = (200, {}, REFUND)


def refusal(status: int, message: str = "no", **headers: str) -> Told:
    error = {"type": "api_error" if status >= 500 else "invalid_request_error", "message": message}
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, {"error": error}


class Stripe(http.server.ThreadingHTTPServer):
    """Answers what was told, in that order, and keeps what came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.told: list[Told] = []
        self.came: list[Message] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


class Call(http.server.BaseHTTPRequestHandler):
    server: Stripe

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.came.append(self.headers)
        status, headers, body = self.server.told.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def stripe() -> Iterator[Stripe]:
    server = Stripe()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def gateway(stripe: Stripe, slept: list[float], tmp_path: Path) -> StripeGateway:
    base = f"http://127.0.0.1:{stripe.server_address[1]}"
    own = {"TICKETING_INSTANCE": str(tmp_path), "STRIPE_API_BASE": base, "STRIPE_SECRET_KEY": "rk_test_1"}
    return StripeGateway(read_settings(own), slept.append)


def keys(stripe: Stripe) -> list[str | None]:
    return [headers["Idempotency-Key"] for headers in stripe.came]


def test_every_call_carries_key_and_version_and_no_telemetry(stripe: Stripe, gateway: StripeGateway) -> None:
    stripe.told = [DONE, DONE]
    gateway.give_back({"payment_intent": "pi_1"}, "refund-r1")
    gateway.refund("re_1")
    for headers in stripe.came:
        assert headers["Authorization"] == "Bearer rk_test_1"
        assert headers["Stripe-Version"] == API_VERSION
        assert headers["X-Stripe-Client-Telemetry"] is None
        assert "telemetry" not in (headers["X-Stripe-Client-User-Agent"] or "")
    assert keys(stripe)[0] == "refund-r1"


def test_the_same_idempotency_key_goes_with_every_try(
    stripe: Stripe, gateway: StripeGateway, slept: list[float]
) -> None:
    stripe.told = [refusal(429), refusal(500), refusal(429), DONE]
    assert gateway.give_back({"payment_intent": "pi_1"}, "refund-r1").refund_id == "r1"
    assert keys(stripe) == ["refund-r1"] * 4
    assert len(slept) == 2


def test_calls_without_a_key_of_ours_keep_one_over_all_tries_too(stripe: Stripe, gateway: StripeGateway) -> None:
    stripe.told = [refusal(429), refusal(429), refusal(429)]
    with pytest.raises(Unreachable):
        gateway.expire_checkout("cs_test_1")
    assert len(stripe.came) == 3
    assert len(set(keys(stripe))) == 1


@pytest.mark.parametrize(("word", "calls"), [("false", 1), ("true", 3)])
def test_where_stripe_says_whether_to_try_again_that_holds(
    stripe: Stripe, gateway: StripeGateway, slept: list[float], word: str, calls: int
) -> None:
    stripe.told = [refusal(429, Stripe_Should_Retry=word)] * 9
    with pytest.raises(Unreachable):
        gateway.refund("re_1")
    assert (len(stripe.came), slept) == (calls, [])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(403, "Having the 'rak_charge_write' permission would allow this request to continue."), Forbidden),
        (refusal(403), Forbidden),
        (refusal(401, "Invalid API Key provided"), KeyRefused),
        (refusal(400), Rejected),
    ],
)
def test_a_refusal_is_not_tried_again(
    stripe: Stripe, gateway: StripeGateway, slept: list[float], answer: Told, error: type[Exception]
) -> None:
    stripe.told = [answer]
    with pytest.raises(error) as caught:
        gateway.refund("re_1")
    assert type(caught.value) is error
    assert (len(stripe.came), slept) == (1, [])


def test_a_wrong_key_costs_nothing_because_with_the_right_one_it_goes_on() -> None:
    assert issubclass(Forbidden, Unreachable)
    assert issubclass(KeyRefused, Unreachable)
