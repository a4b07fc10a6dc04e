"""The tables of orders: who buys how many of which tier, for how much, and how far that has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ticketing.core.db import Base, partial_index
from ticketing.orders.states import ORDER_STATES


class Order(Base):
    """One purchase. `attendees` maps a ticket's number to a name, `readings` to how that is read, in
    hiragana as `buyer_kana`; `form_key` makes a form count once. `buyer_email` is empty where none was given at a till.

    `ended_at` is empty as long as the order has, or may still get, a valid ticket. `search_key`: see `search_key.py`.
    Since `erased_at` nothing here says who the buyer was.
    The buyer's link has the issue `link_issue`; a later one ends the former.
    """

    __tablename__ = "order"
    __table_args__ = (
        CheckConstraint("total_minor >= 0 AND tax_minor >= 0", name="amounts_not_negative"),
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in ORDER_STATES)})", name="state_known"),
        Index("ix_order_event_state", "event_id", "state"),
        Index("ix_order_buyer_email", "event_id", "buyer_email"),
        Index("ix_order_newest", "event_id", "created_at", "id"),
        partial_index("ix_order_paid", "event_id", "paid_at", "id", where="paid_at IS NOT NULL"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    hold_id: Mapped[str] = mapped_column(ForeignKey("hold.id"), unique=True)
    state: Mapped[str] = mapped_column(String(24))
    buyer_name: Mapped[str] = mapped_column(String(100))
    buyer_email: Mapped[str] = mapped_column(String(254))
    buyer_kana: Mapped[str] = mapped_column(String(100), default="", server_default="")
    language: Mapped[str] = mapped_column(String(5))
    attendees: Mapped[dict[str, Any]]
    readings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    total_minor: Mapped[int]
    tax_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    search_key: Mapped[str] = mapped_column(Text, default="", server_default="")
    link_issue: Mapped[int] = mapped_column(default=1, server_default="1")

    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.position", lazy="raise")


class OrderLine(Base):
    """So many of one tier at this price each; what the buyer agreed to, whatever the tier costs later.

    `off_minor` is what a promo code took off the price of each: `unit_minor` is without it.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_minor >= 0", name="unit_not_negative"),
        CheckConstraint("off_minor >= 0", name="off_not_negative"),
        Index("ix_order_line_tier", "tier_id", "order_id"),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    tier_id: Mapped[int] = mapped_column(ForeignKey("tier.id"))
    quantity: Mapped[int]
    unit_minor: Mapped[int]
    off_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    tax_percent: Mapped[int]


class TicketChange(Base):
    """What whoever had a ticket changed about it: the name on it, or who has it. Rows are only added.

    `issue` is the ticket's afterwards. A `transfer` gives the ticket to the person of `name`, `email` and `language`,
    for as long as the ticket has this issue; a `return` gives it back to the buyer. A `reissue` leaves it with whoever
    has it, under a new code: `email` is empty where that is the buyer. `by` is who did it.
    """

    __tablename__ = "ticket_change"
    __table_args__ = (CheckConstraint("kind IN ('name', 'transfer', 'return', 'reissue')", name="kind_known"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    issue: Mapped[int]
    name_before: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class AddressChange(Base):
    """A wish to send an order's letters elsewhere. Nothing changes before the new address has confirmed it.

    The secrets of the links that confirm and stop it are derived from a server key, never stored.
    """

    __tablename__ = "address_change"
    __table_args__ = (CheckConstraint("state IN ('asked', 'confirmed', 'stopped', 'undone')", name="state_known"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    address_before: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


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
