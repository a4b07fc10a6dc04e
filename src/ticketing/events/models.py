"""The tables of what people attend. Texts are `{"ja": …, "en": …}`; times are instants; prices are minor units."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ticketing.core.db import Base

Texts = dict[str, Any]


class Venue(Base):
    """A house with rooms. `name_key` is its English name: two events at one venue share its rooms."""

    __tablename__ = "venue"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    address: Mapped[Texts]
    access: Mapped[Texts]
    map_url: Mapped[str] = mapped_column(String(500), default="")


class Room(Base):
    """A hall with a legal head-count."""

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("venue_id", "code"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[Texts]
    capacity: Mapped[int]


class Event(Base):
    """What people attend. `revision` rises with every change: caches are keyed by it.

    `page` holds what only the event page shows (themes, speakers, premieres, organizers, supporters); `policy` and
    `seller` are the sections of the event file with those names. `shifted_seconds` is not 0 for a rehearsal copy.
    `canceled_at` is when the organizer called the event off. `told` is when and where it is as ticket holders were
    told, `reminded_for` the day of the event for which the reminders were queued.
    """

    __tablename__ = "event"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[Texts]
    summary: Mapped[Texts]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    places_warning: Mapped[int] = mapped_column(default=20)
    page: Mapped[dict[str, Any]]
    policy: Mapped[dict[str, Any]]
    seller: Mapped[dict[str, Any]]
    shifted_seconds: Mapped[int] = mapped_column(default=0)
    canceled_at: Mapped[datetime | None]
    told: Mapped[dict[str, Any] | None]
    reminded_for: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    venue: Mapped[Venue] = relationship()
    gates: Mapped[list[Gate]] = relationship(order_by="Gate.position", back_populates="event")
    programs: Mapped[list[Program]] = relationship(order_by="Program.starts_at", back_populates="event")
    tiers: Mapped[list[Tier]] = relationship(order_by="Tier.position", back_populates="event")


class Gate(Base):
    """A physical way in or out of a room."""

    __tablename__ = "gate"
    __table_args__ = (UniqueConstraint("event_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[Texts]
    position: Mapped[int]

    event: Mapped[Event] = relationship(back_populates="gates")
    room: Mapped[Room] = relationship()


class Program(Base):
    """A part of the day in one room, with its own number of places."""

    __tablename__ = "program"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("places >= 0", name="places_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[Texts]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    doors_open_at: Mapped[datetime]
    last_entry_at: Mapped[datetime | None]
    places: Mapped[int]
    sample: Mapped[bool] = mapped_column(default=False)

    event: Mapped[Event] = relationship(back_populates="programs")
    room: Mapped[Room] = relationship()


class Tier(Base):
    """A sold kind of ticket. `price_minor` includes the tax of `tax_percent`. `door_sale_ends_at`: until then the till
    sells it, even where its sale online is over."""

    __tablename__ = "tier"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        CheckConstraint("max_per_order > 0", name="max_per_order_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[Texts]
    price_minor: Mapped[int]
    tax_percent: Mapped[int]
    reentry: Mapped[bool]
    quota: Mapped[int | None]
    sale_starts_at: Mapped[datetime]
    sale_ends_at: Mapped[datetime]
    door_sale_ends_at: Mapped[datetime | None]
    max_per_order: Mapped[int]
    position: Mapped[int]

    event: Mapped[Event] = relationship(back_populates="tiers")
    admits: Mapped[list[Program]] = relationship(secondary="tier_program", order_by="Program.starts_at")


class TierProgram(Base):
    """Which programs a tier admits to."""

    __tablename__ = "tier_program"

    tier_id: Mapped[int] = mapped_column(ForeignKey("tier.id", ondelete="CASCADE"), primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id", ondelete="CASCADE"), primary_key=True)
