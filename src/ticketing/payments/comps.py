"""Complimentary tickets: places from the same stock, in orders of their own that nobody pays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.batch import run_together
from ticketing.core.errors import Refused
from ticketing.core.i18n import pick
from ticketing.core.ids import hash_token
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.inventory import allotments
from ticketing.inventory.offers import Kept
from ticketing.orders import checkout
from ticketing.orders.buyer import Buyer
from ticketing.orders.changes import Act
from ticketing.orders.fulfil import fulfil
from ticketing.orders.models import Order, OrderLine
from ticketing.orders.pricing import for_free
from ticketing.payments.comp_models import Complimentary
from ticketing.payments.methods import FREE
from ticketing.payments.start import paid_at_once, preparing

MOST_EACH = 20
"""How many tickets one guest may bring people with."""


@dataclass(frozen=True)
class Guest:
    """Who gets how many complimentary tickets, and why; without an `email` no letter is written."""

    name: str
    kana: str
    email: str
    language: str
    tier: TierInfo
    count: int
    purpose: str

    @property
    def same_as(self) -> tuple[str | int, ...]:
        """What two entries share that mean the same."""
        person = (self.name, self.kana, self.email, self.language)
        return *person, self.tier.code, self.count, self.purpose


@dataclass(frozen=True)
class Line:
    """One guest of a list: `number` is where, `again` how often the same stands above. Places come from the allotment
    where it is named and is of the guest's tier.

    List, guest and `again` make that they are given once, however often the list is sent, put right meanwhile or not.
    """

    batch_id: str
    number: int
    guest: Guest
    again: int = 0
    allotment_id: str = ""

    @property
    def key(self) -> str:
        """The form key of its order."""
        return hash_token(repr(("complimentary", self.batch_id, self.guest.same_as, self.again)))


def lines_of(batch_id: str, guests: Mapping[int, Guest], allotment_id: str = "") -> list[Line]:
    """The lines of a list, by their numbers."""
    seen: Counter[tuple[str | int, ...]] = Counter()
    lines = []
    for number, guest in sorted(guests.items()):
        lines.append(Line(batch_id, number, guest, seen[guest.same_as], allotment_id))
        seen[guest.same_as] += 1
    return lines


def give(session: Session, catalog: Catalog, line: Line, act: Act) -> bool:
    """Give a guest tickets: places, order, tickets and letter in this transaction. False where that was done before.

    Raises Refused("event_canceled"), Refused("allotment_short"), Refused("not_found", 404); Unmet where places are
    gone, and IntegrityError where somebody does the same in this moment: the transaction must be rolled back then.
    """
    if catalog.canceled_at is not None:
        raise Refused("event_canceled")
    if checkout.placed_before(session, line.key) is not None:
        return False
    guest, now = line.guest, act.at
    buyer = Buyer(guest.name, guest.email, guest.language, line.key, kana=guest.kana)
    quote = for_free(guest.tier, guest.count)
    placed, steps = checkout.placing(catalog, quote, buyer, now, kept_for(session, catalog, line), limited=False)
    order_id, attempt = placed.id, preparing(placed, FREE, now)[0]
    run_together(session.connection(), steps)
    session.add(paid_at_once(attempt, FREE, now))
    row = Complimentary(order_id=order_id, event_id=catalog.id, purpose=guest.purpose, batch_id=line.batch_id)
    row.given_by, row.given_at = act.by, now
    session.add(row)
    session.flush()
    fulfil(session, order_id, now)
    facts = {"purpose": guest.purpose, "tickets": guest.count}
    audit.record(session, now, act.by, "order.complimentary", f"order:{order_id}", **facts)
    return True


def kept_for(session: Session, catalog: Catalog, line: Line) -> Kept | None:
    """The places set aside that a guest's come out of; None where they come out of what is sold.

    Raises Refused("allotment_short") where too few of them are left, Refused("not_found", 404).
    """
    guest = line.guest
    kept = allotments.kept_of(session, catalog, line.allotment_id) if line.allotment_id else None
    if kept is None or kept.tier.id != guest.tier.id:
        return None
    if guest.count > kept.count:
        raise Refused("allotment_short", tier=pick(guest.tier.name), wanted=guest.count, left=kept.count)
    return kept


def made(session: Session, lines: Collection[Line]) -> set[int]:
    """The numbers of those lines that were given before."""
    keys = {line.key: line.number for line in lines}
    return {keys[key] for key in session.scalars(select(Order.form_key).where(Order.form_key.in_(keys)))}


def purpose_of(session: Session, order_id: str) -> str:
    """Whom a complimentary order is for; empty for one that was bought."""
    found = session.get(Complimentary, order_id)
    return found.purpose if found else ""


def among(event_id: int, purpose: str = "") -> ColumnElement[bool]:
    """The condition on orders of an event that they are complimentary, for this purpose where one is named."""
    given = select(Complimentary.order_id).where(Complimentary.event_id == event_id)
    return Order.id.in_(given.where(Complimentary.purpose == purpose) if purpose else given)


def purposes(session: Session, orders: Collection[Order]) -> dict[str, str]:
    """Whom those of these orders are for that are complimentary, by their ids."""
    ids = [order.id for order in orders]
    rows = select(Complimentary.order_id, Complimentary.purpose).where(Complimentary.order_id.in_(ids))
    return {order_id: purpose for order_id, purpose in session.execute(rows)}


def counts(session: Session, event_id: int) -> dict[str, tuple[int, int]]:
    """By purpose, how many such orders and tickets were given, canceled ones too."""
    rows = (
        select(Complimentary.purpose, func.count(Order.id.distinct()), func.sum(OrderLine.quantity))
        .join(Order, Order.id == Complimentary.order_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Complimentary.event_id == event_id)
        .group_by(Complimentary.purpose)
    )
    return {purpose: (int(orders), int(tickets)) for purpose, orders, tickets in session.execute(rows)}


def has_already(session: Session, event_id: int, addresses: Collection[str]) -> dict[str, int]:
    """How many tickets each of these addresses has at this event, bought or given."""
    rows = (
        select(Order.buyer_email, func.sum(OrderLine.quantity))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.event_id == event_id, Order.buyer_email.in_(addresses), Order.ended_at.is_(None))
        .group_by(Order.buyer_email)
    )
    return {address: int(count) for address, count in session.execute(rows)}
