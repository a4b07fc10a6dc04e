"""Heartbeats: a worker says that it lives, and readiness asks how long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ticketing.core.db import Base

FRESH = timedelta(seconds=30)


class Heartbeat(Base):
    """The last sign of life of a kind of process."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


def beat(session: Session, name: str, now: datetime) -> None:
    """Say that this kind of process lives."""
    session.merge(Heartbeat(name=name, at=now))


def is_fresh(session: Session, name: str, now: datetime) -> bool:
    """Whether this kind of process said so lately."""
    at = session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))
    return at is not None and now - at < FRESH
