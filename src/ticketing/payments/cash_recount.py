"""Recounting drawers: what a shift says that lies in its drawer, against what was sold and voided in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from ticketing.orders.models import Order
from ticketing.payments.cash_models import CashBack, CashShift, FloatChange, TillSale
from ticketing.payments.cash_shifts import LONGEST_SHIFT, OPEN, worth
from ticketing.payments.methods import CASH
from ticketing.payments.models import Payment, Refund


def wrong_drawers(session: Session) -> Iterator[str]:
    """Shifts whose drawer is not what their sales come to, or whose counts were added up wrongly."""
    for shift, moved, back, put in session.execute(_moved()).all():
        expected = shift.opened_minor + int(moved or 0) - int(back or 0) + int(put or 0)
        if shift.cash_minor != expected:
            yield f"shift {shift.id} says {shift.cash_minor} {shift.currency} in its drawer, its sales say {expected}"
        if (began := worth(shift.opened_with)) != shift.opened_minor:
            yield f"shift {shift.id} began with {began} and not {shift.opened_minor} {shift.currency}"
        if shift.counted is not None and worth(shift.counted) != shift.counted_minor:
            yield f"shift {shift.id} ended with {worth(shift.counted)} and not {shift.counted_minor} {shift.currency}"


def wrong_sales(session: Session) -> Iterator[str]:
    """Cash that stands in no shift, and voids and cash given back that the refunds do not know of."""
    cash = select(Order.code).join(Payment, Payment.order_id == Order.id).where(Payment.methods == CASH)
    sold = select(TillSale.order_id).where(TillSale.way == CASH)
    for code in session.scalars(cash.where(Order.id.not_in(sold))):
        yield f"order {code} was paid in cash, but in no shift"
    voided = select(Order.code).join(TillSale, TillSale.order_id == Order.id).where(TillSale.voided_at.is_not(None))
    back = select(Refund.order_id).where(Refund.reason == "void")
    for code in session.scalars(voided.where(Order.total_minor > 0, Order.id.not_in(back))):
        yield f"order {code} was voided, but no money went back"
    given = select(Order.code).join(Refund, Refund.order_id == Order.id).join(CashBack, CashBack.refund_id == Refund.id)
    for code in session.scalars(given.where(Refund.paid_outside_at.is_(None))):
        yield f"order {code} got cash out of a drawer for a refund that says nothing of it"


def _moved() -> Select[Any]:
    """What came into each drawer and stayed there, what was given back out of it later, and how its float changed."""
    amount = case((TillSale.voided_at.is_(None), Payment.amount_minor), else_=0)
    sums = (
        select(TillSale.shift_id, func.sum(amount).label("moved"))
        .join(Payment, (Payment.order_id == TillSale.order_id) & (Payment.methods == CASH))
        .group_by(TillSale.shift_id)
        .subquery()
    )
    given = func.sum(CashBack.amount_minor).label("back")
    back = select(CashBack.shift_id, given).group_by(CashBack.shift_id).subquery()
    changed = func.sum(FloatChange.amount_minor).label("put")
    put = select(FloatChange.shift_id, changed).group_by(FloatChange.shift_id).subquery()
    all_of_it = select(CashShift, sums.c.moved, back.c.back, put.c.put)
    for one in (sums, back, put):
        all_of_it = all_of_it.outerjoin(one, one.c.shift_id == CashShift.id)
    return all_of_it


def left_open(session: Session, now: datetime) -> Iterator[str]:
    """Shifts whose drawers nobody has counted for longer than a day at the door lasts."""
    late = select(CashShift).where(CashShift.state == OPEN, CashShift.opened_at < now - LONGEST_SHIFT)
    for shift in session.scalars(late.order_by(CashShift.opened_at)):
        yield f"shift {shift.id} of {shift.till} has been open since {shift.opened_at:%Y-%m-%dT%H:%MZ}"
