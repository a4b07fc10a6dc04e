"""The tables of payments: our mirror of what Stripe holds, and the inbox of its webhooks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base


class Payment(Base):
    """One attempt to pay one order: one Checkout Session. `id` is part of its idempotency key.

    `check_at` is when Stripe is asked next what became of it; empty when nothing can change any more.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("order_id", "attempt"),
        CheckConstraint("state IN ('created', 'pending', 'confirmed', 'failed', 'canceled')", name="state_known"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        Index("ix_payment_due", "check_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"))
    attempt: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    session_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    payment_intent_id: Mapped[str | None] = mapped_column(String(120), index=True)
    url: Mapped[str | None] = mapped_column(String(2000))
    flag: Mapped[str | None] = mapped_column(String(40))
    session_expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]


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
