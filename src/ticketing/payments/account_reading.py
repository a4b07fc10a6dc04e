"""Reading an account at Stripe: one small call for each right that the house needs, and what the checks want to know.

Nothing is changed. Whether a restricted key may write is found out with ids that nobody has: Stripe looks at the key
before it looks for the object. Which call needs which right: docs.stripe.com/keys/permissions-reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from ticketing.payments.account_facts import Account, Endpoint, Lack, Method, Undelivered
from ticketing.payments.outcome import EVENTS, Forbidden, Rejected

LOOK_BACK = timedelta(days=1)
ON_THE_WAY = timedelta(minutes=10)
"""A delivery that is younger may still be tried for the first time."""

ENDPOINTS = "/v1/webhook_endpoints"
METHODS = "/v1/payment_method_configurations"
ONE = {"limit": 1}
READS = (
    ("Checkout Sessions: Write", "/v1/checkout/sessions"),
    ("PaymentIntents: Write", "/v1/payment_intents"),
    ("Charges and Refunds: Write", "/v1/charges"),
    ("Charges and Refunds: Write", "/v1/refunds"),
    ("Disputes: Read", "/v1/disputes"),
    ("Balance transaction sources: Read", "/v1/balance_transactions"),
)
EVENTS_READ = "Events: Read"
SETTINGS_READS = ("Webhook Endpoints: Read", "Payment Method Configurations: Read")
NOBODY = "pi_ticketing_doctor_asks"
WRITES: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("Checkout Sessions: Write", "/v1/checkout/sessions/cs_test_ticketing_doctor_asks/expire", {}),
    ("PaymentIntents: Write", f"/v1/payment_intents/{NOBODY}/cancel", {}),
    ("Charges and Refunds: Write", "/v1/refunds", {"payment_intent": NOBODY}),
)


@dataclass(frozen=True)
class Answer:
    """One answer of Stripe: its JSON, and when and in which API version it was given."""

    data: Mapping[str, Any]
    date: str | None
    api_version: str | None


Ask = Callable[[str, str, Mapping[str, Any]], Answer]


class _Asking:
    """Asks call after call and notes what the key may not do."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.lacks: dict[str, Lack] = {}
        self.last: Answer | None = None

    def read(self, permission: str, path: str, params: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
        """A list, or None where the key may not see it."""
        try:
            self.last = self._ask("get", path, params)
        except Forbidden as error:
            self.lacks[permission] = Lack(permission, error.permission)
            return None
        return list(self.last.data["data"])

    def may_write(self, permission: str, path: str, params: Mapping[str, Any]) -> None:
        """Try to change what does not exist; any refusal but the one for a missing right is as it should be."""
        try:
            self._ask("post", path, params)
        except Forbidden as error:
            self.lacks[permission] = Lack(permission, error.permission)
        except Rejected:
            pass  # no such object: the key would be allowed to


def read_account(ask: Ask, restricted: bool, now: datetime) -> Account:
    """The account as a key sees it; `restricted` keys are also asked what they may write.

    Raises Unreachable (KeyRefused where Stripe does not take the key at all) and Rejected.
    """
    asking = _Asking(ask)
    for permission, path in READS:
        asking.read(permission, path, ONE)
    if restricted:
        for permission, path, params in WRITES:
            asking.may_write(permission, path, params)
    undelivered = asking.read(EVENTS_READ, "/v1/events", _undelivered_since(now))
    endpoints = asking.read(SETTINGS_READS[0], ENDPOINTS, {"limit": 100})
    configurations = asking.read(SETTINGS_READS[1], METHODS, {"limit": 100})
    return Account(
        clock=parsedate_to_datetime(asking.last.date) if asking.last and asking.last.date else None,
        api_version=asking.last.api_version if asking.last else None,
        endpoints=None if endpoints is None else tuple(map(_endpoint, endpoints)),
        methods=None if configurations is None else _methods(configurations),
        undelivered=_undelivered(undelivered) if undelivered else None,
        lacks=tuple(asking.lacks.values()),
    )


def _undelivered_since(now: datetime) -> dict[str, Any]:
    created = {"gte": int((now - LOOK_BACK).timestamp()), "lte": int((now - ON_THE_WAY).timestamp())}
    return {"created": created, "delivery_success": False, "limit": 100, "types": EVENTS}


def _undelivered(events: list[Mapping[str, Any]]) -> Undelivered:
    oldest = min(events, key=lambda event: int(event["created"]))
    return Undelivered(len(events), oldest["type"], datetime.fromtimestamp(oldest["created"], UTC))


def _endpoint(endpoint: Mapping[str, Any]) -> Endpoint:
    return Endpoint(
        id=endpoint["id"],
        url=endpoint["url"],
        enabled=endpoint["status"] == "enabled",
        events=frozenset(endpoint["enabled_events"]),
        api_version=endpoint["api_version"],
    )


def _methods(configurations: list[Mapping[str, Any]]) -> dict[str, Method]:
    """The default configuration, which Checkout follows where a session names none."""
    chosen = next((one for one in configurations if one["is_default"] and one["active"]), {})
    found = {name: chosen.get(name) for name in ("card", "konbini")}
    return {
        name: Method(method["display_preference"]["value"] == "on", method["available"])
        for name, method in found.items()
        if method
    }
