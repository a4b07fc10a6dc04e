"""What calling an event off means in orders and money: before it, while it goes on, and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.orders.models import Order
from ticketing.orders.states import PAID, PARTLY, WAITING
from ticketing.payments import calling_off
from ticketing.payments.models import Payment, Refund
from ticketing.payments.refunds import CANCELED, EVENT_CANCELED, FAILED, SUCCEEDED, goes_back
from ticketing.reports.to_act import failed_refunds


@dataclass(frozen=True)
class CallOff:
    """`paid` and `waiting` orders are still to be done, `money` is still to be asked for; `sent` refunds are on their
    way, `back` are done, `failed` need a person."""

    called_off_at: datetime | None
    done: int
    left: int
    paid: int
    waiting: int
    money: Money
    sent: int
    back: int
    failed: int


def call_off(session: Session, catalog: Catalog) -> CallOff:
    """How far it has come, from the orders and refunds themselves."""
    progress = calling_off.progress(session, catalog.id)
    orders = _counts(session, select(Order.state, func.count()).where(Order.event_id == catalog.id))
    state = case((Refund.paid_outside_at.is_not(None), SUCCEEDED), else_=Refund.state)
    repaid = select(state, func.count()).join(Order, Order.id == Refund.order_id)
    refunds = _counts(session, repaid.where(Order.event_id == catalog.id, Refund.reason == EVENT_CANCELED))
    ended = (FAILED, CANCELED, SUCCEEDED)
    return CallOff(
        called_off_at=catalog.canceled_at,
        done=progress.done,
        left=progress.left,
        paid=sum(orders.get(state, 0) for state in (PAID, PARTLY)),
        waiting=sum(orders.get(state, 0) for state in WAITING),
        money=Money(_money(session, catalog.id), catalog.currency),
        sent=sum(count for state, count in refunds.items() if state not in ended),
        back=refunds.get(SUCCEEDED, 0),
        failed=len(failed_refunds(session, catalog.id)),
    )


def _counts(session: Session, rows: Select[str, int]) -> dict[str, int]:
    state = rows.selected_columns[0]
    return {name: count for name, count in session.execute(rows.group_by(state))}


def _money(session: Session, event_id: int) -> int:
    """What was paid for orders that still have tickets, less what went back of it."""
    mine = (Order.event_id == event_id, Order.state.in_((PAID, PARTLY)))
    paid = select(func.coalesce(func.sum(Payment.amount_minor), 0)).join(Order, Order.id == Payment.order_id)
    paid = paid.where(*mine, Payment.state == "confirmed", Payment.flag.is_(None))
    gone = select(func.coalesce(func.sum(Refund.amount_minor), 0)).join(Payment, Payment.id == Refund.payment_id)
    gone = gone.join(Order, Order.id == Payment.order_id)
    gone = gone.where(*mine, Payment.flag.is_(None), goes_back())
    return int(session.scalar(paid) or 0) - int(session.scalar(gone) or 0)
