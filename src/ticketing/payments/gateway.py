"""The way to Stripe: the only module that knows its library. Answers come back as plain facts.

API version 2026-10-28.endive. Retries, their waits and idempotency headers are the library's; what it does not retry
by itself (429) is tried again by whoever asked, with the same key.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import requests
import stripe

from ticketing.core.settings import Settings
from ticketing.payments.outcome import Checkout, Hint, NotSigned, Rejected, Unreachable

API_VERSION = "2026-10-28.endive"
TIMEOUTS = (3.0, 20.0)
RETRIES = 2
T = TypeVar("T")


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
        sessions = self._client.v1.checkout.sessions
        return _checkout(_ask(lambda: sessions.create(params, {"idempotency_key": key})))  # type: ignore[arg-type]

    def checkout(self, session_id: str) -> Checkout:
        """The session as it is now."""
        return _checkout(_ask(lambda: self._client.v1.checkout.sessions.retrieve(session_id)))

    def expire_checkout(self, session_id: str) -> Checkout:
        """End an open session; one that was completed meanwhile is returned as it is."""
        try:
            return _checkout(_ask(lambda: self._client.v1.checkout.sessions.expire(session_id)))
        except Rejected:
            return self.checkout(session_id)

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


def _ask(call: Callable[[], T]) -> T:
    try:
        return call()
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Unreachable(type(error).__name__) from error
    except stripe.StripeError as error:
        if error.http_status is None or error.http_status >= 500 or error.http_status == 409:
            raise Unreachable(f"{type(error).__name__} {error.http_status}") from error
        raise Rejected(error.code or type(error).__name__, error.user_message or str(error)) from error


def _checkout(session: Any) -> Checkout:
    intent = session.payment_intent
    metadata = session.metadata.to_dict() if session.metadata else {}
    return Checkout(
        id=session.id,
        status=session.status,
        payment_status=session.payment_status,
        amount=session.amount_total,
        currency=session.currency,
        url=session.url,
        payment_intent=intent if intent is None or isinstance(intent, str) else intent.id,
        payment_id=metadata.get("payment_id"),
    )
