"""How many places are left: one statement for a whole event."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.events.catalog import Catalog, TierInfo
from ticketing.inventory.models import Stock

COLUMNS = (Stock.id, Stock.program_id, Stock.tier_id, Stock.capacity, Stock.sold, Stock.held)


@dataclass(frozen=True)
class Level:
    """One counter."""

    stock_id: int
    capacity: int
    sold: int
    held: int

    @property
    def left(self) -> int:
        """Places that nobody has or is paying for."""
        return self.capacity - self.sold - self.held


@dataclass(frozen=True)
class Levels:
    """All counters of one event, by program id and by tier id."""

    programs: dict[int, Level]
    tiers: dict[int, Level]

    def left(self, catalog: Catalog, tier: TierInfo) -> int:
        """How many of this tier can be bought now: the least of its programs and its own stock."""
        rows = [self.programs[program.id] for program in catalog.programs_of(tier)]
        return max(0, min(level.left for level in [*rows, self.tiers[tier.id]]))


def read(session: Session, event_id: int) -> Levels:
    """The counters as they stand."""
    programs: dict[int, Level] = {}
    tiers: dict[int, Level] = {}
    for stock_id, program_id, tier_id, *counts in session.execute(select(*COLUMNS).where(Stock.event_id == event_id)):
        level = Level(stock_id, *counts)
        if program_id is not None:
            programs[program_id] = level
        elif tier_id is not None:
            tiers[tier_id] = level
    return Levels(programs, tiers)
