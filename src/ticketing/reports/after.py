"""How an event went, when it is over: tickets, money, arrivals, who did not come, refusals. Counts only, no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from ticketing.door.models import Presence, Scan
from ticketing.events.catalog import Catalog
from ticketing.payments.methods import CASH
from ticketing.reports import accounting
from ticketing.reports.accounting import STRIPE, Day
from ticketing.tickets.issue import VALID
from ticketing.tickets.models import Ticket

STEPS = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 180, 720))
MOST_STEPS = 40
"""As many bars as a page has room for; the first arrivals are counted in the shortest step that comes to no more."""
AT_ONCE = 1000


@dataclass(frozen=True)
class TierAfter:
    """The tickets of one tier that are valid, and how many of them were ever let in."""

    valid: int
    came: int


@dataclass(frozen=True)
class Arrivals:
    """First entries of tickets in steps of this length, from the first step with an entry to the last."""

    step: timedelta
    counts: Sequence[tuple[datetime, int]]


@dataclass(frozen=True)
class AfterEvent:
    """All of it. `tiers` by id, `money` by way (`stripe`, `cash`), `refused` by reason, the most frequent first."""

    tiers: Mapping[int, TierAfter]
    money: Mapping[str, Day]
    arrivals: Arrivals
    refused: Mapping[str, int]


def after(session: Session, catalog: Catalog) -> AfterEvent:
    """The figures of an event as they stand now."""
    return AfterEvent(
        _tiers(session, catalog),
        _money(session, catalog),
        _arrivals(session, catalog.id),
        _refused(session, catalog.id),
    )


def _tiers(session: Session, catalog: Catalog) -> Mapping[int, TierAfter]:
    came = func.sum(case((Presence.entries > 0, 1), else_=0))
    rows = select(Ticket.tier_id, func.count(), came).outerjoin(Presence, Presence.ticket_id == Ticket.id)
    rows = rows.where(Ticket.event_id == catalog.id, Ticket.state == VALID).group_by(Ticket.tier_id)
    found = {tier_id: TierAfter(count, int(inside or 0)) for tier_id, count, inside in session.execute(rows)}
    return {tier.id: found.get(tier.id, TierAfter(0, 0)) for tier in catalog.tiers}


def _money(session: Session, catalog: Catalog) -> Mapping[str, Day]:
    total = {STRIPE: Day(), CASH: Day()}
    for (_day, way), sums in accounting.read(session, catalog).days.items():
        for name, amount in vars(sums).items():
            setattr(total[way], name, getattr(total[way], name) + amount)
    return total


def _arrivals(session: Session, event_id: int) -> Arrivals:
    rows = select(Presence.first_at).join(Ticket, Ticket.id == Presence.ticket_id)
    rows = rows.where(Ticket.event_id == event_id, Presence.entries > 0)
    minutes: Counter[datetime] = Counter()
    for (at,) in session.execute(rows.execution_options(yield_per=AT_ONCE)):
        minutes[at.replace(second=0, microsecond=0)] += 1
    return in_steps(minutes)


def in_steps(minutes: Mapping[datetime, int]) -> Arrivals:
    """Entries by minute, put together so that they come to no more steps than there is room for."""
    if not minutes:
        return Arrivals(STEPS[0], ())
    first, last = min(minutes), max(minutes)
    step = next((one for one in STEPS if (last - first) // one + 2 <= MOST_STEPS), None)
    step = step or timedelta(days=1 + (last - first).days // (MOST_STEPS - 2))
    begin = _floor(first, step)
    counts: Counter[datetime] = Counter()
    for at, people in minutes.items():
        counts[_floor(at, step)] += people
    whole = (last - begin) // step + 1
    return Arrivals(step, [(begin + number * step, counts[begin + number * step]) for number in range(whole)])


def _floor(at: datetime, step: timedelta) -> datetime:
    since = timedelta(seconds=at.timestamp())
    return at - since % step


def _refused(session: Session, event_id: int) -> Mapping[str, int]:
    rows = select(Scan.reason, func.count()).where(Scan.event_id == event_id, Scan.decision == "refuse")
    found = {reason or "": count for reason, count in session.execute(rows.group_by(Scan.reason))}
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
