"""The tables of what the organizer writes to an order: notes, and what was corrected. Rows are only added.

They hold what people wrote and what stood there before, which the audit log may not: see `core.audit`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base


class OrderNote(Base):
    """What somebody in the office wants others there to know about an order. Its buyer never sees it.

    `id` is the key of the form that it was sent with, so that it stands there once.
    """

    __tablename__ = "order_note"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class OrderCorrection(Base):
    """One thing that was corrected: the buyer's `name`, how it is read (`kana`), the `email`, or the name of an
    `attendee` whose ticket, with this number, is not issued yet. Names on tickets have their own changes."""

    __tablename__ = "order_correction"
    __table_args__ = (CheckConstraint("what IN ('name', 'kana', 'email', 'attendee')", name="what_known"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    what: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    before: Mapped[str] = mapped_column(String(254))
    after: Mapped[str] = mapped_column(String(254))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
