"""Finding orders for people who run the event: by what somebody says on the phone or wrote in a letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from ticketing.core.errors import Refused
from ticketing.orders.buyer import read_kana
from ticketing.orders.holders import TRANSFER
from ticketing.orders.models import Order, TicketChange
from ticketing.tickets.models import Ticket

PER_PAGE = 50
LONGEST_CODE = 12


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


def search(session: Session, event_id: int, text: str, page: int = 1) -> Found:
    """The orders of an event whose code, e-mail address, buyer or attendee has this in it, or the address of somebody
    whom a ticket was passed on to; all for an empty text."""
    wanted = (Order.event_id == event_id, *_matches(text))
    count = int(session.scalar(select(func.count()).select_from(Order).where(*wanted)) or 0)
    page = min(max(page, 1), max(1, -(-count // PER_PAGE)))
    rows = select(Order).where(*wanted).order_by(Order.created_at.desc(), Order.id)
    rows = rows.options(joinedload(Order.lines)).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return Found(session.scalars(rows).unique().all(), count, page)


def _matches(text: str) -> tuple[ColumnElement[bool], ...]:
    """Names are compared without spaces: 山田花子 finds 山田 花子."""
    typed = unicodedata.normalize("NFKC", text).strip().replace("\0", "")[:254]
    if not typed:
        return ()
    name = "".join(typed.split()).lower()
    holder = select(TicketChange.id).where(TicketChange.order_id == Order.id, TicketChange.kind == TRANSFER)
    attendee = select(Ticket.id).where(Ticket.order_code == Order.code, _has(_joined(Ticket.attendee), name))
    ways = [
        _has(func.lower(Order.buyer_email), typed.lower()),
        _has(_joined(Order.buyer_name), name),
        attendee.exists(),
        holder.where(_has(func.lower(TicketChange.email), typed.lower())).exists(),
    ]
    if kana := _kana(name):
        attendee_read = select(Ticket.id).where(Ticket.order_code == Order.code, _has(_joined(Ticket.kana), kana))
        ways += [_has(_joined(Order.buyer_kana), kana), attendee_read.exists()]
    code = spoken(typed)
    if code and len(code) <= LONGEST_CODE:
        ways.append(Order.code.startswith(code, autoescape=True))
    return (or_(*ways),)


def _kana(name: str) -> str:
    """How what was typed is read, where it can be read; nothing for kanji."""
    try:
        return "".join(read_kana(name).split())
    except Refused:
        return ""


def _has(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return column.contains(text, autoescape=True)


def _joined(column: ColumnElement[str] | object) -> ColumnElement[str]:
    return func.lower(func.replace(func.replace(column, " ", ""), "\u3000", ""))
