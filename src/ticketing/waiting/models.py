"""The table of the waiting list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base, partial_index
from ticketing.waiting.states import ENTRY_STATES

_OPEN = "state IN ('waiting', 'offered')"


class WaitingEntry(Base):
    """Somebody who wants `quantity` places of a tier, the first to join first. `together`: all at once or none.

    While it waits, `quantity` is counted as wanted in each of the counters `stocks`. An offer keeps `offered` places in
    the hold `hold_id` until `offered_until`.
    """

    __tablename__ = "waiting_entry"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in ENTRY_STATES)})", name="state_known"),
        Index("ix_waiting_entry_state", "state", "event_id", "tier_id"),
        # One address stands once in each line; it may join again when its turn is over.
        partial_index(
            "uq_waiting_entry_open", "tier_id", "email", where="state IN ('waiting', 'offered')", unique=True
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    tier_id: Mapped[int] = mapped_column(ForeignKey("tier.id"))
    quantity: Mapped[int]
    together: Mapped[bool]
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(10))
    stocks: Mapped[list[Any]]
    joined_at: Mapped[datetime]
    offered: Mapped[int | None]
    hold_id: Mapped[str | None] = mapped_column(ForeignKey("hold.id"), unique=True)
    offered_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
