"""The tables of the door: every scan, who is inside, and how many."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base


class Scan(Base):
    """One scan, never changed. Refused ones and unknown codes are kept too. `id` is made on the tablet.

    `scanned_at` is the tablet's time at the door, `received_at` ours. `code_hash` is the first 16 bytes of the code's
    SHA-256 in hex, or empty where the scanned text was no ticket code at all.
    """

    __tablename__ = "scan"
    __table_args__ = (
        CheckConstraint("kind IN ('entry', 'exit')", name="kind_known"),
        CheckConstraint("decision IN ('admit', 'refuse')", name="decision_known"),
        CheckConstraint("mode IN ('online', 'offline')", name="mode_known"),
        Index("ix_scan_event_received", "event_id", "received_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(5))
    decision: Mapped[str] = mapped_column(String(6))
    reason: Mapped[str | None] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(7))
    scanned_at: Mapped[datetime]
    received_at: Mapped[datetime]


class Presence(Base):
    """Where a ticket stands: inside or not, since when and through which gate. A summary of its scans."""

    __tablename__ = "presence"
    __table_args__ = (
        Index("ix_presence_inside", "room_id", sqlite_where=text("inside"), postgresql_where=text("inside")),
    )

    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    inside: Mapped[bool]
    entries: Mapped[int]
    first_scan_id: Mapped[str] = mapped_column(String(36))
    first_at: Mapped[datetime]
    first_gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    first_device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    last_at: Mapped[datetime]
    last_gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    last_device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))


class Occupancy(Base):
    """How many people a room holds now: by scans (`inside`) and by taps (`untracked`).

    `untracked` falls below zero when ticket holders leave without a scan and are tapped out.
    """

    __tablename__ = "occupancy"
    __table_args__ = (CheckConstraint("inside >= 0 AND inside + untracked >= 0", name="counts_not_negative"),)

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), primary_key=True)
    inside: Mapped[int] = mapped_column(default=0)
    untracked: Mapped[int] = mapped_column(default=0)


class Count(Base):
    """One tap for somebody without a code: `delta` is 1 or -1. Never changed."""

    __tablename__ = "count"
    __table_args__ = (
        CheckConstraint("delta IN (1, -1)", name="delta_is_one"),
        CheckConstraint("what IN ('staff', 'guest', 'left')", name="what_known"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    delta: Mapped[int]
    what: Mapped[str] = mapped_column(String(5))
    decision: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime]
