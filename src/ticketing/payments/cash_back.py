"""Cash that goes back later than by a void: the office refunds the tickets, any open till gives the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.errors import Refused
from ticketing.core.i18n import force_locale
from ticketing.core.i18n import gettext as _
from ticketing.orders.reading import get
from ticketing.payments.cash_models import CashBack
from ticketing.payments.cash_shifts import move_cash
from ticketing.payments.methods import CASH
from ticketing.payments.models import Refund
from ticketing.payments.outside import failed_of, note_paid_outside


@dataclass(frozen=True)
class Giving:
    """Which refund of which order is paid, out of the drawer of which shift, by whom."""

    order_id: str
    refund_id: str
    shift_id: str
    by: str


def owed_in_cash(session: Session, order_id: str) -> list[Refund]:
    """The refunds of an order paid in cash whose money nobody has given back yet."""
    return [refund for refund in failed_of(session, order_id) if refund.failure == CASH]


def given_back(session: Session, shift_id: str) -> int:
    """What went out of the drawer of a shift for refunds, in minor units."""
    return int(session.scalar(select(func.sum(CashBack.amount_minor)).where(CashBack.shift_id == shift_id)) or 0)


def give_back(session: Session, giving: Giving, now: datetime) -> None:
    """Give the money of a refund out of an open drawer, which is noted at both; a second time changes nothing.

    Raises Refused("not_found") for no refund of this order, Refused("refund_not_cash") for one that Stripe pays,
    Refused("refund_not_failed") where somebody paid it another way, Refused("shift_over"), Refused("drawer_short").
    """
    refund = session.get(Refund, giving.refund_id, populate_existing=True)
    if refund is None or refund.order_id != giving.order_id:
        raise Refused("not_found", 404)
    if session.get(CashBack, refund.id, populate_existing=True) is not None:
        return
    if refund.failure != CASH:
        raise Refused("refund_not_cash")
    with force_locale(get(session, giving.order_id).language):
        how = _("in cash at the till")
    note_paid_outside(session, refund, how, giving.by, now)
    move_cash(session, giving.shift_id, -refund.amount_minor)
    facts = {"refund_id": refund.id, "shift_id": giving.shift_id, "amount_minor": refund.amount_minor}
    session.add(CashBack(**facts, given_at=now, given_by=giving.by))
    audit.record(session, now, giving.by, "till.back", f"order:{giving.order_id}", **facts)
