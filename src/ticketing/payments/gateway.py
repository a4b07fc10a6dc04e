"""The way to Stripe: the only module that knows its library. Answers come back as plain facts.

API version 2026-10-28.endive. The library tries again after broken connections, timeouts, 409 and 5xx. It leaves
429 (too many calls) to us: tried again here, with the same idempotency key, after waits that grow and differ.
"""

from __future__ import annotations

import json
import re
import secrets
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import requests
import stripe

from ticketing.core.observe import log
from ticketing.core.settings import Settings
from ticketing.payments.account_facts import Account
from ticketing.payments.account_reading import Answer, read_account
from ticketing.payments.answers import read_balance_line, read_checkout, read_dispute, read_hint, read_refund
from ticketing.payments.outcome import (
    API_VERSION,
    EVENTS,
    BalanceLine,
    Checkout,
    Forbidden,
    Hint,
    KeyRefused,
    NotSigned,
    Rejected,
    StripeDispute,
    StripeRefund,
    Unreachable,
)

TIMEOUTS = (3.0, 20.0)
RETRIES = 2
WAITS_AT_LIMIT = (1.0, 3.0)
"""The longest waits, in seconds, before a call that met the rate limit is tried again."""
SESSIONS = "/v1/checkout/sessions"
WHOLE_SESSION = ["payment_intent.latest_charge.balance_transaction"]


class _TooOften(Unreachable):
    """Stripe's rate limit was met: nothing was done, and a little later it may go through."""


class StripeGateway:
    """Stripe itself, or the local stand-in: the same code, another address."""

    def __init__(self, settings: Settings, sleep: Callable[[float], None] = time.sleep) -> None:
        stripe.enable_telemetry = False
        self._sleep = sleep
        self._secret = settings.stripe_webhook_secret
        self._restricted = settings.stripe_secret_key.startswith("rk_")
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

    def checkout_of(self, intent_id: str) -> Checkout | None:
        """The session that a payment intent belongs to; None where it was made otherwise."""
        found = self._ask("get", SESSIONS, {"payment_intent": intent_id, "limit": 1})["data"]
        return read_checkout(found[0]) if found else None

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

    def refunds_of(self, charge_id: str) -> Iterator[StripeRefund]:
        """All refunds of a charge, the newest first."""
        return map(read_refund, self._list("/v1/refunds", datetime.fromtimestamp(0, UTC), charge=charge_id))

    def dispute(self, stripe_id: str) -> StripeDispute:
        """The dispute as it is now."""
        return read_dispute(self._ask("get", f"/v1/disputes/{stripe_id}", {}))

    def checkouts(self, since: datetime, until: datetime | None = None) -> Iterator[Checkout]:
        """All sessions made at or after this moment, and at or before `until` where it is given, the newest first."""
        return map(read_checkout, self._list(SESSIONS, since, until))

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

    def _list(
        self, path: str, since: datetime, until: datetime | None = None, **filters: Any
    ) -> Iterator[Mapping[str, Any]]:
        created = {"gte": int(since.timestamp()), **({"lte": int(until.timestamp())} if until else {})}
        params = {"created": created, "limit": 100, **filters}
        page = self._ask("get", path, params)
        yield from page["data"]
        while page["has_more"]:
            page = self._ask("get", path, {**params, "starting_after": page["data"][-1]["id"]})
            yield from page["data"]

    def account(self, now: datetime) -> Account:
        """What the key may see of the account; changes nothing."""
        return read_account(self._answer, self._restricted, now)

    def _answer(self, method: str, path: str, params: Mapping[str, Any]) -> Answer:
        answer = self._call(method, path, params)
        return Answer(answer.data, answer.headers.get("Date"), answer.headers.get("Stripe-Version"))

    def _ask(self, method: str, path: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self._call(method, path, params).data
        return data

    def _call(self, method: str, path: str, params: Mapping[str, Any]) -> Any:
        """Ask through the library's plain door, up to three times where Stripe is asked too often.

        Its typed objects would be made of all hundred fields of a session, one millisecond of processor time for each
        order, and eight fields are read here.
        """
        if method == "post":
            params = {"idempotency_key": secrets.token_hex(16), **params}
        for longest in WAITS_AT_LIMIT:
            try:
                return self._call_once(method, path, params)
            except _TooOften:
                self._sleep(longest * (1 + secrets.randbelow(1000) / 1000) / 2)
        return self._call_once(method, path, params)

    def _call_once(self, method: str, path: str, params: Mapping[str, Any]) -> Any:
        try:
            return self._client.raw_request(method, path, **params)
        except stripe.StripeError as error:
            raise _failure(error) from error

    def read_webhook(self, body: bytes, signature: str) -> Hint:
        """Verify a delivery; raises NotSigned.

        Besides its own error the library lets those of parsing through, for bodies that are no event.
        """
        try:
            stripe.WebhookSignature.verify_header(body.decode("utf-8"), signature, self._secret, tolerance=300)
            return read_hint(json.loads(body))
        except stripe.SignatureVerificationError as error:
            raise NotSigned(str(error).partition(". ")[0]) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotSigned(f"no event: {type(error).__name__}") from error


def _failure(error: stripe.StripeError) -> Unreachable | Rejected:
    """What the library's error means for us."""
    name, message = type(error).__name__, error.user_message or str(error)
    if isinstance(error, stripe.RateLimitError):
        # With this header Stripe says itself whether to try again, and the library has done so.
        return Unreachable(name) if "stripe-should-retry" in (error.headers or {}) else _TooOften(name)
    if isinstance(error, stripe.APIConnectionError):
        return Unreachable(name)
    if error.http_status is None or error.http_status >= 500 or error.http_status == 409:
        return Unreachable(f"{name} {error.http_status}")
    right = re.search(r"'(?:rak_)?(\w+)' permission", message)
    if isinstance(error, stripe.PermissionError) or right:
        return Forbidden(message, right[1] if right else "")
    if isinstance(error, stripe.AuthenticationError):
        return KeyRefused(message)
    if isinstance(error, stripe.IdempotencyError):
        return Rejected("idempotency_error", message)  # Stripe gives a type here, and no code
    return Rejected(error.code or name, message)


def _connections() -> requests.Session:
    """Connections that the threads of a process share.

    The library would read the whole environment for proxies at each call; here that is done once.
    """
    session = requests.Session()
    session.trust_env = bool(urllib.request.getproxies())
    return session
