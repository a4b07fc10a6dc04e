"""The catalog: everything about one event that does not change with sales, frozen, cached by its revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ticketing.core.errors import Refused
from ticketing.core.money import Money
from ticketing.events.models import Event, Gate, Program, Tier
from ticketing.events.places import GateInfo, RoomInfo, Texts, VenueInfo

CACHE_SIZE = 64
OF_SLUG = select(Event.id, Event.revision).where(Event.slug == bindparam("slug"))


@dataclass(frozen=True)
class ProgramInfo:
    """A part of the day."""

    id: int
    code: str
    title: Texts
    room: RoomInfo
    starts_at: datetime
    ends_at: datetime
    doors_open_at: datetime
    last_entry_at: datetime | None
    places: int
    sample: bool


@dataclass(frozen=True)
class TierInfo:
    """A sold kind of ticket. `sign` is its place in the row of tier signs, 0 for the full disc."""

    id: int
    code: str
    name: Texts
    price: Money
    tax_percent: int
    admits: tuple[str, ...]
    reentry: bool
    quota: int | None
    sale_starts_at: datetime
    sale_ends_at: datetime
    max_per_order: int
    sign: int
    door_sale_ends_at: datetime | None = None

    def sale_state(self, now: datetime) -> str:
        """`upcoming`, `open` or `over`."""
        if now < self.sale_starts_at:
            return "upcoming"
        return "open" if now < self.sale_ends_at else "over"

    def is_sold_at_door(self, now: datetime) -> bool:
        """Whether the till sells it: while it is on sale online, and until `door_sale_ends_at` where that is later."""
        ends = max(self.sale_ends_at, self.door_sale_ends_at or self.sale_ends_at)
        return self.sale_starts_at <= now < ends


@dataclass(frozen=True)
class Catalog:
    """One event, as the shop, the tickets and the door read it."""

    id: int
    slug: str
    revision: int
    title: Texts
    summary: Texts
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    currency: str
    venue: VenueInfo
    places_warning: int
    page: Mapping[str, Any]
    policy: Mapping[str, Any]
    seller: Mapping[str, Any]
    shifted: timedelta
    canceled_at: datetime | None
    gates: tuple[GateInfo, ...]
    programs: tuple[ProgramInfo, ...]
    tiers: tuple[TierInfo, ...]

    @property
    def rehearsal(self) -> bool:
        """Whether this is a copy with all times moved: every page says so."""
        return bool(self.shifted)

    @property
    def hold_minutes(self) -> int:
        """How long places are kept while somebody pays."""
        return int(self.policy.get("hold_minutes", 30))

    @property
    def attendee_names(self) -> str:
        """Whether a buyer is asked for the names on the tickets: `optional`, `required` or `off`."""
        return str(self.policy.get("attendee_names", "optional"))

    @property
    def offer_length(self) -> timedelta | None:
        """How long a place that became free is kept for one on the waiting list; None where there is no list."""
        rule = self.policy.get("waiting_list", {})
        return timedelta(minutes=int(rule.get("offer_minutes", 720))) if rule.get("enabled", True) else None

    def tier(self, code: str) -> TierInfo:
        """The tier with this code; raises Refused("unknown_tier")."""
        for tier in self.tiers:
            if tier.code == code:
                return tier
        raise Refused("unknown_tier")

    def tier_by_id(self, tier_id: int) -> TierInfo:
        """The tier with this id, which a row of ours points to."""
        return next(tier for tier in self.tiers if tier.id == tier_id)

    def programs_of(self, tier: TierInfo) -> tuple[ProgramInfo, ...]:
        """The programs that this tier admits to, in order of time."""
        return tuple(program for program in self.programs if program.code in tier.admits)


def load(session: Session, slug: str) -> Catalog:
    """The event with this slug: one statement when its revision is cached; raises Refused("not_found")."""
    row = session.connection().execute(OF_SLUG, {"slug": slug}).one_or_none()
    if row is None:
        raise Refused("not_found", 404)
    return cached(session, row.id, row.revision)


def load_by_id(session: Session, event_id: int) -> Catalog:
    """The event that a row of ours points to."""
    revision = session.scalars(select(Event.revision).where(Event.id == event_id)).one()
    return cached(session, event_id, revision)


def fresh(session: Session, event_id: int) -> Catalog:
    """The event as this transaction sees it, kept nowhere: a change that is rolled back must leave no trace, because
    the next change gets the same revision."""
    return _build(session, event_id)


def cached(session: Session, event_id: int, revision: int) -> Catalog:
    """The catalog of this very revision: no statement when this process has it already."""
    catalog = known(event_id, revision)
    if catalog is None:
        catalog = _build(session, event_id)
        cache = _cache()
        if len(cache) >= CACHE_SIZE:
            cache.clear()
        cache[event_id, catalog.revision] = catalog
    return catalog


def known(event_id: int, revision: int) -> Catalog | None:
    """The catalog of this very revision if this process has it already."""
    return _cache().get((event_id, revision))


def _cache() -> dict[tuple[int, int], Catalog]:
    cache: dict[tuple[int, int], Catalog] = current_app.extensions["ticketing.catalogs"]
    return cache


def slugs(session: Session) -> list[str]:
    """All events, the soonest first."""
    return list(session.scalars(select(Event.slug).order_by(Event.starts_at, Event.id)))


def _build(session: Session, event_id: int) -> Catalog:
    event = session.scalars(
        select(Event)
        .where(Event.id == event_id)
        .options(
            joinedload(Event.venue),
            selectinload(Event.gates).joinedload(Gate.room),
            selectinload(Event.programs).joinedload(Program.room),
            selectinload(Event.tiers).selectinload(Tier.admits),
        )
        .execution_options(populate_existing=True)
    ).one()
    rooms = {
        room.id: RoomInfo(room.id, room.code, room.name, room.capacity)
        for room in [gate.room for gate in event.gates] + [program.room for program in event.programs]
    }
    venue = event.venue
    return Catalog(
        id=event.id,
        slug=event.slug,
        revision=event.revision,
        title=event.title,
        summary=event.summary,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=ZoneInfo(event.timezone),
        currency=event.currency,
        venue=VenueInfo(venue.name, venue.address, venue.access, venue.map_url),
        places_warning=event.places_warning,
        page=event.page,
        policy=event.policy,
        seller=event.seller,
        shifted=timedelta(seconds=event.shifted_seconds),
        canceled_at=event.canceled_at,
        gates=tuple(GateInfo(gate.id, gate.code, gate.name, rooms[gate.room_id]) for gate in event.gates),
        programs=tuple(_program(program, rooms[program.room_id]) for program in event.programs),
        tiers=tuple(_tier(tier, event.currency, sign) for sign, tier in enumerate(event.tiers)),
    )


def _program(program: Program, room: RoomInfo) -> ProgramInfo:
    return ProgramInfo(
        id=program.id,
        code=program.code,
        title=program.title,
        room=room,
        starts_at=program.starts_at,
        ends_at=program.ends_at,
        doors_open_at=program.doors_open_at,
        last_entry_at=program.last_entry_at,
        places=program.places,
        sample=program.sample,
    )


def _tier(tier: Tier, currency: str, sign: int) -> TierInfo:
    return TierInfo(
        id=tier.id,
        code=tier.code,
        name=tier.name,
        price=Money(tier.price_minor, currency),
        tax_percent=tier.tax_percent,
        admits=tuple(program.code for program in tier.admits),
        reentry=tier.reentry,
        quota=tier.quota,
        sale_starts_at=tier.sale_starts_at,
        sale_ends_at=tier.sale_ends_at,
        max_per_order=tier.max_per_order,
        sign=sign,
        door_sale_ends_at=tier.door_sale_ends_at,
    )
