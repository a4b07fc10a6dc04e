"""Joining the waiting list, and leaving it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core.db import changed, reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import pick
from ticketing.core.ids import new_id
from ticketing.core.states import Outcome, move
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.inventory import holds, levels
from ticketing.inventory.offers import WANT
from ticketing.inventory.stock import stocks_of
from ticketing.mail.models import Letter
from ticketing.mail.outbox import queue
from ticketing.waiting.models import WaitingEntry
from ticketing.waiting.states import LEFT, OPEN, TRANSITIONS, WAITING

JOINED_LETTER = "waiting.joined"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to wait for. `together`: all places at once or none."""

    tier: TierInfo
    quantity: int
    together: bool
    email: str
    language: str


def check_open(catalog: Catalog, tier: TierInfo, now: datetime) -> None:
    """Whether one can join the line for this tier now.

    Raises Refused("event_canceled"), Refused("not_on_sale"), or Refused("no_waiting") where the event has no list.
    """
    if catalog.canceled_at is not None:
        raise Refused("event_canceled")
    if tier.sale_state(now) != "open":
        raise Refused("not_on_sale", tier=pick(tier.name))
    if catalog.offer_length is None:
        raise Refused("no_waiting")


def join(catalog: Catalog, wish: Wish, now: datetime) -> None:
    """Join the line: the last one in it, one letter with the link to the place in it.

    Who stands in it already stays where they are; their wish becomes this one, and the letter with the link comes
    again. Raises what `check_open` raises, Refused("too_many"), and Refused("places_free") where nobody has to wait.
    """
    check_open(catalog, wish.tier, now)
    if not 0 < wish.quantity <= wish.tier.max_per_order:
        raise Refused("too_many", 400, limit=wish.tier.max_per_order, tier=pick(wish.tier.name))
    with reading() as session:
        if levels.read(session, catalog.id).left(catalog, wish.tier) >= wish.quantity:
            raise Refused("places_free")
    stocks = stocks_of(catalog, wish.tier)
    for _ in range(3):
        try:
            with writing() as session:
                if not _wish_again(session, wish, now):
                    _add(session, catalog, wish, stocks, now)
        except IntegrityError:  # this address joined in this very moment
            continue
        return
    raise Refused("busy", 503)


def _add(session: Session, catalog: Catalog, wish: Wish, stocks: Sequence[int], now: datetime) -> None:
    entry = WaitingEntry(
        id=new_id(),
        event_id=catalog.id,
        tier_id=wish.tier.id,
        quantity=wish.quantity,
        together=wish.together,
        email=wish.email,
        language=wish.language,
        state=WAITING,
        stocks=list(stocks),
        joined_at=now,
    )
    session.add(entry)
    session.flush()
    write(session, entry, JOINED_LETTER, now)
    want(session, entry.stocks, wish.quantity)


def _wish_again(session: Session, wish: Wish, now: datetime) -> bool:
    """Who stands in the line already changes what they want; False where nobody does."""
    own = select(WaitingEntry).where(WaitingEntry.tier_id == wish.tier.id, WaitingEntry.email == wish.email)
    entry = session.scalars(own.where(WaitingEntry.state.in_(OPEN)).with_for_update()).one_or_none()
    if entry is None:
        return False
    if entry.state == WAITING:
        want(session, entry.stocks, wish.quantity - entry.quantity)
        entry.quantity, entry.together = wish.quantity, wish.together
    write(session, entry, JOINED_LETTER, now, f"{now:%Y%m%d%H}")  # the link again, once an hour at most
    return True


def leave(session: Session, entry: WaitingEntry, now: datetime) -> Outcome:
    """Leave the line, or turn an offer down: what was wanted or kept is there for the next. Safe to repeat."""
    return end(session, entry.id, LEFT, now)


def end(session: Session, entry_id: str, state: str, now: datetime) -> Outcome:
    """End an entry as `state`. Of several who try at once, one sees MOVED; what was wanted or kept goes back once."""
    outcome = move(session, WaitingEntry, entry_id, TRANSITIONS, state, ended_at=now)
    if outcome is Outcome.MOVED:
        entry = session.get_one(WaitingEntry, entry_id, populate_existing=True)
        if entry.hold_id:
            holds.release(session, entry.hold_id)
        else:
            want(session, entry.stocks, -entry.quantity)
    return outcome


def want(session: Session, stock_ids: Sequence[int], count: int) -> None:
    """So many more places of these counters are wanted; fewer with a negative `count`."""
    for stock_id in sorted(stock_ids):
        changed(session, WANT, {"stock_id": stock_id, "count": count})


def write(session: Session, entry: WaitingEntry, kind: str, now: datetime, about: str = "") -> None:
    """Queue the letter of this kind to who waits. One fact, one letter: `about` tells facts of a kind apart."""
    fact = ":".join(part for part in (kind, entry.id, about) if part)
    if session.scalar(select(Letter.id).where(Letter.fact == fact)) is not None:
        return
    told = {"subject_id": entry.id, "facts": {}, "to_address": entry.email, "language": entry.language}
    queue(session, now, Letter(fact=fact, kind=kind, **told))
