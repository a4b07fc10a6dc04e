"""How many places are left: one statement for a whole event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog, TierInfo, cached, known
from ticketing.events.models import Event
from ticketing.inventory.models import Stock

COLUMNS: tuple[Any, ...] = (
    Stock.id,
    Stock.program_id,
    Stock.tier_id,
    Stock.capacity,
    Stock.sold,
    Stock.held,
    Stock.waiting,
)


class Level(NamedTuple):
    """One counter. `waiting` people want places of it and come before everybody else."""

    stock_id: int
    capacity: int
    sold: int
    held: int
    waiting: int = 0

    @property
    def free(self) -> int:
        """Places that nobody has or is paying for."""
        return self.capacity - self.sold - self.held

    @property
    def left(self) -> int:
        """Places that anybody can buy now: the free ones that nobody waits for."""
        return max(0, self.free - self.waiting)


class Levels(NamedTuple):
    """All counters of one event, by program id and by tier id."""

    programs: dict[int, Level]
    tiers: dict[int, Level]

    def left(self, catalog: Catalog, tier: TierInfo) -> int:
        """How many of this tier can be bought now: the least of its programs and its own stock."""
        return min(level.left for level in self.of(catalog, tier))

    def free(self, catalog: Catalog, tier: TierInfo) -> int:
        """How many of this tier are free, were it not for the people who wait."""
        return max(0, min(level.free for level in self.of(catalog, tier)))

    def of(self, catalog: Catalog, tier: TierInfo) -> list[Level]:
        """The counters that a ticket of this tier takes a place from."""
        return [*(self.programs[program.id] for program in catalog.programs_of(tier)), self.tiers[tier.id]]


OF_EVENT = select(*COLUMNS).where(Stock.event_id == bindparam("event_id"))
OF_SLUG = (
    select(Event.id, Event.revision, *COLUMNS)
    .join(Event, Event.id == Stock.event_id)
    .where(Event.slug == bindparam("slug"))
)


def read(session: Session | Connection, event_id: int) -> Levels:
    """The counters as they stand."""
    connection = session.connection() if isinstance(session, Session) else session
    return _levels(connection.execute(OF_EVENT, {"event_id": event_id}))


def read_with_event(connection: Connection, slug: str) -> tuple[Catalog, Levels]:
    """An event and its counters in one statement; raises Refused("not_found")."""
    rows = connection.execute(OF_SLUG, {"slug": slug}).all()
    if not rows:
        raise Refused("not_found", 404)
    event_id, revision = rows[0][:2]
    catalog = known(event_id, revision) or cached(Session(connection), event_id, revision)
    return catalog, _levels(row[2:] for row in rows)


def _levels(rows: Iterable[Any]) -> Levels:
    programs: dict[int, Level] = {}
    tiers: dict[int, Level] = {}
    for stock_id, program_id, tier_id, *counts in rows:
        if program_id is not None:
            programs[program_id] = Level(stock_id, *counts)
        else:
            tiers[tier_id] = Level(stock_id, *counts)
    return Levels(programs, tiers)
