"""The way to Stripe: the only module that knows its library. Answers come back as plain facts.

API version 2026-10-28.endive. Retries, their waits and idempotency headers are the library's; what it does not retry
by itself (429) is tried again by whoever asked, with the same key.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests
import stripe

from ticketing.core.settings import Settings
from ticketing.payments.outcome import Checkout, Hint, NotSigned, Rejected, Unreachable

API_VERSION = "2026-10-28.endive"
TIMEOUTS = (3.0, 20.0)
RETRIES = 2
SESSIONS = "/v1/checkout/sessions"


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
        return self._session("post", SESSIONS, {**params, "idempotency_key": key})

    def checkout(self, session_id: str) -> Checkout:
        """The session as it is now."""
        return self._session("get", f"{SESSIONS}/{session_id}", {})

    def expire_checkout(self, session_id: str) -> Checkout:
        """End an open session; one that was completed meanwhile is returned as it is."""
        try:
            return self._session("post", f"{SESSIONS}/{session_id}/expire", {})
        except Rejected:
            return self.checkout(session_id)

    def _session(self, method: str, path: str, params: Mapping[str, Any]) -> Checkout:
        """Ask for a session through the library's plain door.

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
        return _checkout(answer.data)

    def read_webhook(self, body: bytes, signature: str) -> Hint:
        """Verify a delivery; raises NotSigned.

        Besides its own error the library lets those of parsing through, for bodies that are no event.
        """
        try:
            stripe.WebhookSignature.verify_header(body.decode("utf-8"), signature, self._secret, tolerance=300)
            event = json.loads(body)
            return Hint(
                id=event["id"],
                type=event["type"],
                object_id=event["data"]["object"].get("id", ""),
                created_at=datetime.fromtimestamp(event["created"], UTC),
            )
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotSigned(type(error).__name__) from error


def _connections() -> requests.Session:
    """Connections that the threads of a process share.

    The library would read the whole environment for proxies at each call; here that is done once.
    """
    session = requests.Session()
    session.trust_env = bool(urllib.request.getproxies())
    return session


def _checkout(session: Mapping[str, Any]) -> Checkout:
    return Checkout(
        id=session["id"],
        status=session["status"],
        payment_status=session["payment_status"],
        amount=session["amount_total"],
        currency=session["currency"],
        url=session["url"],
        payment_intent=session["payment_intent"],
        payment_id=(session["metadata"] or {}).get("payment_id"),
    )
