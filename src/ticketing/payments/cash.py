"""Selling at a till: for cash, which is a payment that Stripe never hears of, or on the buyer's own phone.

A cash sale is one transaction: places, order, payment, drawer and tickets, all or none. One on the phone is an ordinary
order that waits for Stripe; it only stands in somebody's shift.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.batch import run_together
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token, new_id
from ticketing.events.catalog import Catalog
from ticketing.orders import checkout
from ticketing.orders.buyer import Buyer
from ticketing.orders.fulfil import PAID_LETTER, To, fulfil, take_back, write
from ticketing.orders.models import Order
from ticketing.orders.pricing import Quote
from ticketing.orders.reading import get
from ticketing.orders.states import PAID, PARTLY
from ticketing.payments.cash_models import TillSale
from ticketing.payments.cash_shifts import move_cash
from ticketing.payments.methods import CARD, CASH
from ticketing.payments.models import Payment, Refund
from ticketing.payments.refunds import SUCCEEDED, confirmed, left_of
from ticketing.payments.start import paid_at_once, preparing
from ticketing.payments.takings import count_in

PHONE = "phone"
WAYS = (CASH, PHONE)
VOID = "void"


@dataclass(frozen=True)
class AtTill:
    """Who sells, in which shift, for `cash` or on the buyer's `phone`; `given` is the cash that was handed over, in
    minor units, where it is known."""

    shift_id: str
    by: str
    way: str = CASH
    given: int | None = None


def sell(session: Session, catalog: Catalog, quote: Quote, buyer: Buyer, till: AtTill, now: datetime) -> str:
    """Sell for cash that lies on the counter, or place an order that its buyer pays on a phone; returns its id.

    Raises Refused("given_too_little"), Refused("shift_over"); Unmet where places are gone, and IntegrityError where
    this form was sent before: the transaction must be rolled back then.
    """
    total, is_cash = quote.total.amount, till.way == CASH
    if is_cash and till.given is not None and till.given < total:
        raise Refused("given_too_little")
    placed, steps = checkout.placing(catalog, quote, buyer, now)
    payment, noting = preparing(placed, CARD, now)
    order_id, given = placed.id, till.given if is_cash else None
    run_together(session.connection(), steps if is_cash else [*steps, noting])
    facts = {"order_id": order_id, "shift_id": till.shift_id, "way": till.way, "given_minor": given}
    session.add(TillSale(**facts, sold_at=now, sold_by=till.by))
    move_cash(session, till.shift_id, total if is_cash else 0)
    if is_cash:
        session.add(paid_at_once(payment, CASH, now))
        session.flush()
        fulfil(session, order_id, now)
        count_in(session, payment.id)
    audit.record(session, now, till.by, "till.sale", f"order:{order_id}", way=till.way, amount=total)
    return order_id


def sale_of(session: Session, order_id: str) -> TillSale:
    """The sale of this order at a till; raises Refused("not_found")."""
    found = session.get(TillSale, order_id, populate_existing=True)
    if found is None:
        raise Refused("not_found", 404)
    return found


def is_cash(session: Session, order_id: str) -> bool:
    """Whether an order was paid in cash at a till: its money goes back by hand."""
    cash = select(Payment.id).where(Payment.order_id == order_id, Payment.methods == CASH)
    return session.scalar(cash.limit(1)) is not None


def void(session: Session, order_id: str, by: str, now: datetime) -> None:
    """Take a cash sale back: the cash comes out of the drawer it went into, the tickets end, the places are free.

    Once: a second time changes nothing. Raises Refused("void_not_cash"), Refused("void_not_whole") where something of
    it went back already, and Refused("shift_over") where the drawer was counted since: then it is a refund.
    """
    sale = sale_of(session, order_id)
    if sale.way != CASH:
        raise Refused("void_not_cash")
    mine = update(TillSale).where(TillSale.order_id == order_id, TillSale.voided_at.is_(None))
    if changed(session, mine.values(voided_at=now, voided_by=by)) != 1:
        return
    order, payment = get(session, order_id), confirmed(session, order_id)
    numbers = range(1, sum(line.quantity for line in order.lines) + 1)
    if left_of(session, payment) != payment.amount_minor or take_back(session, order, numbers, now) != list(numbers):
        raise Refused("void_not_whole")
    move_cash(session, sale.shift_id, -payment.amount_minor)
    if payment.amount_minor:
        session.add(_paid_back(payment, list(numbers), by, now))
    audit.record(session, now, by, "till.void", f"order:{order_id}", amount=payment.amount_minor, shift=sale.shift_id)


def _paid_back(payment: Payment, numbers: list[int], by: str, now: datetime) -> Refund:
    """The money of a void: it is back in the buyer's hand in this moment."""
    return Refund(
        id=new_id(),
        fact=f"{VOID}:{payment.order_id}",
        payment_id=payment.id,
        event_id=payment.event_id,
        order_id=payment.order_id,
        reason=VOID,
        state=SUCCEEDED,
        amount_minor=payment.amount_minor,
        kept_minor=0,
        currency=payment.currency,
        tickets=numbers,
        requested_by=by,
        requested_at=now,
        settled_at=now,
        check_at=None,
        checks=0,
    )


def give_address(session: Session, order_id: str, address: To, by: str, now: datetime) -> None:
    """From now on the letters of this order go there, the one with the tickets at once: a buyer says it after paying.

    Once for each address. Raises Refused("not_paid"), and Refused("shift_over") after the shift that sold it.
    """
    sale = sale_of(session, order_id)
    move_cash(session, sale.shift_id, 0)
    if get(session, order_id).state not in (PAID, PARTLY):
        raise Refused("not_paid")
    mine = update(Order).where(Order.id == order_id)
    changed(session, mine.values(buyer_email=address.address, language=address.language))
    write(session, get(session, order_id), PAID_LETTER, now, hash_token(repr(address))[:16])
    audit.record(session, now, by, "till.address", f"order:{order_id}")


def sales_of(session: Session, shift_id: str, limit: int = 500) -> list[tuple[TillSale, Order]]:
    """What was sold in a shift, the newest first."""
    rows = select(TillSale, Order).join(Order, Order.id == TillSale.order_id).where(TillSale.shift_id == shift_id)
    found = session.execute(rows.order_by(TillSale.sold_at.desc(), TillSale.order_id).limit(limit))
    return [(sale, order) for sale, order in found]
