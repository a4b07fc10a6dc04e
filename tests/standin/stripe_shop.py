"""A merchant for tests of the stand-in: the real Stripe library, a buyer over HTTP, and a webhook that listens."""

import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests
import stripe

SECRET = "whsec_test"
GOOD_CARD = "4242424242424242"


class Hook(http.server.ThreadingHTTPServer):
    """A webhook: checks signatures as the application would and keeps what came; `status` is its answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), HookCall)
        self.status = 200
        self.came: list[Any] = []
        self.posted: list[tuple[bytes, str]] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/stripe/webhook"

    def about(self, object_id: str) -> list[Any]:
        """The events about one object, in the order they came."""
        return [event for event in self.came if object_id in json.dumps(event.data.object.to_dict())]

    def wait(self, object_id: str, *types: str) -> list[str]:
        """Waits until as many events came about an object; answers their types in order."""
        wait_until(lambda: len(self.about(object_id)) >= len(types))
        return [event.type for event in self.about(object_id)]


class HookCall(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], SECRET)
        self.server.posted.append((body, self.headers["Stripe-Signature"]))
        self.server.came.append(event)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Waits for something that another process does; fails when it never happens."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def start(notify: str, *more: str, **environment: str) -> subprocess.Popen[str]:
    """Starts a stand-in process on a free port."""
    command = [sys.executable, "-m", "ticketing.standin", "--port", "0", "--notify", notify, *more]
    env = {**os.environ, "STRIPE_WEBHOOK_SECRET": SECRET, **environment}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def address(process: subprocess.Popen[str]) -> str:
    """The address that a started stand-in says it listens on."""
    assert process.stdout is not None
    return process.stdout.readline().split()[-1]


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate(timeout=20)


class Shop:
    """A merchant: the Stripe library for the API, plain HTTP for buyers and controls."""

    def __init__(self, base: str, hook: Hook) -> None:
        self.base = base
        self.hook = hook
        self.http = requests.Session()
        self.http.trust_env = False
        self.stripe = self.client()

    def client(self, key: str = "sk_test_shop", retries: int = 0, timeout: float = 20) -> stripe.StripeClient:
        return stripe.StripeClient(
            key,
            base_addresses={"api": self.base},
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=timeout, session=self.http),
        )

    def order(self, **changes: Any) -> dict[str, Any]:
        """The parameters of a session; a change of None leaves a parameter out."""
        product = {"name": "1-DAY"}
        price = {"currency": "jpy", "unit_amount": 4000, "tax_behavior": "inclusive", "product_data": product}
        params: dict[str, Any] = {
            "mode": "payment",
            "line_items": [{"quantity": 2, "price_data": price}],
            "success_url": "http://127.0.0.1:9/done?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:9/back",
            "customer_email": "hanako@example.com",
            "client_reference_id": "order-17",
            "metadata": {"order": "17"},
            "payment_intent_data": {"metadata": {"order": "17"}},
            "expires_at": int(time.time()) + 31 * 60,
        }
        return {name: value for name, value in (params | changes).items() if value is not None}

    def session(self, **changes: Any) -> Any:
        return self.stripe.v1.checkout.sessions.create(self.order(**changes))

    def look(self, session: Any) -> Any:
        """The session as it is now, with its payment."""
        expand = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
        return self.stripe.v1.checkout.sessions.retrieve(session.id, expand)

    def post(self, url: str, **form: str) -> requests.Response:
        return self.http.post(url, data=form, allow_redirects=False, timeout=20)

    def pay(self, session: Any, number: str = GOOD_CARD) -> requests.Response:
        return self.post(session.url, method="card", card_number=number, exp="12/34", cvc="123")

    def paid(self, number: str = GOOD_CARD) -> Any:
        """A session that was paid with a card."""
        session = self.session()
        assert self.pay(session, number).status_code == 303
        return self.look(session)

    def voucher(self, session: Any, number: str = "") -> requests.Response:
        return self.post(session.url, method="konbini", confirmation_number=number)

    def name_account(self, refund_id: str, account: str) -> requests.Response:
        """The buyer of a convenience store payment says where its refund shall go."""
        return self.post(f"{self.base}/c/refund/{refund_id}", routing_number="1100000", account_number=account)

    def now(self) -> datetime:
        """The stand-in's time."""
        clock: int = self.http.get(f"{self.base}/healthz", timeout=20).json()["now"]
        return datetime.fromtimestamp(clock, UTC)

    def control(self, name: str, **body: Any) -> Any:
        answer = self.http.post(f"{self.base}/_control/{name}", json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ledger(self) -> Any:
        return self.http.get(f"{self.base}/_control/ledger", timeout=20).json()
