"""What of the money waits for a person: disputes to answer, refunds that failed, payments for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from ticketing.core.money import Money
from ticketing.orders.models import Order
from ticketing.payments.disputes import ENDED_WELL, LOST
from ticketing.payments.models import Dispute, Payment, Refund
from ticketing.payments.owed import went_back_otherwise
from ticketing.payments.refunds import CANCELED, DISPUTED, FAILED, goes_back, left_of
from ticketing.reports.money import event_of_dispute

NEEDS_ANSWER = frozenset({"needs_response", "warning_needs_response"})
"""The states of a dispute in which the bank waits for evidence."""


@dataclass(frozen=True)
class OpenDispute:
    """A dispute that is not decided; `due` is the last moment to answer, while `needs_answer`."""

    id: str
    order_code: str
    status: str
    reason: str
    amount: Money
    due: datetime | None

    @property
    def needs_answer(self) -> bool:
        """Whether the bank waits for us, and not we for the bank."""
        return self.status in NEEDS_ANSWER


@dataclass(frozen=True)
class FailedRefund:
    """Money that should have gone back and did not; `state` is `failed` or `canceled`, `why` is Stripe's word."""

    id: str
    order_code: str
    state: str
    amount: Money
    why: str


def open_disputes(session: Session, event_id: int | None = None) -> list[OpenDispute]:
    """All disputes that are not decided, the most urgent first; of one event, or of all."""
    # From the disputes, which are few, to their orders: joined, SQLite would go through all orders of the event.
    of_payment = select(Order.code).join(Payment, Payment.order_id == Order.id).where(Payment.id == Dispute.payment_id)
    rows = select(Dispute, of_payment.scalar_subquery()).where(Dispute.status.not_in({*ENDED_WELL, LOST}))
    if event_id is not None:
        rows = rows.where(event_of_dispute() == event_id)
    found = [
        OpenDispute(row.id, code, row.status, row.reason, Money(row.amount_minor, row.currency), row.evidence_due_by)
        for row, code in session.execute(rows)
    ]
    return sorted(found, key=lambda one: (not one.needs_answer, one.due is None, str(one.due), one.id))


def failed_refunds(session: Session, event_id: int | None = None) -> list[FailedRefund]:
    """All refunds that failed or were canceled, whose money neither a later one gives back nor somebody has paid."""
    later = aliased(Refund)
    again = exists().where(later.fact == "again:" + Refund.id)
    code_of = select(Order.code).where(Order.id == Refund.order_id).scalar_subquery()
    lost = Refund.state.in_((FAILED, CANCELED)), Refund.paid_outside_at.is_(None)
    rows = select(Refund, code_of).where(*lost, ~again).order_by(Refund.requested_at, Refund.id)
    if event_id is not None:
        rows = rows.where(Refund.event_id == event_id)
    return [
        FailedRefund(row.id, code, row.state, Money(row.amount_minor, row.currency), row.failure or "")
        for row, code in session.execute(rows).all()
        if not went_back_otherwise(session, row)
    ]


def payments_for_nothing(session: Session) -> list[tuple[str, str]]:
    """Order code and flag of each payment whose money paid for nothing and is not on its way back."""
    rows = select(Payment, Order.code).join(Order, Order.id == Payment.order_id)
    flagged = rows.where(Payment.flag.is_not(None), Payment.flag != DISPUTED)
    going = exists().where(Refund.payment_id == Payment.id, Refund.reason == Payment.flag, goes_back())
    found = session.execute(flagged.where(~going).order_by(Order.code)).all()
    return [(code, str(payment.flag)) for payment, code in found if left_of(session, payment) > 0]
