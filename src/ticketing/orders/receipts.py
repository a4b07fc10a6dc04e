"""Receipts (領収書) and return invoices (返還インボイス): numbered without gaps, issued once, reprinted with a mark.

Contents follow Japan's Consumption Tax Act, article 57-4: paragraph 1 for a qualified invoice (適格請求書), paragraph 3
for the return invoice (適格返還請求書). Its enforcement order, article 70-10, has the tax rounded once per document and
rate; we round down (`money.included_tax`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed, insert_or
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.core.money import Money, included_tax
from ticketing.orders.models import Order, OrderLine, Receipt
from ticketing.orders.states import PAID, PARTLY, REFUNDED

LONGEST_ADDRESSEE = 100
ISSUED_IN = frozenset({PAID, PARTLY})
"""The states in which a receipt may be issued for the first time."""
TRIES = 200
# What turns the direction of writing around could make a name read as another one.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})


@dataclass(frozen=True)
class RatePart:
    """What a document says of one tax rate: `tax` is contained in `amount`, rounded down once."""

    percent: int
    amount: Money
    tax: Money


@dataclass(frozen=True)
class Returned:
    """Money that went back to the buyer at `at`: `kept` was kept as a fee for the tickets with these numbers.

    Without numbers the money went back on the whole order (a reduction of its price). `void`: it did not arrive.
    """

    refund_id: str
    amount: Money
    kept: Money
    tickets: tuple[int, ...]
    at: datetime
    void: bool = False


def issue(session: Session, order: Order, addressee: str, now: datetime) -> Receipt:
    """The receipt of an order: issued now, or the one there is, whose addressee stays.

    `addressee` is what the buyer typed; nothing stands for the buyer's name. Raises Refused("addressee_invalid"),
    Refused("name_too_long"), Refused("receipt_free"), Refused("receipt_unpaid"), and Refused("receipt_closed") when all
    tickets went back.
    """
    fact = f"receipt:{order.id}"
    known = _by_fact(session, fact)
    if known is not None:
        return known
    check_issuable(order)
    name = read_addressee(addressee, order.buyer_name)
    return _add(session, order, {"fact": fact, "addressee": name}, parts_of(order), now)


def check_issuable(order: Order) -> None:
    """Whether a first receipt may be issued; raises Refused("receipt_unpaid"), Refused("receipt_closed") and, where
    nothing was paid because it cost nothing, Refused("receipt_free")."""
    if order.state == REFUNDED:
        raise Refused("receipt_closed")
    if order.state not in ISSUED_IN:
        raise Refused("receipt_unpaid")
    if order.total_minor == 0:
        raise Refused("receipt_free")


def returned(session: Session, order: Order, facts: Returned, now: datetime) -> Receipt:
    """The return invoice of a refund: issued now, or the one there is. It names whom the receipt names."""
    fact = f"return:{facts.refund_id}"
    known = _by_fact(session, fact)
    if known is not None:
        return known
    receipt = of_order(session, order.id)
    more = {
        "fact": fact,
        "refund_id": facts.refund_id,
        "addressee": receipt.addressee if receipt else order.buyer_name,
    }
    return _add(session, order, more, parts_returned(order, facts), now)


def of_order(session: Session, order_id: str) -> Receipt | None:
    """The receipt of an order, once one was issued."""
    return _by_fact(session, f"receipt:{order_id}")


def returns_of(session: Session, order_id: str) -> dict[str, Receipt]:
    """The return invoices of an order that were issued, by the id of their refund."""
    rows = session.scalars(select(Receipt).where(Receipt.order_id == order_id, Receipt.refund_id.is_not(None)))
    return {str(row.refund_id): row for row in rows}


def count_print(session: Session, issued: Receipt) -> Receipt:
    """Count a print of this document and return it as it stands then: from its second print on it is a reissue."""
    one_more = update(Receipt).where(Receipt.id == issued.id).values(printed=Receipt.printed + 1)
    changed(session, one_more)
    return session.get_one(Receipt, issued.id, populate_existing=True)


def read_addressee(text: str, buyer_name: str) -> str:
    """The name as typed, without spaces around it; the buyer's name where nothing was typed.

    Raises Refused("addressee_invalid") for characters that cannot be printed, Refused("name_too_long") above 100.
    """
    name = text.strip(" \t\u3000\u00a0")
    if any(character in _TURNING or unicodedata.category(character) in _UNPRINTABLE for character in name):
        raise Refused("addressee_invalid", 400)
    if len(name) > LONGEST_ADDRESSEE:
        raise Refused("name_too_long", 400)
    return name.strip() or buyer_name


def parts_of(order: Order) -> tuple[RatePart, ...]:
    """What was paid by rate, from the order's lines."""
    return _parts(_by_rate(seats_of(order)), order.currency)


def parts_returned(order: Order, facts: Returned) -> tuple[RatePart, ...]:
    """What went back by rate: shared out by what was paid for these tickets, the highest rate takes what is left."""
    paid = _by_rate(tickets_returned(order, facts))
    total = sum(paid.values()) or 1
    shares = {rate: facts.amount.amount * amount // total for rate, amount in paid.items()}
    shares[max(paid)] += facts.amount.amount - sum(shares.values())
    return _parts(shares, facts.amount.currency)


def tickets_returned(order: Order, facts: Returned) -> list[OrderLine]:
    """The line that each ticket was bought in that the money went back for; tickets are numbered as lines stand."""
    seats = seats_of(order)
    return [seats[number - 1] for number in facts.tickets if 0 < number <= len(seats)] or seats


def seats_of(order: Order) -> list[OrderLine]:
    """For each ticket, from number 1 on, the line that it was bought in."""
    return [line for line in order.lines for _ in range(line.quantity)]


def _by_rate(seats: Sequence[OrderLine]) -> dict[int, int]:
    amounts: dict[int, int] = {}
    for line in seats:
        amounts[line.tax_percent] = amounts.get(line.tax_percent, 0) + line.unit_minor
    return amounts


def _parts(by_rate: Mapping[int, int], currency: str) -> tuple[RatePart, ...]:
    parts = []
    for percent, minor in sorted(by_rate.items(), reverse=True):
        amount = Money(minor, currency)
        parts.append(RatePart(percent, amount, included_tax(amount, percent)))
    return tuple(part for part in parts if part.amount.amount) or tuple(parts[:1])


def _by_fact(session: Session, fact: str) -> Receipt | None:
    return session.scalars(select(Receipt).where(Receipt.fact == fact)).one_or_none()


def _add(session: Session, order: Order, more: Mapping[str, Any], parts: Sequence[RatePart], now: datetime) -> Receipt:
    """Insert a document under the next number of its event.

    Who takes the same number at the same moment waits for us (the unique constraint) and then takes the next one; if we
    fail, ours. So every number is given once and none is left out, on either database.
    """
    highest = select(func.coalesce(func.max(Receipt.number), 0)).where(Receipt.event_id == order.event_id)
    row = {
        "id": new_id(),
        "event_id": order.event_id,
        "order_id": order.id,
        "amount_minor": sum(part.amount.amount for part in parts),
        "tax_minor": sum(part.tax.amount for part in parts),
        "currency": order.currency,
        "issued_at": now,
        "printed": 0,
        **more,
    }
    adding = insert_or(Receipt, session.get_bind().dialect.name)
    adding = adding.values(**row, number=highest.scalar_subquery() + 1).on_conflict_do_nothing()
    for _ in range(TRIES):
        changed(session, adding)
        made = _by_fact(session, str(row["fact"]))
        if made is not None:
            return made
    raise Refused("busy", 503)
