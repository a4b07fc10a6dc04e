"""Disputes: a cardholder asks the bank for the money back. Stripe has taken it already while the bank decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed, writing
from ticketing.core.money import Money
from ticketing.core.observe import log
from ticketing.events.catalog import load_by_id
from ticketing.orders.fulfil import BLOCKED_LETTER, RESTORED_LETTER, take_back, tell_holders
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.states import REFUNDED
from ticketing.payments import refunds
from ticketing.payments.models import Dispute, Payment, Refund
from ticketing.payments.outcome import Rejected, StripeDispute
from ticketing.payments.refunds import DISPUTED, EVENT_CANCELED, Cause
from ticketing.payments.settle import settle_intent
from ticketing.payments.start import gateway
from ticketing.tickets.issue import VALID, of_order, reinstate, revoke

LOST = "lost"
ENDED_WELL = frozenset({"won", "warning_closed", "prevented"})
ONLY_ASKED = frozenset({"warning_needs_response", "warning_under_review"})
"""A bank that asks before it disputes has taken no money."""


def settle_hint(stripe_id: str, now: datetime) -> None:
    """Something happened to this dispute of Stripe's; one that is not ours is left alone.

    Raises Unreachable when Stripe cannot be asked.
    """
    try:
        found = gateway().dispute(stripe_id)
    except Rejected:
        return
    settle_intent(found.payment_intent, now)
    with writing() as session:
        apply(session, found, now)


def apply(session: Session, found: StripeDispute, now: datetime) -> None:
    """Make our row say what Stripe says. The tickets stop working while it is open, where the event's rules say so;
    they work again when it is won, and their places go back when it is lost."""
    payment = session.scalars(select(Payment).where(Payment.payment_intent_id == found.payment_intent)).first()
    if payment is None or found.payment_intent is None:
        return
    session.execute(select(Order.id).where(Order.id == payment.order_id).with_for_update())
    dispute = session.get(Dispute, found.id, populate_existing=True)
    if dispute is None:
        dispute = _open(session, found, payment)
    dispute.status, dispute.amount_minor, dispute.updated_at = found.status, found.amount, now
    dispute.evidence_due_by, dispute.fee_minor = found.evidence_due_by, found.fee
    session.flush()
    _follow(session, dispute, payment, now)


def of_order_rows(session: Session, order_id: str) -> list[Dispute]:
    """All disputes about an order, the first one first."""
    rows = select(Dispute).join(Payment, Payment.id == Dispute.payment_id).where(Payment.order_id == order_id)
    return list(session.scalars(rows.order_by(Dispute.opened_at)))


def _open(session: Session, found: StripeDispute, payment: Payment) -> Dispute:
    log.warning("dispute", dispute=found.id, reason=found.reason)
    dispute = Dispute(
        id=found.id,
        payment_id=payment.id,
        reason=found.reason,
        currency=found.currency,
        blocked=False,
        opened_at=found.created_at,
    )
    session.add(dispute)
    return dispute


def _follow(session: Session, dispute: Dispute, payment: Payment, now: datetime) -> None:
    if payment.flag not in {None, DISPUTED}:
        return  # money that paid for nothing: no ticket is bound to it
    order = get(session, payment.order_id)
    if dispute.status in ENDED_WELL:
        _flag(session, payment, None)
        unblock(session, order, now)
        _refund_if_called_off(session, order, now)
    elif dispute.status == LOST:
        _flag(session, payment, DISPUTED)
        unblock(session, order, now)
        take_back(session, order, [ticket.number for ticket in of_order(session, order.code)], now)
    elif dispute.status not in ONLY_ASKED:
        _flag(session, payment, DISPUTED)
        if load_by_id(session, order.event_id).policy.get("disputes", "block") == "block" and not dispute.blocked:
            valid = [ticket.number for ticket in of_order(session, order.code) if ticket.state == VALID]
            dispute.blocked = bool(revoke(session, order.code, valid, now))
            tell_holders(session, order, valid, BLOCKED_LETTER, now, f":{dispute.id}")


def is_disputed(session: Session, order_id: str) -> bool:
    """Whether the buyer's bank looks into a payment of this order, or took it."""
    flagged = select(Payment.id).where(Payment.order_id == order_id, Payment.flag == DISPUTED)
    return session.scalar(flagged.limit(1)) is not None


def unblock(session: Session, order: Order, now: datetime) -> None:
    """Make the tickets that a dispute had stopped valid again, with the places that they still have."""
    for dispute in of_order_rows(session, order.id):
        if dispute.blocked:
            numbers = _blocked(session, order)
            reinstate(session, order.code, numbers, now)
            dispute.blocked = False
            tell_holders(session, order, numbers, RESTORED_LETTER, now, f":{dispute.id}")
    session.flush()


def _refund_if_called_off(session: Session, order: Order, now: datetime) -> None:
    """The bank had the money while everybody else got theirs back: now it can go back too."""
    session.expire_all()
    if load_by_id(session, order.event_id).canceled_at is None or order.state != REFUNDED:
        return
    left = refunds.left_of(session, refunds.confirmed(session, order.id))
    fact = refunds.called_off_fact(order.id)
    if left > 0 and session.scalar(select(Refund.id).where(Refund.fact == fact)) is None:
        cause = Cause(EVENT_CANCELED, "system", fact)
        refunds.refund_amount(session, order, Money(left, order.currency), cause, now)


def _flag(session: Session, payment: Payment, flag: str | None) -> None:
    """Only what disputes set is changed: money that paid for nothing keeps its own flag."""
    own = update(Payment).where(Payment.id == payment.id, Payment.flag.is_(None) | (Payment.flag == DISPUTED))
    changed(session, own.values(flag=flag))


def _blocked(session: Session, order: Order) -> list[int]:
    """The tickets that were stopped: revoked without their place having gone back, unlike those of a refund."""
    gone = {number for refund in refunds.of_order(session, order.id) for number in refund.tickets}
    return [ticket.number for ticket in of_order(session, order.code) if ticket.number not in gone]
