"""The tables of orders: who buys how many of which tier, for how much, and how far that has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ticketing.core.db import Base
from ticketing.orders.states import ORDER_STATES


class Order(Base):
    """One purchase. `attendees` maps a ticket's number to a name; `form_key` makes a form count once.

    `ended_at` is empty as long as the order has, or may still get, a valid ticket.
    """

    __tablename__ = "order"
    __table_args__ = (
        CheckConstraint("total_minor >= 0 AND tax_minor >= 0", name="amounts_not_negative"),
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in ORDER_STATES)})", name="state_known"),
        Index("ix_order_event_state", "event_id", "state"),
        Index("ix_order_buyer_email", "event_id", "buyer_email"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    hold_id: Mapped[str] = mapped_column(ForeignKey("hold.id"), unique=True)
    state: Mapped[str] = mapped_column(String(24))
    buyer_name: Mapped[str] = mapped_column(String(100))
    buyer_email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5))
    attendees: Mapped[dict[str, Any]]
    total_minor: Mapped[int]
    tax_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.position", lazy="raise")


class OrderLine(Base):
    """So many of one tier at this price each; what the buyer agreed to, whatever the tier costs later."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_minor >= 0", name="unit_not_negative"),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    tier_id: Mapped[int] = mapped_column(ForeignKey("tier.id"))
    quantity: Mapped[int]
    unit_minor: Mapped[int]
    tax_percent: Mapped[int]


class Receipt(Base):
    """A receipt (or, with `refund_id`, a return invoice) that was issued. `number` counts up within an event, from 1.

    What it says of money is kept, because it was handed out: `amount_minor` with tax, `tax_minor` of it. The addressee
    is entered once; a repeat shows the same again, marked as reissued.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("amount_minor >= 0 AND tax_minor >= 0 AND printed >= 0", name="amounts_not_negative"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int]
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    fact: Mapped[str] = mapped_column(String(120), unique=True)
    refund_id: Mapped[str | None] = mapped_column(String(36))
    addressee: Mapped[str] = mapped_column(String(100))
    amount_minor: Mapped[int]
    tax_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    issued_at: Mapped[datetime]
    printed: Mapped[int]
