"""The way to Stripe: the only module that knows its library. Answers come back as plain facts.

API version 2026-10-28.endive. Retries, their waits and idempotency headers are the library's; what it does not retry
by itself (429) is tried again by whoever asked, with the same key.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import requests
import stripe

from ticketing.core.observe import log
from ticketing.core.settings import Settings
from ticketing.payments.answers import read_balance_line, read_checkout, read_dispute, read_hint, read_refund
from ticketing.payments.outcome import (
    EVENTS,
    BalanceLine,
    Checkout,
    Hint,
    NotSigned,
    Rejected,
    StripeDispute,
    StripeRefund,
    Unreachable,
)

API_VERSION = "2026-10-28.endive"
TIMEOUTS = (3.0, 20.0)
RETRIES = 2
SESSIONS = "/v1/checkout/sessions"
WHOLE_SESSION = ["payment_intent.latest_charge.balance_transaction"]


class StripeGateway:
    """Stripe itself, or the local stand-in: the same code, another address."""

    def __init__(self, settings: Settings) -> None:
        stripe.enable_telemetry = False
        self._secret = settings.stripe_webhook_secret
        self._client = stripe.StripeClient(
            settings.stripe_secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": settings.stripe_api_base},
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=TIMEOUTS, session=_connections()),
        )

    def open_checkout(self, params: Mapping[str, Any], key: str) -> Checkout:
        """Create a session once for this idempotency key."""
        return read_checkout(self._ask("post", SESSIONS, {**params, "idempotency_key": key}))

    def checkout(self, session_id: str) -> Checkout:
        """The session as it is now."""
        return read_checkout(self._ask("get", f"{SESSIONS}/{session_id}", {"expand": WHOLE_SESSION}))

    def expire_checkout(self, session_id: str) -> Checkout:
        """End an open session; one that was completed meanwhile is returned as it is."""
        try:
            return read_checkout(self._ask("post", f"{SESSIONS}/{session_id}/expire", {}))
        except Rejected:
            return self.checkout(session_id)

    def cancel_voucher(self, session_id: str, intent_id: str) -> Checkout:
        """End a voucher that is not paid; where it cannot be ended, the session is returned as it is."""
        try:
            self._ask("post", f"/v1/payment_intents/{intent_id}/cancel", {})
        except Rejected:
            log.info("voucher not canceled", payment_intent=intent_id)
        return self.checkout(session_id)

    def give_back(self, params: Mapping[str, Any], key: str) -> StripeRefund:
        """Refund a payment, whole or in part, once for this idempotency key."""
        return read_refund(self._ask("post", "/v1/refunds", {**params, "idempotency_key": key}))

    def refund(self, stripe_id: str) -> StripeRefund:
        """The refund as it is now."""
        return read_refund(self._ask("get", f"/v1/refunds/{stripe_id}", {}))

    def dispute(self, stripe_id: str) -> StripeDispute:
        """The dispute as it is now."""
        return read_dispute(self._ask("get", f"/v1/disputes/{stripe_id}", {}))

    def checkouts(self, since: datetime) -> Iterator[Checkout]:
        """All sessions made at or after this moment, the newest first."""
        return map(read_checkout, self._list(SESSIONS, since))

    def refunds(self, since: datetime) -> Iterator[StripeRefund]:
        """All refunds made at or after this moment, the newest first."""
        return map(read_refund, self._list("/v1/refunds", since))

    def disputes(self, since: datetime) -> Iterator[StripeDispute]:
        """All disputes opened at or after this moment, the newest first."""
        return map(read_dispute, self._list("/v1/disputes", since))

    def balance(self, since: datetime) -> Iterator[BalanceLine]:
        """All lines of Stripe's books at or after this moment, the newest first."""
        return map(read_balance_line, self._list("/v1/balance_transactions", since, expand=["data.source"]))

    def events(self, since: datetime) -> Iterator[Hint]:
        """All events that we listen to, at or after this moment, the newest first; Stripe keeps them for 30 days."""
        return map(read_hint, self._list("/v1/events", since, types=EVENTS))

    def _list(self, path: str, since: datetime, **filters: Any) -> Iterator[Mapping[str, Any]]:
        params = {"created": {"gte": int(since.timestamp())}, "limit": 100, **filters}
        page = self._ask("get", path, params)
        yield from page["data"]
        while page["has_more"]:
            page = self._ask("get", path, {**params, "starting_after": page["data"][-1]["id"]})
            yield from page["data"]

    def _ask(self, method: str, path: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask through the library's plain door.

        Its typed objects would be made of all hundred fields of a session, one millisecond of processor time for each
        order, and eight fields are read here.
        """
        try:
            answer = self._client.raw_request(method, path, **params)
        except (stripe.APIConnectionError, stripe.RateLimitError) as error:
            raise Unreachable(type(error).__name__) from error
        except stripe.StripeError as error:
            if error.http_status is None or error.http_status >= 500 or error.http_status == 409:
                raise Unreachable(f"{type(error).__name__} {error.http_status}") from error
            raise Rejected(error.code or type(error).__name__, error.user_message or str(error)) from error
        data: Mapping[str, Any] = answer.data
        return data

    def read_webhook(self, body: bytes, signature: str) -> Hint:
        """Verify a delivery; raises NotSigned.

        Besides its own error the library lets those of parsing through, for bodies that are no event.
        """
        try:
            stripe.WebhookSignature.verify_header(body.decode("utf-8"), signature, self._secret, tolerance=300)
            return read_hint(json.loads(body))
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotSigned(type(error).__name__) from error


def _connections() -> requests.Session:
    """Connections that the threads of a process share.

    The library would read the whole environment for proxies at each call; here that is done once.
    """
    session = requests.Session()
    session.trust_env = bool(urllib.request.getproxies())
    return session
