"""The organizer's figures in one reading, at always as many statements, however many orders there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.door.models import Presence, Scan
from ticketing.events.catalog import Catalog
from ticketing.orders.models import Order
from ticketing.orders.states import PAID, PARTLY, REFUNDED
from ticketing.reports import tally, visits
from ticketing.reports.money import CashSums, Sums, cash_money, sums_of
from ticketing.tickets.models import Ticket

ARRIVALS_SHOWN = timedelta(minutes=30)
SOURCES_SHOWN = timedelta(days=30)


Hours = Mapping[datetime, Mapping[int, int]]


@dataclass(frozen=True)
class Arrivals:
    """People let in by scan in each minute, by gate id; the last minute is the one that runs."""

    minutes: Sequence[datetime]
    gates: Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Funnel:
    """How far people came: visits of the page, orders begun, orders paid (given back or not), tickets that came in."""

    seen: int
    held: int
    paid: int
    came: int


@dataclass(frozen=True)
class Board:
    """Everything. `sold` are tickets by hour and tier id: those issued in that hour, less those that ended in it;
    `expected` are valid tickets that nobody was let in with yet; `refused` counts today's refusals by reason."""

    money: Sums
    cash: CashSums
    sold: Hours
    funnel: Funnel
    expected: int
    arrivals: Arrivals
    refused: Mapping[str, int]
    sources: Sequence[tuple[str, int]]


def board(session: Session, catalog: Catalog, now: datetime) -> Board:
    """The figures of an event as the rows say it now."""
    sold = _sold(session, catalog.id)
    came, came_revoked = _came(session, catalog)
    valid = sum(sum(tiers.values()) for tiers in sold.values())
    begun, paid = _orders(session, catalog.id)
    today = midnight(catalog, now.astimezone(catalog.zone).date())
    return Board(
        money=sums_of(session, catalog.id),
        cash=cash_money(session, catalog.id),
        sold=sold,
        funnel=Funnel(visits.total(session, catalog.id), begun, paid, came),
        expected=valid - (came - came_revoked),
        arrivals=arrivals(session, catalog, now),
        refused=_refused(session, catalog.id, today),
        sources=visits.sources(session, catalog.id, (now - SOURCES_SHOWN).astimezone(catalog.zone).date()),
    )


def midnight(catalog: Catalog, day: date) -> datetime:
    """When a day begins where the event is."""
    return datetime.combine(day, time(), catalog.zone)


def arrivals(session: Session, catalog: Catalog, now: datetime) -> Arrivals:
    """The last half hour at the gates, by when people came in: offline by the tablet's clock. Undone ones are out."""
    last = now.replace(second=0, microsecond=0)
    first = last - ARRIVALS_SHOWN + timedelta(minutes=1)
    minute = tally.text_of(session, Scan.received_at, 16)
    recent = (Scan.event_id == catalog.id, Scan.received_at >= first, Scan.decision == "admit")
    undone = select(Scan.undoes).where(*recent, Scan.undoes.is_not(None))
    let_in = (*recent, Scan.kind == "entry", Scan.undoes.is_(None), Scan.id.not_in(undone))
    online = select(minute, Scan.gate_id, func.count()).where(*let_in, Scan.mode == "online")
    found: Counter[tuple[datetime, int]] = Counter()
    for text, gate, people in session.execute(online.group_by(minute, Scan.gate_id)):
        found[datetime.strptime(f"{text}+0000", "%Y-%m-%d %H:%M%z"), gate] += people
    offline = select(Scan.scanned_at, Scan.gate_id).where(*let_in, Scan.mode == "offline")
    for scanned_at, gate_id in session.execute(offline):
        found[min(scanned_at, now).replace(second=0, microsecond=0), gate_id] += 1
    minutes = [first + timedelta(minutes=number) for number in range(int(ARRIVALS_SHOWN.total_seconds()) // 60)]
    return Arrivals(minutes, {gate.id: [found[minute, gate.id] for minute in minutes] for gate in catalog.gates})


def _sold(session: Session, event_id: int) -> Hours:
    hours: dict[datetime, Counter[int]] = defaultdict(Counter)
    for (hour, tier_id), count in tally.counts(session, event_id, tally.ISSUED).items():
        hours[hour][int(tier_id)] += count
    for hour, ended_id, count in tally.ended(session, event_id):
        hours[hour][ended_id] -= count
    return dict(sorted(hours.items()))


def _refused(session: Session, event_id: int, today: datetime) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for (_, reason), count in tally.counts(session, event_id, tally.REFUSED, today).items():
        found[reason] += count
    return dict(found.most_common())


def _came(session: Session, catalog: Catalog) -> tuple[int, int]:
    """Tickets that came in, and how many of these have ended since."""
    gone = select(func.count()).select_from(Ticket).join(Presence, Presence.ticket_id == Ticket.id)
    gone = gone.where(Ticket.event_id == catalog.id, tally.ENDED, Presence.entries > 0)
    # A gate belongs to one event, and whose ticket was let in there is of that event: no need to look at each ticket.
    gates = [gate.id for gate in catalog.gates]
    came = select(func.count()).where(Presence.entries > 0, Presence.first_gate_id.in_(gates))
    return session.scalar(came) or 0, session.scalar(gone) or 0


def _orders(session: Session, event_id: int) -> tuple[int, int]:
    rows = select(Order.state, func.count()).where(Order.event_id == event_id).group_by(Order.state)
    states = {state: count for state, count in session.execute(rows)}
    return sum(states.values()), sum(states.get(state, 0) for state in (PAID, PARTLY, REFUNDED))
