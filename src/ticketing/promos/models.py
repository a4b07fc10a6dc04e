"""The tables of promo codes. A counter never passes its limit: the UPDATE asks, and the CHECK stands behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base, partial_index


class PromoCode(Base):
    """A word that takes `percent`, or `amount_minor`, off the price of each ticket of these tiers; none means all.

    These never change: who was shown a price gets it. `used` counts tickets, those of orders that can still be paid
    too; `max_uses` is how many there may be, empty for any number. From `starts_at` on, and before `ends_at`, it can be
    used. A code is withdrawn, never deleted; then its word may be given again.
    """

    __tablename__ = "promo_code"
    __table_args__ = (
        CheckConstraint("(percent IS NULL) <> (amount_minor IS NULL)", name="one_kind"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent_sensible"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("max_per_order > 0", name="max_per_order_positive"),
        CheckConstraint("used <= max_uses", name="within_limit"),
        CheckConstraint("used >= 0", name="used_not_negative"),
        partial_index("uq_promo_code_word", "event_id", "word", where="withdrawn_at IS NULL", unique=True),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    word: Mapped[str] = mapped_column(String(40))
    percent: Mapped[int | None]
    amount_minor: Mapped[int | None]
    tiers: Mapped[list[Any]]
    max_uses: Mapped[int | None]
    max_per_order: Mapped[int | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    note: Mapped[str]
    used: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))


class PromoUse(Base):
    """An order that a code made cheaper: so many of its tickets count as uses, until `returned_at`.

    They come back when the order ends unpaid, and only then: what was sold at this price stays used, refunded or not.
    """

    __tablename__ = "promo_use"
    __table_args__ = (CheckConstraint("count > 0", name="count_positive"),)

    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), primary_key=True)
    promo_code_id: Mapped[str] = mapped_column(ForeignKey("promo_code.id"), index=True)
    count: Mapped[int]
    returned_at: Mapped[datetime | None]
