"""The rows of an event as tables: orders, attendees, scans, letters, shifts, one by one, however many there are.

Rows come a thousand at a time, each time from where the last ones ended, so that memory stays flat, no statement
runs long, and no connection waits for who reads slowly. What happens while it runs may be missing; nothing comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from ticketing.core.db import reading
from ticketing.door.models import Presence, Scan
from ticketing.events.models import Gate, Tier
from ticketing.mail.models import Letter
from ticketing.orders.models import Order, OrderLine
from ticketing.payments.cash_models import CashBack, CashShift, FloatChange, TillSale
from ticketing.payments.comp_models import Complimentary
from ticketing.payments.methods import CASH
from ticketing.promos.models import PromoCode, PromoUse
from ticketing.staff.models import Device, Person
from ticketing.tickets.models import Ticket
from ticketing.waiting.models import WaitingEntry

AT_ONCE = 1000
_IN_SHIFT = select(func.coalesce(func.sum(Order.total_minor), 0)).join(TillSale, TillSale.order_id == Order.id)
_FOR_CASH = _IN_SHIFT.where(TillSale.shift_id == CashShift.id, TillSale.way == CASH)
_VOIDED = _FOR_CASH.where(TillSale.voided_at.is_not(None))
_BACK = select(func.coalesce(func.sum(CashBack.amount_minor), 0)).where(CashBack.shift_id == CashShift.id)
_FLOAT = select(func.coalesce(func.sum(FloatChange.amount_minor), 0)).where(FloatChange.shift_id == CashShift.id)
_OFF = select(func.sum(OrderLine.quantity * OrderLine.off_minor))
_DISCOUNT = _OFF.where(OrderLine.order_id == Order.id).scalar_subquery()
_COUNT = select(func.sum(OrderLine.quantity)).where(OrderLine.order_id == Order.id).scalar_subquery()


@dataclass(frozen=True)
class Table:
    """One kind of table: its columns, whose order is part of what others rely on, and the rows of all events.

    `key` are the columns that order the rows and tell them apart, `event` the one that names the event.
    """

    columns: Sequence[str]
    rows: Select[Any]
    key: Sequence[Any]
    event: Any


def _table(
    columns: Mapping[str, Any], key: Sequence[Any], event: Any, *joins: tuple[Any, Any, bool], of: Any = None
) -> Table:
    rows = select(*(column.label(name) for name, column in columns.items()), *key).select_from(of or event.class_)
    for target, on, outer in joins:
        rows = rows.join(target, on, isouter=outer)
    return Table(tuple(columns), rows, key, event)


TABLES: Mapping[str, Table] = {
    "orders": _table(
        {
            "order": Order.code,
            "state": Order.state,
            "ordered_at": Order.created_at,
            "paid_at": Order.paid_at,
            "ended_at": Order.ended_at,
            "name": Order.buyer_name,
            "reading": Order.buyer_kana,
            "email": Order.buyer_email,
            "language": Order.language,
            "tickets": _COUNT,
            "total": Order.total_minor,
            "tax": Order.tax_minor,
            "currency": Order.currency,
            "complimentary": Complimentary.purpose,
            "promo_code": PromoCode.word,
            "discount": _DISCOUNT,
        },
        (Order.created_at, Order.id),
        Order.event_id,
        (Complimentary, Complimentary.order_id == Order.id, True),
        (PromoUse, PromoUse.order_id == Order.id, True),
        (PromoCode, PromoCode.id == PromoUse.promo_code_id, True),
    ),
    "attendees": _table(
        {
            "order": Ticket.order_code,
            "n": Ticket.number,
            "tier": Tier.code,
            "attendee": Ticket.attendee,
            "reading": Ticket.kana,
            "state": Ticket.state,
            "issued_at": Ticket.issued_at,
            "revoked_at": Ticket.revoked_at,
            "buyer": Order.buyer_name,
            "email": Order.buyer_email,
            "entries": func.coalesce(Presence.entries, 0),
            "first_entry_at": Presence.first_at,
            "complimentary": Complimentary.purpose,
        },
        (Ticket.issued_at, Ticket.order_code, Ticket.number),  # as the index has it, else each page sorts all
        Ticket.event_id,
        (Tier, Tier.id == Ticket.tier_id, False),
        (Order, Order.code == Ticket.order_code, False),
        (Presence, Presence.ticket_id == Ticket.id, True),
        (Complimentary, Complimentary.order_id == Order.id, True),
    ),
    "scans": _table(
        {
            "scanned_at": Scan.scanned_at,
            "received_at": Scan.received_at,
            "gate": Gate.code,
            "device": Device.name,
            "order": Ticket.order_code,
            "n": Ticket.number,
            "tier": Tier.code,
            "kind": Scan.kind,
            "decision": Scan.decision,
            "reason": Scan.reason,
            "mode": Scan.mode,
            "scan": Scan.id,
        },
        (Scan.received_at, Scan.id),
        Scan.event_id,
        (Gate, Gate.id == Scan.gate_id, False),
        (Device, Device.id == Scan.device_id, False),
        (Ticket, Ticket.id == Scan.ticket_id, True),
        (Tier, Tier.id == Ticket.tier_id, True),
    ),
    # Its subject is an order or somebody who waits; letters to staff are about no event.
    "letters": _table(
        {
            "queued_at": Letter.queued_at,
            "sent_at": Letter.sent_at,
            "kind": Letter.kind,
            "order": Order.code,
            "to": Letter.to_address,
            "language": Letter.language,
            "state": Letter.state,
            "attempts": Letter.attempts,
            "error": Letter.last_error,
            "letter": Letter.id,
        },
        (Letter.id,),
        func.coalesce(Order.event_id, WaitingEntry.event_id),
        (Order, Order.id == Letter.subject_id, True),
        (WaitingEntry, WaitingEntry.id == Letter.subject_id, True),
        of=Letter,
    ),
    "shifts": _table(
        {
            "shift": CashShift.id,
            "till": CashShift.till,
            "person": Person.email,
            "state": CashShift.state,
            "opened_at": CashShift.opened_at,
            "closed_at": CashShift.closed_at,
            "opened": CashShift.opened_minor,
            "sold_for_cash": _FOR_CASH.scalar_subquery(),
            "voided": _VOIDED.scalar_subquery(),
            "given_back": _BACK.scalar_subquery(),
            "expected": CashShift.cash_minor,
            "counted": CashShift.counted_minor,
            "difference": CashShift.counted_minor - CashShift.cash_minor,
            "currency": CashShift.currency,
            "note": CashShift.note,
            "put_in": _FLOAT.where(FloatChange.amount_minor > 0).scalar_subquery(),
            "taken_out": -_FLOAT.where(FloatChange.amount_minor < 0).scalar_subquery(),
        },
        (CashShift.opened_at, CashShift.id),
        CashShift.event_id,
        (Person, Person.id == CashShift.person_id, False),
    ),
}


def rows_of(table: Table, event_id: int) -> Iterator[Sequence[Any]]:
    """The rows of an event, with the values of the columns in their order: text, numbers, aware UTC, None."""
    page = table.rows.where(table.event == event_id).order_by(*table.key).limit(AT_ONCE)
    width, rest = len(table.columns), page
    while True:
        with reading() as session:
            found = session.execute(rest).all()
        if not found:
            return
        for row in found:
            yield row[:width]
        rest = page.where(tuple_(*table.key) > tuple(found[-1][width:]))
