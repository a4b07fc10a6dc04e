"""What people do to an order's money by hand, in the office or by command.

A refund is planned first, so that what is shown for confirmation is what is carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token
from ticketing.core.money import Money
from ticketing.orders.fulfil import REVOKED_LETTER, write
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.states import CANCELED, EXPIRED, PAID, PARTLY, WAITING
from ticketing.orders.terms import Terms, price_of
from ticketing.payments.giving_up import give_up
from ticketing.payments.models import Payment, Refund
from ticketing.payments.outcome import Rejected, Unreachable
from ticketing.payments.outside import failed_of
from ticketing.payments.refunds import Cause, confirmed, left_of, refund_amount, refund_tickets
from ticketing.tickets.issue import VALID, of_order

REASON = "organizer"


@dataclass(frozen=True)
class Plan:
    """A refund before it is done: `numbers` are the tickets that will be revoked, `amount` is what goes back.

    `price` is what was paid for these tickets; `left` is what remains of the payment afterwards; `method` is how it
    was paid.
    """

    numbers: tuple[int, ...]
    amount: Money
    price: Money
    left: Money
    method: str


def valid_numbers(session: Session, order: Order) -> tuple[int, ...]:
    """The numbers of the tickets that are valid now."""
    return tuple(ticket.number for ticket in of_order(session, order.code) if ticket.state == VALID)


def free_of(session: Session, payment: Payment) -> Money:
    """What of a payment somebody may still decide to give back. What refunds that failed owe is the buyer's already,
    and has its own ways: asked for again, or noted as paid."""
    owed = sum(one.amount_minor for one in failed_of(session, payment.order_id) if one.payment_id == payment.id)
    return Money(max(0, left_of(session, payment) - owed), payment.currency)


def plan_all(session: Session, order: Order) -> Plan:
    """All valid tickets, in full. Raises Refused("nothing_valid") and what `plan_tickets` raises."""
    confirmed(session, order.id)
    numbers = valid_numbers(session, order)
    if not numbers:
        raise Refused("nothing_valid")
    return plan_tickets(session, order, numbers)


def plan_tickets(session: Session, order: Order, numbers: Sequence[int]) -> Plan:
    """These tickets in full, or as much as earlier refunds have left of the payment.

    Raises Refused("nothing_chosen"), Refused("ticket_not_valid"), Refused("not_paid"), Refused("disputed").
    """
    if not numbers:
        raise Refused("nothing_chosen", 400)
    payment = confirmed(session, order.id)
    if not set(numbers) <= set(valid_numbers(session, order)):
        raise Refused("ticket_not_valid")
    price = price_of(order, sorted(set(numbers)))
    left = free_of(session, payment)
    amount = min(price, left)
    return Plan(tuple(sorted(set(numbers))), amount, price, left - amount, payment.method or "")


def plan_amount(session: Session, order: Order, minor: int) -> Plan:
    """This many minor units; the tickets stay valid.

    Raises Refused("amount_unreadable"), Refused("refund_too_much"), Refused("refund_owed"), Refused("not_paid"),
    Refused("disputed").
    """
    if minor < 1:
        raise Refused("amount_unreadable", 400)
    payment = confirmed(session, order.id)
    amount, left = Money(minor, order.currency), free_of(session, payment)
    if amount > left:
        raise Refused("refund_too_much" if minor > left_of(session, payment) else "refund_owed")
    return Plan((), amount, amount, left - amount, payment.method or "")


def carry_out(session: Session, order: Order, plan: Plan, cause: Cause, now: datetime) -> Refund | None:
    """Do what was planned, once for each fact of the cause; None where tickets are revoked and no money is left."""
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update())
    known = by_fact(session, cause.fact)
    if known is not None:
        return known
    audit.record(
        session,
        now,
        cause.by,
        "order.refund",
        f"order:{order.id}",
        tickets=list(plan.numbers),
        amount=plan.amount.amount,
        currency=plan.amount.currency,
    )
    if plan.numbers:
        terms = Terms(plan.amount, Money(0, order.currency), 0, None)
        if plan.amount.amount == 0:  # else the letters about the money say it
            write(session, order, REVOKED_LETTER, now, hash_token(cause.fact)[:16], numbers=list(plan.numbers))
        return refund_tickets(session, order, plan.numbers, terms, cause, now)
    return refund_amount(session, order, plan.amount, cause, now)


def by_fact(session: Session, fact: str) -> Refund | None:
    """The refund that was asked for under this fact."""
    return session.scalars(select(Refund).where(Refund.fact == fact)).one_or_none() if fact else None


def check_waiting(state: str) -> None:
    """Whether an order in this state can still be paid; raises Refused("paid_meanwhile") or Refused("order_over")."""
    if state not in WAITING:
        raise Refused("paid_meanwhile" if state in {PAID, PARTLY} else "order_over")


def cancel_waiting(order_id: str, by: str, now: datetime) -> None:
    """End an order that is not paid, at Stripe first.

    Raises Refused("order_over") where it ended before, Refused("paid_meanwhile"), Refused("paying_now") while the
    buyer stands at the till of a store, Refused("stripe_away").
    """
    with reading() as session:
        check_waiting(get(session, order_id).state)
    try:
        give_up(order_id, now)
    except (Unreachable, Rejected) as error:
        raise Refused("stripe_away", 503) from error
    with writing() as session:
        state = get(session, order_id).state
        if state in WAITING:
            raise Refused("paying_now")
        if state not in {CANCELED, EXPIRED}:
            raise Refused("paid_meanwhile")
        audit.record(session, now, by, "order.cancel", f"order:{order_id}")
