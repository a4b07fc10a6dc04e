"""The audit log: who did what to what, when, and from where. Rows are added in the action's own transaction.

The database refuses to change or delete one (triggers, migration 0010), so nothing in it may be what people can ask to
be forgotten: it holds references. Names, addresses and browsers stand in the rows that it refers to, and go with them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from ticketing.core.db import Base


class AuditEntry(Base):
    """One thing that somebody did. `actor` is `person:<id>`, `device:<id>`, `buyer`, `cli` or `system`.

    `sign_in` is the sign-in that it was done with, for as long as that one is known: no foreign key, it may go.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    facts: Mapped[dict[str, Any]]
    sign_in: Mapped[int | None]


def record(session: Session, now: datetime, actor: str, action: str, subject: str, **facts: object) -> None:
    """Add an entry; personal data stays out of `facts`."""
    sign_in = g.get("sign_in_id") if has_request_context() else None
    session.add(AuditEntry(at=now, actor=actor, action=action, subject=subject, facts=facts, sign_in=sign_in))
