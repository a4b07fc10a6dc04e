"""The tables of what is being written: drafts stand beside the events, so nothing that reads events can meet one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base


class EventDraft(Base):
    """An event being written: a new one (`event_id` is None), or the changes to one that exists, at most one each.

    `version` rises with every change. `base` is the event as it was when the draft took it up, as `file_plain.plain`
    writes it; `shifted_seconds` is as of `Event`.
    """

    __tablename__ = "event_draft"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), unique=True)
    version: Mapped[int]
    base: Mapped[dict[str, Any] | None]
    shifted_seconds: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class EventDraftVersion(Base):
    """A draft as it was at one of its versions: whoever saves a page that is older is told what was different then."""

    __tablename__ = "event_draft_version"

    draft_id: Mapped[str] = mapped_column(ForeignKey("event_draft.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]]
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
