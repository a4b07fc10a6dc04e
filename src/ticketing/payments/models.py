"""The tables of payments: our mirror of what Stripe holds, its webhooks, and comparisons with its books."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base, partial_index

REFUND_STATES = ("requested", "pending", "requires_action", "succeeded", "failed", "canceled")


class Payment(Base):
    """One attempt to pay one order: one Checkout Session, or cash at a till. `id` is part of its idempotency key.

    `check_at` is when Stripe is asked next what became of it; empty when nothing can change any more. `voucher` is
    what a buyer needs to pay at a convenience store, once one was issued. `methods` are those that the
    payment page offers; `method`, `charge_id`, `fee_minor` and `net_minor` are known once it is paid, the last two
    perhaps later. Cash and what is free have `methods` "cash" and "free" and
    nothing of Stripe's: they are confirmed from their beginning.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("order_id", "attempt"),
        CheckConstraint("state IN ('created', 'pending', 'confirmed', 'failed', 'canceled')", name="state_known"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        Index("ix_payment_due", "check_at"),
        # An event's sums come from this alone. Over confirmed payments only: placing an order pays nothing for it. The
        # state stands in it nevertheless: SQLite would look it up in each row of the table.
        partial_index(
            "ix_payment_money",
            *("event_id", "state", "methods", "flag", "amount_minor", "fee_minor", "net_minor"),
            where="state = 'confirmed'",
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"))
    attempt: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    session_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    payment_intent_id: Mapped[str | None] = mapped_column(String(120), index=True)
    url: Mapped[str | None] = mapped_column(String(2000))
    flag: Mapped[str | None] = mapped_column(String(40))
    methods: Mapped[str] = mapped_column(String(40), server_default="card")
    method: Mapped[str | None] = mapped_column(String(40))
    voucher: Mapped[dict[str, Any] | None]
    charge_id: Mapped[str | None] = mapped_column(String(120))
    fee_minor: Mapped[int | None]
    net_minor: Mapped[int | None]
    session_expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]


class Takings(Base):
    """The sums of an event's confirmed payments by the methods that their page offered; see `takings.py`.

    Amounts in minor units. `fees_unknown` counts the payments whose fee is not known yet: it is not in `fee_minor`.
    """

    __tablename__ = "takings"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    methods: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int]
    taken_minor: Mapped[int] = mapped_column(BigInteger)
    fee_minor: Mapped[int] = mapped_column(BigInteger)
    fees_unknown: Mapped[int]


class Refund(Base):
    """Money on its way back to a buyer. `fact` is unique: one reason, one refund; `id` is part of its idempotency key.

    `tickets` are the numbers of the tickets that it pays for, none where no ticket was ever issued; `amount_minor` is
    what the buyer gets back, `kept_minor` the fee that the event's rules keep. It may fail after it had succeeded.
    `paid_outside_*`: Stripe could not pay it, so somebody paid it another way, and noted how.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in REFUND_STATES)})", name="state_known"),
        CheckConstraint("amount_minor > 0 AND kept_minor >= 0", name="amounts_not_negative"),
        Index("ix_refund_due", "check_at"),
        Index("ix_refund_money", "event_id", "state", "paid_outside_at", "amount_minor", "payment_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    fact: Mapped[str] = mapped_column(String(120), unique=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"), index=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    reason: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(16))
    amount_minor: Mapped[int]
    kept_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    tickets: Mapped[list[Any]]
    stripe_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    failure: Mapped[str | None] = mapped_column(String(80))
    requested_by: Mapped[str] = mapped_column(String(80))
    requested_at: Mapped[datetime]
    check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None]
    paid_outside_at: Mapped[datetime | None]
    paid_outside_by: Mapped[str | None] = mapped_column(String(80))
    paid_outside_note: Mapped[str | None] = mapped_column(String(200))


class Dispute(Base):
    """A payment that its cardholder disputes, as Stripe has it; `id` is Stripe's. `blocked`: tickets revoked.

    `fee_minor` is what Stripe keeps for the work, whoever wins.
    """

    __tablename__ = "dispute"
    __table_args__ = (Index("ix_dispute_status", "status"),)

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"), index=True)
    status: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(60))
    amount_minor: Mapped[int]
    fee_minor: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3))
    evidence_due_by: Mapped[datetime | None]
    blocked: Mapped[bool]
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Payout(Base):
    """Money that left Stripe's balance for the account's bank, as Stripe has it; `id` is Stripe's.

    It belongs to the account, not to an event: it may hold money of several events and of other business.
    """

    __tablename__ = "payout"
    __table_args__ = (Index("ix_payout_created", "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    status: Mapped[str] = mapped_column(String(40))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    automatic: Mapped[bool]
    created_at: Mapped[datetime]
    arrives_on: Mapped[date]
    failure: Mapped[str | None] = mapped_column(String(80))
    reversed_by: Mapped[str | None] = mapped_column(String(120))
    updated_at: Mapped[datetime]


class StripeEvent(Base):
    """A webhook delivery, kept once by Stripe's id and worked on until it is handled."""

    __tablename__ = "stripe_event"
    __table_args__ = (Index("ix_stripe_event_due", "handled_at", "due_at"),)

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    type: Mapped[str] = mapped_column(String(80))
    object_id: Mapped[str] = mapped_column(String(120), index=True)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    handled_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")


class Reconciliation(Base):
    """One comparison. `scope` is `events` (since the last one) or `full`; `upto` is where the next begins.

    `checked` counts what was compared, `differences` holds one object for each that is left, by code and detail.
    """

    __tablename__ = "reconciliation"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime]
    upto: Mapped[datetime]
    matches: Mapped[bool]
    checked: Mapped[dict[str, Any]]
    differences: Mapped[list[Any]]
