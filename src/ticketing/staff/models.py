"""The tables of staff: people, what they may do, their sign-ins, and the tablets at the gates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base, partial_index

# Tables of rooms above are named by their table here: a foreign key needs no import.


class Person(Base):
    """Somebody who works for the organizer. `email` is kept in lower case, `language` is that of their letters.

    Who has left is disabled, not deleted: the audit log refers to them.
    """

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(String(5), default="ja", server_default="ja")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Grant(Base):
    """One role of one person, for one event or (without one) for all."""

    __tablename__ = "grant"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id"),
        # To both databases no NULL is like another: without this a person could have two roles for all events.
        partial_index("uq_grant_person_id_everywhere", "person_id", where="event_id IS NULL", unique=True),
        CheckConstraint("role IN ('owner', 'manager', 'boxoffice', 'door', 'viewer')", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    role: Mapped[str] = mapped_column(String(20))


class StaffSession(Base):
    """A sign-in on one browser: the cookie holds a random token, this row its hash, so it can be ended here.

    `browser` (in words, such as "Firefox, Windows") and `address` are for its owner to know it again. While it
    `waits`, the password was right and the second factor has yet to come: until then it opens nothing.
    """

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    browser: Mapped[str] = mapped_column(String(80), default="", server_default="")
    address: Mapped[str] = mapped_column(String(60), default="", server_default="")
    waits: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Totp(Base):
    """The second factor of one person: an app that shows codes (RFC 6238). Its secret is derived from a server key and
    `seed`, never stored; no code of `last_step` or before is taken. It counts once `confirmed_at` is set."""

    __tablename__ = "totp"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    seed: Mapped[str] = mapped_column(String(36))
    last_step: Mapped[int]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in for the second factor, once. Only its hash is stored."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key pair of which a browser, a phone or a security key holds the private half. `credential_id` and `public_key`
    (COSE) are base64url; `last_challenge` is the moment, in milliseconds, of the last challenge that it answered: none
    of that moment or before is taken."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(String(2000))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    last_challenge: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StrictRole(Base):
    """A role that nobody may use without a second factor: the owner's wish for this house."""

    __tablename__ = "strict_role"

    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    since: Mapped[datetime]


class Invitation(Base):
    """A letter that lets one address take a role, once and until it runs out. The secret of its link is derived from a
    server key, never stored; `language` is that of the letter."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'taken', 'ended')", name="state_known"),
        CheckConstraint("role IN ('owner', 'manager', 'boxoffice', 'door', 'viewer')", name="role_known"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    role: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(80))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


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


class ApiToken(Base):
    """A program's right to ask, in the name of `person_id`; `event_id` is empty where it reaches all their events.

    Only the hash of the token is kept; `tail` is its end, by which people tell tokens apart. `used_at` is right to
    the minute.
    """

    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    name: Mapped[str] = mapped_column(String(60))
    scopes: Mapped[list[Any]]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    tail: Mapped[str] = mapped_column(String(4))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
