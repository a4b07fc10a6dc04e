"""Offering free places to those who wait, in the order in which they joined, and ending offers that are over.

Any number of workers may do this: an entry moves once, and places are held by the same conditional statement as for a
buyer. The line of an event is gone through from its head; whoever cannot be served by what is free now keeps their
place in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from ticketing.core.batch import Unmet, run_together
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.core.states import Outcome, move
from ticketing.events.catalog import Catalog, TierInfo, load_by_id
from ticketing.inventory import levels
from ticketing.inventory.holds import HELD, SOLD
from ticketing.inventory.levels import Levels
from ticketing.inventory.offers import Kept, kept_by, offering, taken_up
from ticketing.waiting.joining import end, want, write
from ticketing.waiting.links import find
from ticketing.waiting.models import WaitingEntry
from ticketing.waiting.states import CLOSED, LAPSED, OFFERED, TAKEN, TRANSITIONS, WAITING

OFFER_LETTER = "waiting.offer"
LAPSED_LETTER = "waiting.lapsed"
CLOSED_LETTER = "waiting.closed"
SHORTEST = timedelta(minutes=15)
"""An offer that could only be taken up for a shorter time than this is not made any more."""
AT_ONCE = 50


def work(now: datetime) -> int:
    """End what is over, then offer what is free; says how many entries moved."""
    return _end_offers(now) + _close_lines(now) + _offer(now)


def kept(session: Session, catalog: Catalog, entry: WaitingEntry, now: datetime) -> Kept | None:
    """What the offer to this entry keeps at this moment for an order; None where it is over or used up."""
    if entry.state != OFFERED or entry.hold_id is None or entry.offered_until is None or entry.offered_until <= now:
        return None
    count = kept_by(session, entry.hold_id)
    return Kept(entry.hold_id, catalog.tier_by_id(entry.tier_id), count) if count else None


def read_offer(session: Session, catalog: Catalog, token: str, now: datetime) -> Kept:
    """What the offer of this token (`<entry>.<secret>`, as `links.token_of` writes it) keeps for an order.

    Raises Refused("offer_over") where that is nothing any more, Refused("not_found", 404) for a wrong secret.
    """
    entry_id, _, secret = token.partition(".")
    entry = find(session, entry_id, secret)
    places = kept(session, catalog, entry, now) if entry.event_id == catalog.id else None
    if places is None:
        raise Refused("offer_over")
    return places


def until(catalog: Catalog, tier: TierInfo, now: datetime) -> datetime | None:
    """The end of an offer that is made now; None where none is made any more."""
    if catalog.offer_length is None or catalog.canceled_at is not None or tier.sale_state(now) != "open":
        return None
    ends = min(now + catalog.offer_length, tier.sale_ends_at)
    return ends if ends - now >= SHORTEST else None


def _end_offers(now: datetime) -> int:
    """Offers whose places were bought are taken; those whose time is over end, with a letter where nobody used them."""
    with reading() as session:
        entries = list(session.scalars(select(WaitingEntry).where(WaitingEntry.state == OFFERED)))
        hold_ids = [entry.hold_id for entry in entries if entry.hold_id]
        bought, begun = taken_up(session, hold_ids, SOLD), taken_up(session, hold_ids, HELD, SOLD)
    done = 0
    for entry in entries:
        over = entry.offered_until is not None and entry.offered_until <= now
        if entry.hold_id in bought or (over and entry.hold_id in begun):
            done += _end(entry.id, TAKEN, "", now)
        elif over:
            done += _end(entry.id, LAPSED, LAPSED_LETTER, now)
    return done


def _close_lines(now: datetime) -> int:
    """Where nothing can be offered any more, everybody who still waits is told; of an event that is called off, also
    those who were just offered places."""
    done = 0
    for catalog, tiers in _lines(WAITING, OFFERED):
        closed = [tier.id for tier in tiers if until(catalog, tier, now) is None]
        states = (WAITING, OFFERED) if catalog.canceled_at is not None else (WAITING,)
        over = select(WaitingEntry.id).where(WaitingEntry.tier_id.in_(closed), WaitingEntry.state.in_(states))
        with reading() as session:
            ids = list(session.scalars(over.limit(AT_ONCE))) if closed else []
        done += sum(_end(entry_id, CLOSED, CLOSED_LETTER, now) for entry_id in ids)
    return done


def _end(entry_id: str, state: str, letter: str, now: datetime) -> int:
    with writing() as session:
        if end(session, entry_id, state, now) is not Outcome.MOVED:
            return 0
        if letter:
            write(session, session.get_one(WaitingEntry, entry_id), letter, now)
    return 1


def _offer(now: datetime) -> int:
    done = 0
    for catalog, tiers in _lines(WAITING):
        with reading() as session:
            present = levels.read(session, catalog.id)
            entries = _servable(session, catalog, tiers, present)
        for entry, count in served(catalog, entries, present):
            done += _offer_to(catalog, entry, count, now)
    return done


def _servable(session: Session, catalog: Catalog, tiers: Sequence[TierInfo], present: Levels) -> list[WaitingEntry]:
    """Those of the line who could have some of what is free, were they the only ones; mostly nobody."""
    free = [(tier.id, present.free(catalog, tier)) for tier in tiers]
    fitting = [
        (WaitingEntry.tier_id == tier_id) & (~WaitingEntry.together | (WaitingEntry.quantity <= count))
        for tier_id, count in free
        if count
    ]
    if not fitting:
        return []
    return list(session.scalars(in_line(catalog.id).where(or_(*fitting))))


def in_line(event_id: int) -> Select[WaitingEntry]:
    """Everybody who waits for places of this event, from the head of the line on."""
    rows = select(WaitingEntry).where(WaitingEntry.event_id == event_id, WaitingEntry.state == WAITING)
    return rows.order_by(WaitingEntry.joined_at, WaitingEntry.id)


def served(catalog: Catalog, entries: Sequence[WaitingEntry], present: Levels) -> list[tuple[WaitingEntry, int]]:
    """Who can be offered how many of the free places, when those before them in the line are served first."""
    free = {level.stock_id: level.free for level in (*present.programs.values(), *present.tiers.values())}
    found = []
    for entry in entries:
        tier = catalog.tier_by_id(entry.tier_id)
        stocks = [level.stock_id for level in present.of(catalog, tier)]
        count = max(0, min(entry.quantity, *(free[stock_id] for stock_id in stocks)))
        if count == 0 or (entry.together and count < entry.quantity):
            continue
        found.append((entry, count))
        for stock_id in stocks:
            free[stock_id] -= count
    return found


def _offer_to(catalog: Catalog, entry: WaitingEntry, count: int, now: datetime) -> int:
    """One offer is one transaction: places held, entry moved, letter queued. 0 where the world has moved on."""
    tier = catalog.tier_by_id(entry.tier_id)
    ends = until(catalog, tier, now)
    if ends is None:
        return 0
    places = Kept(new_id(), tier, count)
    try:
        with writing() as session:
            run_together(session.connection(), offering(catalog, places, now, ends))
            _note_offer(session, entry.id, places, ends, now)
    except Unmet:  # the places or the entry went another way meanwhile; the next round looks again
        return 0
    return 1


def _note_offer(session: Session, entry_id: str, places: Kept, ends: datetime, now: datetime) -> None:
    """Raises Unmet where the entry waits no longer: then the places are not held either."""
    offer = {"hold_id": places.hold_id, "offered": places.count, "offered_until": ends}
    if move(session, WaitingEntry, entry_id, TRANSITIONS, OFFERED, **offer) is not Outcome.MOVED:
        raise Unmet
    entry = session.get_one(WaitingEntry, entry_id, populate_existing=True)
    want(session, entry.stocks, -entry.quantity)
    write(session, entry, OFFER_LETTER, now)


def _lines(*states: str) -> list[tuple[Catalog, list[TierInfo]]]:
    """The events with somebody in these states, and the tiers that they want."""
    with reading() as session:
        rows = select(WaitingEntry.event_id, WaitingEntry.tier_id).where(WaitingEntry.state.in_(states)).distinct()
        by_event: dict[int, list[int]] = {}
        for event_id, tier_id in session.execute(rows):
            by_event.setdefault(event_id, []).append(tier_id)
        catalogs = [load_by_id(session, event_id) for event_id in by_event]
        return [(one, [one.tier_by_id(tier_id) for tier_id in by_event[one.id]]) for one in catalogs]
