"""The organizer's figures in one reading, at always as many statements, however many orders there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from flask import current_app
from sqlalchemy import Executable, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from ticketing.door.models import Presence, Scan
from ticketing.events.catalog import Catalog
from ticketing.reports import tally, visits
from ticketing.reports.money import CashSums, Sums, cash_money, sums_of
from ticketing.tickets.models import Ticket

ARRIVALS_SHOWN = timedelta(minutes=30)
SOURCES_SHOWN = timedelta(days=30)
SOLD_HOURS = 24

ByTier = Mapping[int, int]


@dataclass(frozen=True)
class Sold:
    """Tickets by tier id: those issued, less those that ended and are not valid again. By day where the event is, from
    the first to the last on which anything happened; and for each of the last hours, the last one is the one that runs.
    """

    days: Mapping[date, ByTier]
    hours: Mapping[datetime, ByTier]

    @property
    def valid(self) -> int:
        """All of them."""
        return sum(sum(tiers.values()) for tiers in self.days.values())


@dataclass(frozen=True)
class Arrivals:
    """People let in by scan in each minute, by gate id; the last minute is the one that runs."""

    minutes: Sequence[datetime]
    gates: Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Funnel:
    """How far people came: visits of the page, orders begun there, those paid (given back or not), tickets that came
    in, wherever they are from."""

    seen: int
    held: int
    paid: int
    came: int


@dataclass(frozen=True)
class Board:
    """Everything. `expected` are valid tickets that nobody was let in with yet; `refused` counts today's refusals by
    reason."""

    money: Sums
    cash: CashSums
    sold: Sold
    funnel: Funnel
    expected: int
    arrivals: Arrivals
    refused: Mapping[str, int]
    sources: Sequence[tuple[str, int]]


def board(session: Session, catalog: Catalog, now: datetime) -> Board:
    """The figures of an event as the rows say it now."""
    mark = tally.sealed_until(session, catalog.id)
    sold = _sold(session, catalog, mark, now)
    came, came_revoked = _came(session, catalog)
    begun, paid = (tally.total(session, catalog.id, kind, mark) for kind in (tally.BEGUN, tally.PAID))
    today = midnight(catalog, now.astimezone(catalog.zone).date())
    return Board(
        money=sums_of(session, catalog.id),
        cash=cash_money(session, catalog.id),
        sold=sold,
        funnel=Funnel(visits.total(session, catalog.id), begun, paid, came),
        expected=sold.valid - (came - came_revoked),
        arrivals=arrivals(session, catalog, now),
        refused=_refused(session, catalog.id, mark, today),
        sources=visits.sources(session, catalog.id, (now - SOURCES_SHOWN).astimezone(catalog.zone).date()),
    )


def midnight(catalog: Catalog, day: date) -> datetime:
    """When a day begins where the event is."""
    return datetime.combine(day, time(), catalog.zone)


def arrivals(session: Session, catalog: Catalog, now: datetime) -> Arrivals:
    """The last half hour at the gates, by when people came in: offline by the tablet's clock. Undone ones are out."""
    last = now.replace(second=0, microsecond=0)
    first = last - ARRIVALS_SHOWN + timedelta(minutes=1)
    found = _let_in(session, catalog.id, first, last)
    minutes = [first + timedelta(minutes=number) for number in range(int(ARRIVALS_SHOWN.total_seconds()) // 60)]
    return Arrivals(minutes, {gate.id: [found[minute, gate.id] for minute in minutes] for gate in catalog.gates})


def _let_in(session: Session, event_id: int, first: datetime, last: datetime) -> Mapping[tuple[datetime, int], int]:
    """Entries by minute and gate. The scans are gone through once; what was undone is looked up after that."""
    entries, undone = _entering(session.get_bind().dialect.name)
    mine = {"event_id": event_id, "first": first}
    rows = session.execute(entries, mine).all()
    found: Counter[tuple[datetime, int]] = Counter()
    for text, gate_id, undoes, people in rows:
        found[_minute(text, last), gate_id] += 0 if undoes else people
    if taken_back := [undoes for _text, _gate, undoes, _count in rows if undoes]:
        for text, gate_id in session.execute(undone, {**mine, "ids": taken_back}):
            found[_minute(text, last), gate_id] -= 1
    return found


@cache
def _entering(dialect: str) -> tuple[Executable, Executable]:
    """Who came in and which scans undid one, by minute and gate; and when and where these scans were. Made once."""
    at = case((Scan.mode == "offline", Scan.scanned_at), else_=Scan.received_at)
    minute = tally.text_of(dialect, at, 16).label("minute")
    entry = and_(Scan.kind == "entry", Scan.decision == "admit")
    recent = (Scan.event_id == bindparam("event_id"), Scan.received_at >= bindparam("first"))
    of_door = or_(and_(entry, Scan.undoes.is_(None)), and_(Scan.undoes.is_not(None), Scan.decision == "admit"))
    columns = (minute, Scan.gate_id, Scan.undoes)
    undone = select(minute, Scan.gate_id).where(Scan.id.in_(bindparam("ids", expanding=True)), *recent, entry)
    return select(*columns, func.count()).where(*recent, of_door).group_by(*columns), undone


def _minute(text: str, last: datetime) -> datetime:
    """A tablet's clock may be ahead of ours."""
    return min(datetime.fromisoformat(f"{text}+00:00"), last)


def _sold(session: Session, catalog: Catalog, mark: datetime, now: datetime) -> Sold:
    sums = tally.sealed(session, catalog.id, tally.ISSUED, mark)
    days: defaultdict[date, Counter[int]] = defaultdict(Counter)
    days |= {day: Counter(tiers) for day, tiers in _sealed_days(catalog, mark, sums).items()}
    running = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = {running - timedelta(hours=ago): Counter[int]() for ago in reversed(range(SOLD_HOURS))}
    for hour, tiers in hours.items():
        tiers.update({tier.id: sums.get((hour, str(tier.id)), 0) for tier in catalog.tiers})
    newer = [(hour, int(key), n) for (hour, key), n in tally.fresh(session, catalog.id, tally.ISSUED, mark).items()]
    for hour, tier_id, count in [*newer, *((hour, key, -n) for hour, key, n in tally.ended(session, catalog.id))]:
        days[hour.astimezone(catalog.zone).date()][tier_id] += count
        if hour in hours:
            hours[hour][tier_id] += count
    return Sold(dict(sorted(days.items())), hours)


def _sealed_days(catalog: Catalog, mark: datetime, sums: tally.Counts) -> Mapping[date, ByTier]:
    """Sums by day, kept as long as the sums by hour that they are made from."""
    cache: dict[tuple[int, str], tuple[datetime, Mapping[date, ByTier]]] = current_app.extensions["ticketing.days"]
    known = cache.get((catalog.id, str(catalog.zone)))
    if known is None or known[0] != mark:
        days: dict[date, Counter[int]] = {}
        for (hour, key), count in sums.items():
            days.setdefault(hour.astimezone(catalog.zone).date(), Counter())[int(key)] += count
        known = mark, days
        cache[catalog.id, str(catalog.zone)] = known
    return known[1]


def _refused(session: Session, event_id: int, mark: datetime, today: datetime) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for (_, reason), count in tally.counts(session, event_id, tally.REFUSED, mark, today).items():
        found[reason] += count
    return dict(found.most_common())


def _came(session: Session, catalog: Catalog) -> tuple[int, int]:
    """Tickets that came in, and how many of these have ended since."""
    mine = {"event_id": catalog.id, "gates": [gate.id for gate in catalog.gates]}
    return session.scalar(_CAME, mine) or 0, session.scalar(_GONE, mine) or 0


_CAME = select(func.count()).where(Presence.entries > 0, Presence.first_gate_id.in_(bindparam("gates", expanding=True)))
"""A gate belongs to one event, and whose ticket was let in there is of that event: no need to look at each ticket."""
_ENTRIES = select(Presence.entries).where(Presence.ticket_id == Ticket.id).scalar_subquery()
_GONE = select(func.count()).where(Ticket.event_id == bindparam("event_id"), tally.ENDED, _ENTRIES > 0)
"""From the tickets that ended, which are few: joined, PostgreSQL would go through everybody who came."""
