"""The tables of staff: people, what they may do, their sessions, and the tablets at the gates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base

# Tables of rooms above are named by their table here: a foreign key needs no import.


class Person(Base):
    """Somebody who works for the organizer. `email` is kept in lower case."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Grant(Base):
    """One role of one person, for one event or (without one) for all."""

    __tablename__ = "grant"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id"),
        CheckConstraint("role IN ('owner', 'manager', 'boxoffice', 'door', 'viewer')", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    role: Mapped[str] = mapped_column(String(20))


class StaffSession(Base):
    """A sign-in on one browser: the cookie holds a random token, this row its hash, so it can be ended here."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PairingCode(Base):
    """A code that pairs one tablet with one gate, once and for 15 minutes. Only its hash is stored."""

    __tablename__ = "pairing_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Device(Base):
    """A tablet at a gate. A wiped tablet is a new device; `epoch` numbers the lives of its scan queue."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    epoch: Mapped[int] = mapped_column(default=1)
    paired_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
