"""What Stripe says, as plain facts, and what we may ask of it: the words that the rest of this room speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ticketing.payments.account_facts import Account
from ticketing.payments.payout_facts import StripePayout


class Unreachable(Exception):
    """Stripe did not answer, or answered that it cannot now. Whether the work was done is unknown."""


class KeyRefused(Unreachable):
    """Stripe does not know our key, or not any more. Nothing was done; with a right key it can be."""


class Forbidden(KeyRefused):
    """Our key lacks a right; `permission` is Stripe's name of it, or empty where Stripe gave none."""

    def __init__(self, message: str, permission: str) -> None:
        super().__init__(message)
        self.permission = permission


class Rejected(Exception):
    """Stripe understood and said no; `code` is Stripe's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NotSigned(Exception):
    """The body was not signed by Stripe with our secret, or too long ago, or is no event at all."""


@dataclass(frozen=True)
class Voucher:
    """What a buyer needs to pay at a convenience store, and until when. `stores` maps a chain to its two numbers."""

    url: str | None
    expires_at: datetime
    stores: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Charged:
    """What a payment brought: Stripe's fee and what is left of it, in minor units; both None until Stripe knows."""

    id: str
    method: str
    fee: int | None
    net: int | None


@dataclass(frozen=True)
class Checkout:
    """A Checkout Session as Stripe has it now. Amounts are minor units of `currency`.

    `intent_status`, `voucher` and `charged` are known where one session was asked for, not in lists.
    """

    id: str
    status: str
    payment_status: str
    amount: int
    currency: str
    url: str | None
    payment_intent: str | None
    payment_id: str | None
    created_at: datetime
    intent_status: str | None = None
    voucher: Voucher | None = None
    charged: Charged | None = None

    @property
    def paid(self) -> bool:
        """Whether the money is there."""
        return self.status == "complete" and self.payment_status in {"paid", "no_payment_required"}

    @property
    def waits(self) -> bool:
        """Whether a voucher was issued that can still be paid."""
        return self.status == "complete" and not self.paid and self.intent_status in {"requires_action", "processing"}

    @property
    def over(self) -> bool:
        """Whether no money can come any more: the session expired, or its voucher did."""
        ended = {"requires_payment_method", "canceled"}
        return self.status == "expired" or (self.status == "complete" and not self.paid and self.intent_status in ended)


@dataclass(frozen=True)
class StripeRefund:
    """A refund as Stripe has it now. `refund_id` is our row's id where we asked for it ourselves."""

    id: str
    status: str
    amount: int
    currency: str
    payment_intent: str | None
    refund_id: str | None
    failure_reason: str | None
    created_at: datetime


@dataclass(frozen=True)
class StripeDispute:
    """A dispute as Stripe has it now. `evidence_due_by` is the last moment to answer it, `fee` what it cost so far."""

    id: str
    status: str
    reason: str
    amount: int
    currency: str
    payment_intent: str | None
    evidence_due_by: datetime | None
    created_at: datetime
    fee: int = 0


@dataclass(frozen=True)
class BalanceLine:
    """One line of Stripe's own books: what `source` (a charge, refund, dispute or payout) moved; net = amount - fee.

    `payment_id` is our row's id where the source is a charge that we asked for, `payout` the payout as it is now where
    the source is one.
    """

    id: str
    type: str
    source: str | None
    amount: int
    fee: int
    net: int
    currency: str
    created_at: datetime
    payment_id: str | None = None
    payout: StripePayout | None = None


@dataclass(frozen=True)
class Hint:
    """A verified webhook: that something happened to this object. What is so is asked from Stripe afterwards."""

    id: str
    type: str
    object_id: str
    created_at: datetime


API_VERSION = "2026-10-28.endive"
"""The version of Stripe's API that we speak: the one that the library of our lock file was made for."""

EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
"""The events that the house listens to."""


class Gateway(Protocol):
    """What we ask of Stripe. Every call may raise Unreachable or Rejected."""

    def open_checkout(self, params: Mapping[str, Any], key: str) -> Checkout:
        """Create a session once for this idempotency key."""
        ...

    def checkout(self, session_id: str) -> Checkout:
        """The session as it is now."""
        ...

    def checkout_of(self, intent_id: str) -> Checkout | None:
        """The session that a payment intent belongs to; None where it was made otherwise."""
        ...

    def expire_checkout(self, session_id: str) -> Checkout:
        """End an open session; one that was completed meanwhile is returned as it is."""
        ...

    def cancel_voucher(self, session_id: str, intent_id: str) -> Checkout:
        """End a voucher that is not paid; where it cannot be ended, the session is returned as it is."""
        ...

    def give_back(self, params: Mapping[str, Any], key: str) -> StripeRefund:
        """Refund a payment, whole or in part, once for this idempotency key."""
        ...

    def refund(self, stripe_id: str) -> StripeRefund:
        """The refund as it is now."""
        ...

    def refunds_of(self, charge_id: str) -> Iterator[StripeRefund]:
        """All refunds of a charge, the newest first."""
        ...

    def dispute(self, stripe_id: str) -> StripeDispute:
        """The dispute as it is now."""
        ...

    def checkouts(self, since: datetime, until: datetime | None = None) -> Iterator[Checkout]:
        """All sessions made at or after this moment, and at or before `until` where it is given, the newest first."""
        ...

    def refunds(self, since: datetime) -> Iterator[StripeRefund]:
        """All refunds made at or after this moment, the newest first."""
        ...

    def disputes(self, since: datetime) -> Iterator[StripeDispute]:
        """All disputes opened at or after this moment, the newest first."""
        ...

    def balance(self, since: datetime) -> Iterator[BalanceLine]:
        """All lines of Stripe's books at or after this moment, the newest first."""
        ...

    def events(self, since: datetime) -> Iterator[Hint]:
        """All events that we listen to, at or after this moment, the newest first; Stripe keeps them for 30 days."""
        ...

    def account(self, now: datetime) -> Account:
        """What the key may see of the account; changes nothing."""
        ...

    def read_webhook(self, body: bytes, signature: str) -> Hint:
        """Verify a delivery; raises NotSigned."""
        ...
