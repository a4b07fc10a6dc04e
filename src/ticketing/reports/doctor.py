"""The doctor: recounts every counter and checks what must always hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.core import clock
from ticketing.core.money import Money
from ticketing.door.recount import wrong_rooms
from ticketing.inventory import allotments
from ticketing.inventory.models import Hold
from ticketing.inventory.recount import wrong_counters
from ticketing.mail.models import Letter
from ticketing.orders.models import Order, OrderLine
from ticketing.orders.states import AWAITING, PAID, PARTLY, PENDING
from ticketing.payments.cash_recount import left_open, wrong_drawers, wrong_sales
from ticketing.payments.takings import wrong_takings
from ticketing.reports.promo_codes import wrong_uses
from ticketing.reports.tally import wrong_tallies
from ticketing.reports.to_act import failed_refunds, open_disputes, payments_for_nothing
from ticketing.tickets.models import Ticket
from ticketing.waiting.recount import wrong_waiting
from ticketing.wallet import checks

HOLD_OF = {PENDING: "held", AWAITING: "held", PAID: "sold", PARTLY: "sold"}


@dataclass(frozen=True)
class Finding:
    """Something that does not hold."""

    code: str
    detail: str


def examine(session: Session) -> list[Finding]:
    """Everything that is wrong; empty when all is well."""
    findings = [Finding("stock_count", line) for line in wrong_counters(session)]
    findings += [Finding("stock_count", line) for line in wrong_waiting(session)]
    findings += [Finding("room_count", line) for line in wrong_rooms(session)]
    findings += [Finding("tally_count", line) for line in wrong_tallies(session)]
    findings += [Finding("takings_count", line) for _event, line in wrong_takings(session)]
    findings += [Finding("allotment_hold", line) for line in allotments.wrong(session)]
    findings += [Finding("promo_count", line) for line in wrong_uses(session)]
    findings += [Finding("order_hold", line) for line in _orders_without_their_hold(session)]
    findings += [Finding("order_tickets", line) for line in _orders_without_their_tickets(session)]
    findings += [Finding("payment_flag", line) for line in _flagged_payments(session)]
    findings += [Finding("refund_failed", line) for line in _failed_refunds(session)]
    findings += [Finding("cash_count", line) for line in (*wrong_drawers(session), *wrong_sales(session))]
    findings += [Finding("shift_left_open", line) for line in left_open(session, clock.now())]
    findings += [Finding("dispute_open", line) for line in _open_disputes(session)]
    findings += [Finding("letter_failed", line) for line in _failed_letters(session)]
    findings += [Finding("wallet_keys", line) for line in checks.faults(clock.now())]
    return findings


def _orders_without_their_hold(session: Session) -> Iterator[str]:
    rows = session.execute(select(Order.code, Order.state, Hold.state).join(Hold, Hold.id == Order.hold_id))
    for code, state, hold in rows:
        expected = HOLD_OF.get(state, "released")
        if hold != expected:
            yield f"order {code} is {state}, its hold is {hold} and not {expected}"


def _orders_without_their_tickets(session: Session) -> Iterator[str]:
    issued = select(Ticket.order_code, func.count().label("count")).group_by(Ticket.order_code).subquery("issued")
    rows = session.execute(
        select(Order.code, Order.state, func.sum(OrderLine.quantity), func.max(func.coalesce(issued.c.count, 0)))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .outerjoin(issued, issued.c.order_code == Order.code)
        .group_by(Order.code, Order.state)
    )
    for code, state, bought, count in rows:
        expected = bought if state in (PAID, PARTLY) else 0
        if state in HOLD_OF and count != expected:
            yield f"order {code} is {state} with {count} tickets, expected {expected}"


def _flagged_payments(session: Session) -> Iterator[str]:
    for code, flag in payments_for_nothing(session):
        yield f"payment of order {code}: {flag}"


def _failed_refunds(session: Session) -> Iterator[str]:
    for refund in failed_refunds(session):
        why = f" ({refund.why})" if refund.why else ""
        yield f"order {refund.order_code}: {_money(refund.amount)} did not go back, refund {refund.state}{why}"


def _open_disputes(session: Session) -> Iterator[str]:
    for dispute in open_disputes(session):
        due = f", answer until {dispute.due:%Y-%m-%dT%H:%MZ}" if dispute.needs_answer and dispute.due else ""
        about = f"dispute {dispute.id} about {_money(dispute.amount)}"
        yield f"order {dispute.order_code}: {about} is {dispute.status}{due}"


def _money(amount: Money) -> str:
    return f"{amount.amount} {amount.currency}"


def _failed_letters(session: Session) -> Iterator[str]:
    for fact, error in session.execute(select(Letter.fact, Letter.last_error).where(Letter.state == "failed")):
        yield f"{fact}: {error}"
