"""Finding orders for people who run the event: by what somebody says on the phone or wrote in a letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from ticketing.core.errors import Refused
from ticketing.orders.models import Order, OrderLine
from ticketing.orders.search_key import matching

PER_PAGE = 50


@dataclass(frozen=True)
class Asked:
    """What to look for. Each word of `text` stands anywhere in what the order is found by (`search_key`); an empty one
    asks for nothing, as do the filters that are left out. `since` to `before` is when it was ordered; `also` holds
    conditions on orders from rooms that this one does not know."""

    text: str = ""
    states: tuple[str, ...] = ()
    tier_id: int | None = None
    since: datetime | None = None
    before: datetime | None = None
    also: tuple[ColumnElement[bool], ...] = ()


@dataclass(frozen=True)
class Found:
    """One page of orders, the newest first; `count` is how many there are on all pages, `page` begins with 1."""

    orders: Sequence[Order]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.count // PER_PAGE))


def spoken(text: str) -> str:
    """An order code as it is stored, from what somebody typed: small letters, spaces and hyphens do not matter."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text))).upper()


def by_code(session: Session, text: str) -> Order:
    """The order with this code, with its lines; raises Refused("order_unknown")."""
    code = spoken(text)
    one = select(Order).where(Order.code == code).options(joinedload(Order.lines))
    order = session.scalars(one.execution_options(populate_existing=True)).unique().one_or_none()
    if order is None:
        raise Refused("order_unknown", 404, order=text.strip()[:40])
    return order


def search(session: Session, event_id: int, asked: Asked, page: int = 1) -> Found:
    """The orders of an event that meet all that is asked for, the newest first."""
    wanted = (Order.event_id == event_id, *matching(asked.text), *_filters(asked))
    ids = select(Order.id).where(*wanted).order_by(Order.created_at.desc(), Order.id.desc()).limit(PER_PAGE)
    if page <= 1 and len(first := session.scalars(ids).all()) < PER_PAGE:
        return Found(_whole(session, first), len(first), 1)  # what is rare needs no second look through all orders
    count = int(session.scalar(select(func.count()).select_from(Order).where(*wanted)) or 0)
    page = min(max(page, 1), max(1, -(-count // PER_PAGE)))
    return Found(_whole(session, session.scalars(ids.offset((page - 1) * PER_PAGE)).all()), count, page)


def _whole(session: Session, ids: Sequence[str]) -> Sequence[Order]:
    """These orders with their lines: an index leads to the few of a page, and only those are read whole."""
    rows = select(Order).where(Order.id.in_(ids)).options(joinedload(Order.lines))
    return session.scalars(rows.order_by(Order.created_at.desc(), Order.id.desc())).unique().all()


def _filters(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.states:
        yield Order.state.in_(asked.states)
    if asked.tier_id is not None:
        of_tier = select(OrderLine.order_id).where(OrderLine.order_id == Order.id, OrderLine.tier_id == asked.tier_id)
        yield of_tier.exists()
    if asked.since is not None:
        yield Order.created_at >= asked.since
    if asked.before is not None:
        yield Order.created_at < asked.before
    yield from asked.also
