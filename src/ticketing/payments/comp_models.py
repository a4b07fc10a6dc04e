"""The table of complimentary orders: for whom, and who gave them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base

PURPOSES = ("guest", "press", "speaker", "partner", "team")


class Complimentary(Base):
    """An order that nobody pays: for whom (`purpose`), and from which list of guests (`batch_id`) it was made."""

    __tablename__ = "complimentary"
    __table_args__ = (
        CheckConstraint(f"purpose IN ({', '.join(repr(one) for one in PURPOSES)})", name="purpose_known"),
        Index("ix_complimentary_newest", "event_id", "given_at"),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    purpose: Mapped[str] = mapped_column(String(10))
    batch_id: Mapped[str] = mapped_column(String(36))
    given_by: Mapped[str] = mapped_column(String(80))
    given_at: Mapped[datetime]
