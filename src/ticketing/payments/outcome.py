"""What Stripe says, as plain facts, and what we may ask of it: the words that the rest of this room speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class Unreachable(Exception):
    """Stripe did not answer, or answered that it cannot now. Whether the work was done is unknown."""


class Rejected(Exception):
    """Stripe understood and said no; `code` is Stripe's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NotSigned(Exception):
    """The body was not signed by Stripe with our secret, or too long ago, or is no event at all."""


@dataclass(frozen=True)
class Checkout:
    """A Checkout Session as Stripe has it now."""

    id: str
    status: str
    payment_status: str
    amount: int
    currency: str
    url: str | None
    payment_intent: str | None
    payment_id: str | None

    @property
    def paid(self) -> bool:
        """Whether the money is there."""
        return self.status == "complete" and self.payment_status in {"paid", "no_payment_required"}


@dataclass(frozen=True)
class Hint:
    """A verified webhook: that something happened to this object. What is so is asked from Stripe afterwards."""

    id: str
    type: str
    object_id: str
    created_at: datetime


class Gateway(Protocol):
    """What we ask of Stripe. Every call may raise Unreachable or Rejected."""

    def open_checkout(self, params: Mapping[str, Any], key: str) -> Checkout:
        """Create a session once for this idempotency key."""
        ...

    def checkout(self, session_id: str) -> Checkout:
        """The session as it is now."""
        ...

    def expire_checkout(self, session_id: str) -> Checkout:
        """End an open session; one that was completed meanwhile is returned as it is."""
        ...

    def read_webhook(self, body: bytes, signature: str) -> Hint:
        """Verify a delivery; raises NotSigned."""
        ...
