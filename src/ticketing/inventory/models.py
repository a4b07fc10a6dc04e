"""The tables of places. A counter never passes its capacity: the UPDATE asks, and the CHECK stands behind it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base


class Stock(Base):
    """Places of one program, or of one tier: its quota, or without one the fewest places of its programs.

    A tier's stock also counts what is sold and held of it, so that figures need no sum over orders. `waiting` is how
    many places people on the waiting list want of it: nobody else gets what becomes free for them.
    """

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("sold >= 0 AND held >= 0", name="counts_not_negative"),
        CheckConstraint("sold + held <= capacity", name="within_capacity"),
        CheckConstraint("waiting >= 0", name="waiting_not_negative"),
        CheckConstraint("(program_id IS NULL) <> (tier_id IS NULL)", name="one_owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id", ondelete="CASCADE"), unique=True)
    tier_id: Mapped[int | None] = mapped_column(ForeignKey("tier.id", ondelete="CASCADE"), unique=True)
    capacity: Mapped[int]
    sold: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0, server_default="0")


class Hold(Base):
    """Places kept for one buyer. `held` until paid (`sold`) or given back (`released`); sold places come back too."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("state IN ('held', 'sold', 'released')", name="state_known"),
        Index("ix_hold_due", "state", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    state: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]


class HoldLine(Base):
    """What a hold has from one stock for one tier: just this goes back, whatever the event's file says by then.

    Places of single tickets that went back are taken off `quantity`; the row goes with the last one. `source_id` names
    the hold that the places came from: one that is kept for an offer gets them back when they are not bought after all.
    """

    __tablename__ = "hold_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    hold_id: Mapped[str] = mapped_column(ForeignKey("hold.id"), primary_key=True)
    tier_id: Mapped[int] = mapped_column(ForeignKey("tier.id"), primary_key=True)
    stock_id: Mapped[int] = mapped_column(ForeignKey("stock.id"), primary_key=True)
    quantity: Mapped[int]
    source_id: Mapped[str | None] = mapped_column(ForeignKey("hold.id"), index=True)


class Allotment(Base):
    """Places of one tier that are set aside for guests: a hold that no buyer has, under a name of its own.

    `count` is of how many it is, given ones among them; how many it keeps now, its hold says. It ends by hand, or when
    its hold expires: at the moment that was named.
    """

    __tablename__ = "allotment"
    __table_args__ = (CheckConstraint("count > 0", name="count_positive"),)

    hold_id: Mapped[str] = mapped_column(ForeignKey("hold.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    tier_id: Mapped[int] = mapped_column(ForeignKey("tier.id"))
    name: Mapped[str] = mapped_column(String(60))
    count: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None] = mapped_column(String(80))
