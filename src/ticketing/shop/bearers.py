"""Who acts on a ticket: its buyer by the link of the order, or whoever it was passed on to by a link of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from ticketing.core import limits
from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.door.attendance import entered
from ticketing.events.catalog import Catalog
from ticketing.orders import changes, held
from ticketing.orders import reading as orders
from ticketing.orders.held import Held
from ticketing.orders.holders import BUYER, HOLDER
from ticketing.orders.reading import OrderView, TicketView
from ticketing.payments.disputes import is_disputed

T = TypeVar("T")


@dataclass(frozen=True)
class Key:
    """What a request shows for itself, out of its path."""

    who: str
    order_code: str
    secret: str
    number: int


@dataclass(frozen=True)
class Bearer:
    """Somebody with a ticket, and the order as they see it. `path` is where the ticket is changed."""

    who: str
    catalog: Catalog
    order: OrderView
    ticket: TicketView

    @property
    def path(self) -> str:
        """Where this ticket is changed."""
        return self.order.path if self.who == HOLDER else f"{self.order.path}/t/{self.ticket.number}"


def bearer(session: Session, key: Key) -> Bearer:
    """Whoever shows this. Raises Refused("not_found", 404), or Refused("ticket_moved") for a holder's former link."""
    if key.who == BUYER:
        catalog, order = orders.view(session, orders.find(session, key.order_code, key.secret))
        return Bearer(BUYER, catalog, order, order.ticket(key.number))
    mine = held.find(session, key.order_code, key.number, key.secret)
    return Bearer(HOLDER, mine.catalog, mine.order, mine.ticket)


@contextmanager
def opened(key: Key) -> Iterator[tuple[Session, Bearer]]:
    """The same, read only. Only wrong secrets count against the visitor's address."""
    with reading() as session:
        yield session, guarded(lambda: bearer(session, key))


@contextmanager
def opened_ticket(order_code: str, number: int, secret: str) -> Iterator[tuple[Session, Held]]:
    """What a holder's link opens, former ones too."""
    with reading() as session:
        yield session, guarded(lambda: held.find(session, order_code, number, secret))


def guarded(find: Callable[[], T]) -> T:
    """What a link opens; a wrong secret counts against the visitor's address."""
    try:
        return find()
    except Refused as error:
        if error.code == "not_found":
            limits.hit("order_secret", limits.client())
        raise


def check(session: Session, one: Bearer, now: datetime) -> None:
    """Raises the Refused that says why this ticket cannot be changed now; else it can."""
    changes.check_open(one.catalog, now)
    if one.ticket.passed_on:
        raise Refused("ticket_passed_on", name=one.ticket.passed_on)
    if one.ticket.state != "valid":
        raise Refused("ticket_not_valid")
    if is_disputed(session, one.order.id):
        raise Refused("ticket_disputed")
    if one.ticket.number in entered(session, one.order.code):
        raise Refused("ticket_entered")
