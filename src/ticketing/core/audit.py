"""The audit log: who did what to what, and when. Rows are added in the action's own transaction, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from ticketing.core.db import Base


class AuditEntry(Base):
    """One thing that somebody did. `actor` is `person:<id>`, `device:<id>`, `cli` or `system`."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    facts: Mapped[dict[str, Any]]


def record(session: Session, now: datetime, actor: str, action: str, subject: str, **facts: object) -> None:
    """Add an entry; personal data stays out of `facts`."""
    session.add(AuditEntry(at=now, actor=actor, action=action, subject=subject, facts=facts))
