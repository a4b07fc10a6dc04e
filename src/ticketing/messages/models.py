"""The table of messages to attendees."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base
from ticketing.messages.states import MESSAGE_STATES


class Message(Base):
    """A text for the attendees of an event, in Japanese, English or both; `subject` and `body` are by language.

    `audience` says to whom it goes (see `audience.py`). It counts up `version` with each change, so that what is sent
    is what somebody has looked at. `sent_at` is when sending began, `ended_at` when the last letter was queued.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in MESSAGE_STATES)})", name="state_known"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    subject: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    audience: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    sent_by: Mapped[str | None] = mapped_column(String(80))
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
