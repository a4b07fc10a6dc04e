"""Stripe's own books for the fake gateway, and looks at what reconciling says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from factories import House
from ticketing.core.db import changed, reading, writing
from ticketing.orders.reading import get
from ticketing.orders.terms import in_full
from ticketing.payments.differences import Difference
from ticketing.payments.models import Payment
from ticketing.payments.outcome import BalanceLine, StripeRefund
from ticketing.payments.reconcile import Result, reconcile
from ticketing.payments.refunds import Cause, refund_tickets


def keep_books(house: House) -> None:
    """Write the lines that Stripe would have by now; 3.6 % stay with it."""
    stripe = house.gateway
    stripe.lines = []
    for one in stripe.sessions.values():
        if one.paid:
            fee = round(one.amount * 0.036)
            source = f"ch_{one.id}"
            line = BalanceLine(
                f"txn_{one.id}", "charge", source, one.amount, fee, one.amount - fee, one.currency, one.created_at
            )
            stripe.lines.append(BalanceLine(**{**line.__dict__, "payment_id": one.payment_id}))
    for back in stripe.made_refunds.values():
        if back.status == "succeeded":
            line = BalanceLine(
                f"txn_{back.id}", "refund", back.id, -back.amount, 0, -back.amount, back.currency, back.created_at
            )
            stripe.lines.append(line)
    for held in stripe.made_disputes.values():
        taken = 0 if held.status == "won" else -held.amount
        name, net = f"txn_{held.id}", taken - held.fee
        line = BalanceLine(name, "adjustment", held.id, taken, held.fee, net, held.currency, held.created_at)
        stripe.lines.append(line)
    for out in stripe.made_payouts.values():
        for kind, net in [("payout", -out.amount), ("payout_failure", out.amount)][: 2 if out.failure else 1]:
            name, at = f"txn_{kind}_{out.id}", out.created_at
            line = BalanceLine(name, kind, out.id, net, 0, net, out.currency, at, payout=out)
            stripe.lines.append(line)


def compare(house: House, *, books: bool = True) -> Result:
    """Reconcile, with Stripe's books as they should be."""
    if books:
        keep_books(house)
    with house.app.app_context():
        return reconcile()


def codes(differences: Sequence[Difference]) -> list[str]:
    """The codes of some differences, in order."""
    return sorted(one.code for one in differences)


def payment(house: House) -> Payment:
    """The only payment."""
    with house.app.app_context(), reading() as session:
        return session.query(Payment).one()


def change(house: House, table: Any = Payment, **values: Any) -> None:
    """Break our books."""
    with house.app.app_context(), writing() as session:
        assert changed(session, update(table).values(**values)) == 1


def refund(house: House, path: str, *numbers: int) -> None:
    """Refund these tickets, and let Stripe do it."""
    order_id = house.order_view(path).id
    with house.app.app_context(), writing() as session:
        order = get(session, order_id)
        refund_tickets(session, order, numbers, in_full(order, numbers), Cause("organizer", "cli"), house.clock.now())
    house.work()


def back(house: House, amount: int, **more: Any) -> StripeRefund:
    """A refund that somebody made in Stripe's Dashboard."""
    intent = next(iter(house.gateway.sessions.values())).payment_intent
    made = StripeRefund("re_dashboard", "succeeded", amount, "jpy", intent, None, None, datetime.now(UTC))
    house.gateway.made_refunds[made.id] = replace(made, **more)
    return house.gateway.made_refunds[made.id]
