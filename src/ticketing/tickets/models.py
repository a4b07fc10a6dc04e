"""The tables of tickets. A ticket knows its event and tier; that it was paid shows in that it exists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base, partial_index


class Ticket(Base):
    """One person's right to enter. `order_code` and `number` are what stands on it: K7M2QFA-1.

    `code_hash` is the SHA-256 in hex of the code in force, which is derived from a server key, the ticket's id and
    `issue`; a reissue raises `issue`, and the former code is no longer found. Tablets ask for changes by `changed_at`.
    `kana` is how `attendee` is read, in hiragana, where somebody said so.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("order_code", "number"),
        CheckConstraint("state IN ('valid', 'revoked')", name="state_known"),
        Index("ix_ticket_changed", "event_id", "changed_at"),
        Index("ix_ticket_issued", "event_id", "issued_at", "tier_id"),
        # The state stands in it although all have the same: SQLite would otherwise look it up in each row of the table.
        # The id is there for who is looked up by it.
        partial_index(
            "ix_ticket_revoked", *("event_id", "state", "revoked_at", "tier_id", "id"), where="state = 'revoked'"
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    tier_id: Mapped[int] = mapped_column(ForeignKey("tier.id"))
    order_code: Mapped[str] = mapped_column(String(12))
    number: Mapped[int]
    attendee: Mapped[str] = mapped_column(String(100))
    kana: Mapped[str] = mapped_column(String(100), default="", server_default="")
    state: Mapped[str] = mapped_column(String(10))
    issue: Mapped[int] = mapped_column(default=1)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class FormerCode(Base):
    """A code that a reissue ended, by its hash: who still shows it is told so, and not that nobody knows it."""

    __tablename__ = "former_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"), index=True)
    ended_at: Mapped[datetime]
