"""Who stands at a till: the event, and the shift that is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.office.access import allowed, asked_event, check, events_of, person
from ticketing.orders.lookup import by_code
from ticketing.orders.models import Order
from ticketing.orders.reading import OrderView, view
from ticketing.payments import cash, start
from ticketing.payments.cash_back import owed_in_cash
from ticketing.payments.cash_models import CashShift, TillSale
from ticketing.payments.cash_shifts import shift_of
from ticketing.payments.models import Payment, Refund

SELL = "sell_at_door"


@dataclass(frozen=True)
class Sold:
    """A sale as the till sees it: `owed` are refunds whose cash is to be given back, `own` the shift of who looks."""

    catalog: Catalog
    order: OrderView
    sale: TillSale
    shift: CashShift
    payment: Payment
    owed: list[Refund]
    own: CashShift | None


def till(session: Session, now: datetime) -> tuple[Catalog, CashShift | None]:
    """The event that is asked for, and the shift of who asks; raises Refused("forbidden").

    Without `?event=` it is one at which they may sell: where their drawer is open, else the next that is not over.
    """
    mine = [] if request.values.get("event") else events_of(session, SELL, now)
    for catalog in mine:
        if (shift := shift_of(session, catalog.id, person().person_id)) is not None:
            return _here(catalog), shift
    catalog = _here(mine[0]) if mine else asked_event(session, SELL)
    return catalog, shift_of(session, catalog.id, person().person_id)


def _here(catalog: Catalog) -> Catalog:
    check(catalog.id, SELL)
    return catalog


def own_shift(session: Session) -> tuple[Catalog, CashShift]:
    """The same for who sells; raises Refused("shift_missing") without a shift."""
    catalog = asked_event(session, SELL)
    return catalog, drawer(session, catalog.id)


def drawer(session: Session, event_id: int) -> CashShift:
    """The open shift of who asks; raises Refused("shift_missing")."""
    shift = shift_of(session, event_id, person().person_id)
    if shift is None:
        raise Refused("shift_missing")
    return shift


def asked_order(session: Session, code: str) -> Order:
    """The order with this code, sold at a till of an event where one may sell; raises Refused."""
    order = by_code(session, code)
    check(order.event_id, SELL)
    cash.sale_of(session, order.id)
    return order


@contextmanager
def opened(code: str) -> Iterator[Sold]:
    """A sale for a page."""
    with reading() as session:
        order = asked_order(session, code)
        sale, payment = cash.sale_of(session, order.id), start.payment_of(session, order.id)
        catalog, seen = view(session, order)
        shift, own = session.get_one(CashShift, sale.shift_id), shift_of(session, order.event_id, person().person_id)
        yield Sold(catalog, seen, sale, shift, payment, owed_in_cash(session, order.id), own)


def asked_shift(session: Session, shift_id: str) -> tuple[Catalog, CashShift]:
    """A shift of one's own, or any for who sees the office; raises Refused("not_found"), Refused("forbidden")."""
    shift = session.get(CashShift, shift_id, populate_existing=True)
    if shift is None:
        raise Refused("not_found", 404)
    mine = shift.person_id == person().person_id
    check(shift.event_id, SELL if mine else "see_office")
    return load_by_id(session, shift.event_id), shift


def may_change(shift: CashShift) -> bool:
    """Whether this drawer is in the hands of who asks: their own, or that of who manages orders."""
    return shift.person_id == person().person_id or allowed(shift.event_id, "manage_orders")


def check_drawer(shift: CashShift) -> None:
    """Raises Refused("forbidden") for who may not change what is in this drawer."""
    if not may_change(shift):
        raise Refused("forbidden", 403)
