"""The tables of figures: sums of what can change no more, and visits by source without anything about the visitor."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.core.db import Base


class Tally(Base):
    """How many facts of a kind fell into an hour that is over (UTC); `key` tells them apart, as the kind says."""

    __tablename__ = "tally"
    __table_args__ = (CheckConstraint("count > 0", name="count_positive"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int]


class TallyMark(Base):
    """Up to when the facts of an event are summed up: its tallies hold every hour before that, and none after it."""

    __tablename__ = "tally_mark"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    sealed_until: Mapped[datetime]


class Visit(Base):
    """How often the event page was opened on a day (the event's own) from a source: a host, a campaign, or directly.

    Nothing of the visitor is kept: no address, no cookie, no time of day.
    """

    __tablename__ = "visit"
    __table_args__ = (CheckConstraint("count > 0", name="count_positive"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
