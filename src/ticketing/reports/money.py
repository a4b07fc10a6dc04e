"""What an event brought, order by order: taken, kept by Stripe, given back, left. Cash of the tills stands apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, ScalarSelect, and_, bindparam, case, func, literal_column, select
from sqlalchemy.orm import Session

from ticketing.orders.models import Order
from ticketing.payments.cash_models import CashShift
from ticketing.payments.disputes import ENDED_WELL, ONLY_ASKED
from ticketing.payments.methods import CASH, NOT_STRIPE
from ticketing.payments.models import Dispute, Payment, Refund, Takings
from ticketing.payments.refunds import OPEN
from ticketing.payments.takings import taken_by_stripe

AT_ONCE = 100
NOT_TAKEN = ENDED_WELL | ONLY_ASKED
"""The statuses of a dispute in which Stripe has not taken the money, or has given it back."""


@dataclass
class Sums:
    """Amounts in minor units; `fee` is that of payments and of disputes.

    `fees_unknown` counts payments whose fee Stripe has not told yet: it is not in `fee`. `outside` is what somebody
    paid back another way because Stripe could not: it has left the organizer, but not Stripe's balance.
    """

    gross: int = 0
    fee: int = 0
    fees_unknown: int = 0
    refunded: int = 0
    disputed: int = 0
    outside: int = 0

    @property
    def net(self) -> int:
        """What is left."""
        return self.gross - self.fee - self.refunded - self.disputed - self.outside


@dataclass
class OrderMoney:
    """The money of one order. `ids` are Stripe's: payment intents, charges, refunds, disputes."""

    code: str
    paid_at: datetime | None
    sums: Sums = field(default_factory=Sums)
    ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class MoneyOfEvent:
    """The sums of an event, and one page of its orders, those paid last first. `pages` counts from 1."""

    sums: Sums
    orders: Sequence[OrderMoney]
    count: int
    page: int
    pages: int


def money(session: Session, event_id: int, page: int = 1) -> MoneyOfEvent:
    """The money of an event as it stands here; a page past the last is the last. In always as many statements."""
    sums = sums_of(session, event_id)
    count = session.scalar(select(func.count(Order.id.distinct())).where(*_confirmed(event_id))) or 0
    pages = max(1, -(-count // AT_ONCE))
    page = min(max(1, page), pages)
    paid_last = func.max(Payment.confirmed_at).label("paid_at")
    asked = select(Order.id, Order.code, paid_last).where(*_confirmed(event_id)).group_by(Order.id, Order.code)
    rows = session.execute(asked.order_by(paid_last.desc(), Order.code).limit(AT_ONCE).offset((page - 1) * AT_ONCE))
    orders = {order_id: OrderMoney(code, paid_at) for order_id, code, paid_at in rows}
    _fill(session, orders)
    return MoneyOfEvent(sums, list(orders.values()), count, page, pages)


@dataclass(frozen=True)
class CashSums:
    """The cash of an event's tills in minor units: `taken`, `voided` at once, `back` later by hand, and what counts at
    the end of shifts found too much or (below zero) missing."""

    sales: int
    taken: int
    voided: int
    back: int
    difference: int

    @property
    def net(self) -> int:
        """What is left."""
        return self.taken - self.voided - self.back + self.difference


def sums_of(session: Session, event_id: int) -> Sums:
    """What went through Stripe, from sums that are kept and from rows of refunds and disputes, which are few."""
    taken, back, disputed = (session.execute(rows, {"event_id": event_id}).one() for rows in _sums())
    gross, fee, fees_unknown, refunded, outside, held, held_fees = (
        int(part or 0) for part in (*taken, *back, *disputed)
    )
    return Sums(gross, fee + held_fees, fees_unknown, refunded, held, outside)


@cache
def _sums() -> tuple[Executable, Executable, Executable]:
    """What was taken, given back, disputed. Made once: an open dashboard asks for all of it every three seconds."""
    mine: Any = bindparam("event_id")
    taken = select(func.sum(Takings.taken_minor), func.sum(Takings.fee_minor), func.sum(Takings.fees_unknown))
    through = Refund.state.in_(OPEN)
    outside_only = and_(~through, Refund.paid_outside_at.is_not(None))
    back = select(*(func.sum(case((which, Refund.amount_minor), else_=0)) for which in (through, outside_only)))
    elsewhere = select(Payment.id).where(*_counted(mine), Payment.methods.in_(NOT_STRIPE))
    held = func.sum(case((Dispute.status.in_(NOT_TAKEN), 0), else_=Dispute.amount_minor))
    return (
        taken.where(Takings.event_id == mine, Takings.methods != CASH),
        back.where(Refund.event_id == mine, Refund.payment_id.not_in(elsewhere)),
        select(held, func.sum(Dispute.fee_minor)).where(event_of_dispute() == mine),
    )


def cash_money(session: Session, event_id: int) -> CashSums:
    """The cash of an event as it stands here."""
    sums = select(Takings.count, Takings.taken_minor).where(Takings.event_id == event_id, Takings.methods == CASH)
    count, taken = session.execute(sums).one_or_none() or (0, 0)
    gone, back = _cash_gone(session, event_id) if count else (0, 0)
    counted = select(func.sum(CashShift.counted_minor - CashShift.cash_minor)).where(CashShift.event_id == event_id)
    return CashSums(count, taken, gone, back, int(session.scalar(counted) or 0))


def _cash_gone(session: Session, event_id: int) -> tuple[int, int]:
    """What was voided, and what was given back by hand."""
    voided = func.sum(case((Refund.reason == "void", Refund.amount_minor), else_=0))
    by_hand = func.sum(case((Refund.paid_outside_at.is_not(None), Refund.amount_minor), else_=0))
    backs = select(voided, by_hand).join(Payment, Payment.id == Refund.payment_id)
    gone, back = session.execute(backs.where(*_counted(event_id), Payment.methods == CASH)).one()
    return int(gone or 0), int(back or 0)


def event_of_dispute() -> ScalarSelect[int]:
    """Looked up for each dispute, because they are few: joined, SQLite would go through all payments instead."""
    return select(Payment.event_id).where(Payment.id == Dispute.payment_id).scalar_subquery()


def _counted(event_id: Any) -> tuple[ColumnElement[bool], ...]:
    """Confirmed payments, said as in the condition of their index: a bound value would keep SQLite from using it."""
    return Payment.event_id == event_id, literal_column("payment.state = 'confirmed'")


def _confirmed(event_id: int) -> tuple[ColumnElement[bool], ...]:
    return *_counted(event_id), Payment.methods.not_in(NOT_STRIPE), Payment.order_id == Order.id


def _fill(session: Session, orders: dict[str, OrderMoney]) -> None:
    """Add up what belongs to these orders."""
    columns = select(
        Payment.order_id, taken_by_stripe(), Payment.fee_minor, Payment.payment_intent_id, Payment.charge_id
    )
    paid = columns.where(Payment.order_id.in_(orders), Payment.state == "confirmed").order_by(Payment.confirmed_at)
    for order_id, taken, fee, intent, charge in session.execute(paid):
        order = orders[order_id]
        order.sums.gross += taken
        order.sums.fee += fee or 0
        order.sums.fees_unknown += fee is None
        order.ids += [name for name in (intent, charge) if name]
    backs = select(Refund.order_id, Refund.state, Refund.amount_minor, Refund.stripe_id, Refund.paid_outside_at)
    for order_id, state, amount, name, outside in session.execute(backs.where(Refund.order_id.in_(orders))):
        orders[order_id].sums.refunded += amount if state in OPEN else 0
        orders[order_id].sums.outside += amount if outside and state not in OPEN else 0
        orders[order_id].ids += [name] if name else []
    held = select(Payment.order_id, Dispute.status, Dispute.amount_minor, Dispute.fee_minor, Dispute.id)
    held = held.join(Payment, Payment.id == Dispute.payment_id).where(Payment.order_id.in_(orders))
    for order_id, status, amount, fee, name in session.execute(held):
        orders[order_id].sums.fee += fee
        orders[order_id].sums.disputed += 0 if status in NOT_TAKEN else amount
        orders[order_id].ids.append(name)
