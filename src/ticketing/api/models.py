"""The tables of programs: answers that count once, and what programs are told without asking."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base


class ApiAnswer(Base):
    """What a token was answered under an idempotency key. `fingerprint` is the hash of the call: path and body."""

    __tablename__ = "api_answer"
    __table_args__ = (Index("ix_api_answer_at", "at"),)

    token_id: Mapped[str] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class Hook(Base):
    """A program's address that is told what happens at one event; `types` are the kinds of facts that it wants.

    Its secret is derived from a server key, its id and `secret_no`, never stored; for a while after `renewed_at` the
    one before counts too. What happened from `since` on is told; `seen_until` is how far we have looked.
    `failing_since` is the first failure after the last success; nothing is sent before `rest_until`.

    While it is off, `off_reason` says why: `by_hand`, `failing`, `gone` (it said so itself), `maker` (`person_id`, who
    answers for it, may have no programs here any more).
    """

    __tablename__ = "hook"
    __table_args__ = (
        CheckConstraint("state IN ('on', 'off', 'removed')", name="state_known"),
        CheckConstraint("off_reason IN ('', 'by_hand', 'failing', 'gone', 'maker')", name="off_reason_known"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(500))
    types: Mapped[list[Any]]
    secret_no: Mapped[int] = mapped_column(default=1)
    renewed_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10))
    off_reason: Mapped[str] = mapped_column(String(10), default="")
    made_at: Mapped[datetime]
    since: Mapped[datetime]
    seen_until: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    rest_until: Mapped[datetime | None]


class Delivery(Base):
    """One fact told to one hook, under one id however often it is sent. `subject_id` is the row that it is about.

    `body` is what is sent, the same each time, without names and addresses. `last_status` and `last_answer` are what
    came back last, `last_error` a code where that was no success.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("hook_id", "type", "subject_id"),
        CheckConstraint("state IN ('queued', 'sending', 'delivered', 'failed')", name="state_known"),
        Index("ix_delivery_due", "state", "due_at"),
        Index("ix_delivery_newest", "hook_id", "queued_at", "id"),
        Index("ix_delivery_queued", "queued_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    hook_id: Mapped[str] = mapped_column(ForeignKey("hook.id"))
    type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(36))
    happened_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(20), default="")
    last_answer: Mapped[str] = mapped_column(String(500), default="")
