"""The tables of the door: every scan, who is inside, how many; and what the tablets hold that work offline.

The law, at every moment: people inside + places granted to tablets never exceed the room's limit by our doing. A
tablet turns a granted place (a permit) into a stay, and a stay that it holds back into a permit, without asking.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base, partial_index


class Scan(Base):
    """One scan, never changed. Refused ones and unknown codes are kept too. `id` is made on the tablet.

    `scanned_at` is the tablet's time at the door, `received_at` ours. `code_hash` is the first 16 bytes of the code's
    SHA-256 in hex, or empty where the scanned text was no ticket code at all.

    What was decided offline carries its place in the tablet's queue (`epoch`, `seq`), whether it spent a `permit`,
    which stay it `closes`, and the list it was judged by. `undoes` names the scan that it takes back; an override,
    who allowed it and why.
    """

    __tablename__ = "scan"
    __table_args__ = (
        CheckConstraint("kind IN ('entry', 'exit')", name="kind_known"),
        CheckConstraint("decision IN ('admit', 'refuse')", name="decision_known"),
        CheckConstraint("mode IN ('online', 'offline')", name="mode_known"),
        Index("ix_scan_event_received", "event_id", "received_at"),
        # The decision stands in it although all have the same: SQLite would look it up in each row of the table.
        partial_index("ix_scan_refused", "event_id", "decision", "received_at", "reason", where="decision = 'refuse'"),
        UniqueConstraint("device_id", "epoch", "seq"),
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
    epoch: Mapped[int | None]
    seq: Mapped[int | None]
    permit: Mapped[bool | None]
    closes: Mapped[str | None] = mapped_column(String(36))
    undoes: Mapped[str | None] = mapped_column(String(36))
    override_by: Mapped[str | None] = mapped_column(String(100))
    override_reason: Mapped[str | None] = mapped_column(String(200))
    list_version: Mapped[int | None] = mapped_column(BigInteger)
    clock_error_ms: Mapped[int | None]


class Stay(Base):
    """One person in a room by a scan, from the entry to the exit; `scan_id` is the entry that let them in.

    Only the holder may end a stay: the server, where `holder_id` is empty, or the tablet that let the person in while
    it was offline, until it lets go. `left_scan_id` is the exit; while the stay is open it waits for its holder's word.
    """

    __tablename__ = "stay"
    __table_args__ = (
        CheckConstraint(
            "closing IN ('exit', 'undone', 'emptied', 'settled')",
            name="closing_known",
        ),
        partial_index("ix_stay_open", "room_id", where="closed_at IS NULL"),
    )

    scan_id: Mapped[str] = mapped_column(ForeignKey("scan.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    holder_id: Mapped[str | None] = mapped_column(ForeignKey("device.id"))
    left_scan_id: Mapped[str | None] = mapped_column(String(36))
    closed_at: Mapped[datetime | None]
    closing: Mapped[str | None] = mapped_column(String(10))


class Presence(Base):
    """Where a ticket stands: inside or not, since when and through which gate. A summary of its scans and stays.

    `open_scan_id` is its one open stay, where the server holds it and nothing else is open on this ticket; without it
    an exit looks at the stays themselves. `changed_at` is when we learned of the last change: tablets ask by it.
    """

    __tablename__ = "presence"
    __table_args__ = (
        partial_index("ix_presence_inside", "room_id", where="inside"),
        Index("ix_presence_changed", "changed_at"),
        Index("ix_presence_came", "first_gate_id", "entries"),
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
    open_scan_id: Mapped[str | None] = mapped_column(String(36))
    changed_at: Mapped[datetime]


class Occupancy(Base):
    """How many people a room holds now: by scans (`inside`) and by taps (`untracked`).

    `inside` is the number of open stays. `reserved` is the number of places that tablets may fill on their own.

    `untracked` falls below zero when ticket holders leave without a scan and are tapped out.
    """

    __tablename__ = "occupancy"
    __table_args__ = (
        CheckConstraint("inside >= 0 AND inside + untracked >= 0 AND reserved >= 0", name="counts_not_negative"),
    )

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), primary_key=True)
    inside: Mapped[int] = mapped_column(default=0)
    untracked: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)


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


class Emptying(Base):
    """A room that was found empty: what the counters said then. Taps before it count no more."""

    __tablename__ = "emptying"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    inside: Mapped[int]
    untracked: Mapped[int]


class Station(Base):
    """What the door knows of a tablet: the places it may fill on its own, how far its queue has come, how it fares.

    `permits` is what it holds as far as we know; `granted` numbers the last grant, `acked_seq` the last scan without a
    hole before it. The rest is what the tablet last said of itself; `test` is its self-test.
    """

    __tablename__ = "station"
    __table_args__ = (CheckConstraint("permits >= 0", name="permits_not_negative"),)

    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    permits: Mapped[int] = mapped_column(default=0)
    granted: Mapped[int] = mapped_column(default=0)
    acked_seq: Mapped[int] = mapped_column(default=0)
    contact_at: Mapped[datetime]
    list_version: Mapped[int] = mapped_column(BigInteger, default=0)
    battery: Mapped[int | None]
    queued: Mapped[int | None]
    clock_offset_ms: Mapped[int | None]
    tested_at: Mapped[datetime | None]
    test: Mapped[dict[str, Any] | None]
    written_off_at: Mapped[datetime | None]


class PermitMove(Base):
    """Places that went to a tablet (`grant`) or came back (`return`), numbered on each way: each counts once."""

    __tablename__ = "permit_move"
    __table_args__ = (
        CheckConstraint("way IN ('grant', 'return')", name="way_known"),
        CheckConstraint("permits > 0", name="permits_positive"),
    )

    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"), primary_key=True)
    way: Mapped[str] = mapped_column(String(6), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    permits: Mapped[int]
    at: Mapped[datetime]


class Conflict(Base):
    """Something that only people can settle, found when scans made offline came in. One row for each fact."""

    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("scan_id", "kind"), Index("ix_conflict_event", "event_id", "closed_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("ticket.id"))
    scan_id: Mapped[str] = mapped_column(ForeignKey("scan.id"))
    kind: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(100))
    resolution: Mapped[str | None] = mapped_column(String(20))


class Supervisor(Base):
    """Somebody who may overrule the door with a PIN. Tablets check it without us: a slow hash of it goes there."""

    __tablename__ = "supervisor"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    salt: Mapped[str] = mapped_column(String(64))
    pin_hash: Mapped[str] = mapped_column(String(64))
    rounds: Mapped[int]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
