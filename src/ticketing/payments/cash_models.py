"""The tables of tills: who had which drawer from when to when, what was sold there, and what went back out of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base, partial_index


class CashShift(Base):
    """One person at one till, from a counted drawer to a counted drawer. A person has one open shift per event.

    `opened_with` and `counted` say how many there were of each note and coin, by its worth in minor units;
    `opened_minor` and `counted_minor` what that comes to. `cash_minor` is what should lie in the drawer: it moves with
    each sale, void, refund and change of the float as long as the shift is open, and stands still afterwards.
    """

    __tablename__ = "cash_shift"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="state_known"),
        CheckConstraint("opened_minor >= 0 AND counted_minor >= 0", name="amounts_not_negative"),
        partial_index("uq_cash_shift_open", "event_id", "person_id", where="state = 'open'", unique=True),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    till: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    currency: Mapped[str] = mapped_column(String(3))
    opened_with: Mapped[dict[str, Any]]
    opened_minor: Mapped[int]
    cash_minor: Mapped[int]
    counted: Mapped[dict[str, Any] | None]
    counted_minor: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))


class TillSale(Base):
    """An order that was sold at a till: in which shift, by whom, for `cash` or paid on the buyer's `phone`.

    `given_minor` is the cash that was handed over, where somebody typed it. A void gives the cash back out of the
    drawer that it went into.
    """

    __tablename__ = "till_sale"
    __table_args__ = (CheckConstraint("way IN ('cash', 'phone')", name="way_known"),)

    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), primary_key=True)
    shift_id: Mapped[str] = mapped_column(ForeignKey("cash_shift.id"), index=True)
    way: Mapped[str] = mapped_column(String(10))
    given_minor: Mapped[int | None]
    sold_at: Mapped[datetime]
    sold_by: Mapped[str] = mapped_column(String(80))
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[str | None] = mapped_column(String(80))


class CashBack(Base):
    """Money of a refund that was given out of the drawer of an open shift, to somebody who had paid cash in any."""

    __tablename__ = "cash_back"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_positive"),)

    refund_id: Mapped[str] = mapped_column(ForeignKey("refund.id"), primary_key=True)
    shift_id: Mapped[str] = mapped_column(ForeignKey("cash_shift.id"), index=True)
    amount_minor: Mapped[int]
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(80))


class FloatChange(Base):
    """Cash that no sale brought and no refund took: put into the drawer of an open shift (above zero), or taken out."""

    __tablename__ = "float_change"
    __table_args__ = (CheckConstraint("amount_minor <> 0", name="amount_moves"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    shift_id: Mapped[str] = mapped_column(ForeignKey("cash_shift.id"), index=True)
    amount_minor: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(80))
