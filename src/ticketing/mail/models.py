"""The outbox: a letter is a row from the moment its fact is true."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base, partial_index


class Letter(Base):
    """A letter to one address about one fact. `fact` is unique: one fact, one letter.

    `kind` names the composer that writes it when it is sent; `subject_id` is the row that the composer reads. Letters
    with one `group_id` were queued together, whoever they go to. No text, no ticket code and no link is kept here.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'dropped')", name="state_known"),
        Index("ix_letter_due", "state", "due_at"),
        partial_index("ix_letter_group", "group_id", "state", where="group_id IS NOT NULL"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    fact: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(36), index=True)
    group_id: Mapped[str | None] = mapped_column(String(36))
    facts: Mapped[dict[str, Any]]
    to_address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(300), default="")
