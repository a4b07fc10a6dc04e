"""How a program knows that a delivery is ours: the signature of Standard Webhooks (https://www.standardwebhooks.com).

`webhook-signature` is `v1,` and the base64 of the HMAC-SHA-256 over `<webhook-id>.<webhook-timestamp>.<body>`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from ticketing.api.models import Delivery, Hook
from ticketing.core.keys import keys

PREFIX = "whsec_"
BOTH_COUNT_FOR = timedelta(hours=24)
"""After a new secret was made, so long is also signed with the one before."""
AGENT = "ticketing-hooks/1"


def secret(hook: Hook, number: int | None = None) -> str:
    """The secret of a hook as programs keep it, the present one unless another is asked for."""
    return PREFIX + base64.b64encode(_key(hook, number or hook.secret_no)).decode("ascii")


def headers(hook: Hook, delivery: Delivery, now: datetime) -> dict[str, str]:
    """What goes with a delivery that is sent now; the id stays the same however often it is sent."""
    body, stamp = delivery.body.encode("utf-8"), str(int(now.timestamp()))
    signed = f"{delivery.id}.{stamp}.".encode() + body
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": delivery.id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_sign(_key(hook, number), signed) for number in _numbers(hook, now)),
    }


def _numbers(hook: Hook, now: datetime) -> list[int]:
    both = hook.renewed_at is not None and now < hook.renewed_at + BOTH_COUNT_FOR
    return [hook.secret_no, hook.secret_no - 1] if both else [hook.secret_no]


def _key(hook: Hook, number: int) -> bytes:
    return hmac.new(keys().hook, f"{hook.id}|{number}".encode(), hashlib.sha256).digest()


def _sign(key: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")
