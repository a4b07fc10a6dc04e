"""From facts to deliveries. Nothing where facts are made knows of hooks: what happened is found by its time.

A transaction may commit after a later one, so each look begins a while before the end of the last one (OVERLAP), and
what was noticed before is left out by the delivery's unique key: one fact, one hook, one delivery, whatever dies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, select, update
from sqlalchemy.orm import Session, selectinload

from ticketing.api import facts, hooks, notices
from ticketing.api.answers import MoneyFacts
from ticketing.api.models import Delivery, Hook
from ticketing.api.notices import OrderTold, OrderType, RefundNotice, RefundTold, RefundType, ScanTold, Told, body_of
from ticketing.core.db import changed, db, insert_or, reading, writing
from ticketing.core.ids import new_id
from ticketing.core.observe import log
from ticketing.door.models import Scan
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.orders.models import Order
from ticketing.orders.states import CANCELED, EXPIRED, REFUNDED
from ticketing.payments.models import Refund
from ticketing.reports.listing import ScanRow, scan_rows
from ticketing.tickets.models import Ticket

OVERLAP = timedelta(minutes=15)
AT_ONCE = 200


@dataclass(frozen=True)
class Fact:
    """Something that a hook wants to be told."""

    type: str
    subject_id: str
    at: datetime
    body: str


@dataclass(frozen=True)
class Look:
    """One look at what happened: for which hook, at which event, since when."""

    session: Session
    hook: Hook
    catalog: Catalog
    since: datetime

    def new(self, kind: str, subject: Any) -> ColumnElement[bool]:
        """Whether this hook has no delivery of this kind about that row."""
        known = and_(Delivery.hook_id == self.hook.id, Delivery.type == kind, Delivery.subject_id == subject)
        return ~exists().where(known)


def work(now: datetime) -> int:
    """Queue what happened for every hook that is on; says how many deliveries."""
    with reading() as session:
        known = hooks.all_on(session)
    return sum(_attempt(hook, now) for hook in known)


def _attempt(hook: Hook, now: datetime) -> int:
    try:
        return _notice(hook, now)
    except Exception as error:  # noqa: BLE001 (what cannot be told to one hook must not keep the others waiting)
        log.error("hook", hook=hook.id, error=type(error).__name__, exc_info=error)
        return 0


def _notice(hook: Hook, now: datetime) -> int:
    with reading() as session:
        is_kept = hooks.keeps_its_maker(session, hook)
    if not is_kept:
        with writing() as session:
            hooks.switch_off(session, hook, hooks.MAKER, now, "system")
        return 0
    return _look_and_keep(hook, now)


def _look_and_keep(hook: Hook, now: datetime) -> int:
    with reading() as session:
        look = Look(session, hook, load_by_id(session, hook.event_id), max(hook.since, hook.seen_until - OVERLAP))
        found = {kind: list(SOURCES[kind](look)) for kind in hook.types if kind in SOURCES}
    rows = [one for of_kind in found.values() for one in of_kind]
    is_all = all(len(of_kind) < AT_ONCE for of_kind in found.values())
    if not rows and now - hook.seen_until < OVERLAP / 2:
        return 0  # nothing new: then the mark may lag, and no look needs to write
    with writing() as session:
        made = keep(session, hook, rows, now)
        if is_all:
            further = update(Hook).where(Hook.id == hook.id, Hook.seen_until < now)
            changed(session, further.values(seen_until=now))
    if made:
        log.info("noticed", hook=hook.id, deliveries=made)
    return made


def keep(session: Session, hook: Hook, rows: Sequence[Fact], now: datetime) -> int:
    """Queue a delivery for each of these facts that has none yet; says how many."""
    made = 0
    for one in rows:
        row: dict[str, Any] = {"id": new_id(), "hook_id": hook.id, "type": one.type, "subject_id": one.subject_id}
        row |= {"happened_at": one.at, "body": one.body, "state": "queued", "queued_at": now, "due_at": now}
        row |= {"attempts": 0, "last_error": "", "last_answer": ""}
        new = insert_or(Delivery, db.engine.dialect.name).values(**row)
        made += changed(session, new.on_conflict_do_nothing(index_elements=["hook_id", "type", "subject_id"]))
    return made


def _orders(kind: OrderType, at: Any, *wanted: ColumnElement[bool]) -> Callable[[Look], Iterator[Fact]]:
    def found(look: Look) -> Iterator[Fact]:
        rows = select(Order).where(Order.event_id == look.hook.event_id, at >= look.since, *wanted)
        rows = _some(rows.where(look.new(kind, Order.id)).options(selectinload(Order.lines)), at)
        for row in look.session.scalars(rows):
            when = getattr(row, at.key)
            data = facts.order(look.catalog, row, personal=False)
            yield _fact(kind, row.id, OrderTold(kind, when, look.catalog.slug, data))

    return found


def _refunds(kind: RefundType, *states: str) -> Callable[[Look], Iterator[Fact]]:
    def found(look: Look) -> Iterator[Fact]:
        rows: Any = select(Refund, Order.code).join(Order, Order.id == Refund.order_id)
        rows = rows.where(Order.event_id == look.hook.event_id, Refund.settled_at >= look.since)
        rows = _some(rows.where(Refund.state.in_(states), look.new(kind, Refund.id)), Refund.settled_at)
        for row, code in look.session.execute(rows).all():
            data = RefundNotice(row.id, code, MoneyFacts(row.amount_minor, row.currency), list(row.tickets))
            yield _fact(kind, row.id, RefundTold(kind, row.settled_at, look.catalog.slug, data))

    return found


def _scans(look: Look) -> Iterator[Fact]:
    kind: Final = notices.TICKET_SCANNED
    rows = scan_rows(look.hook.event_id).where(Scan.received_at >= look.since)
    # What is no ticket of this event is told to nobody.
    rows = rows.where(Ticket.id.is_not(None), look.new(kind, Scan.id))
    for one in look.session.execute(_some(rows, Scan.received_at)).all():
        row = ScanRow(*one)
        told = ScanTold(kind, row.scan.scanned_at, look.catalog.slug, facts.scan(look.catalog, row))
        yield _fact(kind, row.scan.id, told)


def _some(rows: Select[Any], at: Any) -> Select[Any]:
    return rows.order_by(at).limit(AT_ONCE)


def _fact(kind: str, subject_id: str, told: Told) -> Fact:
    return Fact(kind, subject_id, told.timestamp, body_of(told))


SOURCES: Mapping[str, Callable[[Look], Iterator[Fact]]] = {
    notices.ORDER_PAID: _orders(notices.ORDER_PAID, Order.paid_at),
    notices.ORDER_CANCELED: _orders(notices.ORDER_CANCELED, Order.ended_at, Order.state == CANCELED),
    notices.ORDER_EXPIRED: _orders(notices.ORDER_EXPIRED, Order.ended_at, Order.state == EXPIRED),
    notices.ORDER_REFUNDED: _orders(notices.ORDER_REFUNDED, Order.ended_at, Order.state == REFUNDED),
    notices.REFUND_SUCCEEDED: _refunds(notices.REFUND_SUCCEEDED, "succeeded"),
    notices.REFUND_FAILED: _refunds(notices.REFUND_FAILED, "failed", "canceled"),
    notices.TICKET_SCANNED: _scans,
}
"""How each kind of fact is found."""
