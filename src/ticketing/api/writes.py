"""What programs may do. Each counts once for each `Idempotency-Key` of a token: a lost answer is given again."""

from __future__ import annotations

from msgspec import convert
from sqlalchemy.orm import Session

from ticketing.api import asked
from ticketing.api.answers import Done, MoneyFacts, OrderState, RefundFacts
from ticketing.api.asked import RefundBody
from ticketing.api.calls import Asker, Call
from ticketing.api.once import once
from ticketing.api.reads import ORDER, opened
from ticketing.core import audit
from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.orders.fulfil import PAID_LETTER, write
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.payments import by_hand
from ticketing.payments.by_hand import Plan
from ticketing.payments.refunds import Cause
from ticketing.tickets.issue import VALID, of_order

SCOPE = "orders:write"


def refund_order(asker: Asker, code: str) -> RefundFacts:
    """Give money back; the tickets of `all` and `tickets` are revoked at once, the worker brings it to Stripe."""
    wish = asked.body(RefundBody)

    def act(session: Session, key: str) -> RefundFacts:
        order, _ = opened(session, asker, code, SCOPE)
        plan = _plan(session, order, wish)
        cause = Cause(by_hand.REASON, asker.bearer.actor, f"api:{order.id}:{key}")
        refund = by_hand.carry_out(session, order, plan, cause, asker.now)
        amount = MoneyFacts(plan.amount.amount, plan.amount.currency)
        state = convert(get(session, order.id).state, OrderState)
        return RefundFacts(order.code, state, list(plan.numbers), amount, refund.id if refund else None)

    return once(asker, RefundFacts, act)


def cancel_order(asker: Asker, code: str) -> Done:
    """End an order that is not paid, at Stripe first; one that is paid is refunded instead."""
    asked.idempotency_key()
    with reading() as session:
        order, _ = opened(session, asker, code, SCOPE)
    if order.state != "canceled":  # sent again, the answer is the same: it is canceled
        by_hand.cancel_waiting(order.id, asker.bearer.actor, asker.now)
    with reading() as session:
        return Done(order.code, convert(get(session, order.id).state, OrderState))


def resend_tickets(asker: Asker, code: str) -> Done:
    """Send the letter with the tickets to the buyer once more."""

    def act(session: Session, key: str) -> Done:
        order, _ = opened(session, asker, code, SCOPE)
        if not any(ticket.state == VALID for ticket in of_order(session, order.code)):
            raise Refused("nothing_valid")
        write(session, order, PAID_LETTER, asker.now, new_id())
        audit.record(session, asker.now, asker.bearer.actor, "order.resend", f"order:{order.id}", key=key)
        return Done(order.code, convert(order.state, OrderState))

    return once(asker, Done, act)


def _plan(session: Session, order: Order, wish: RefundBody) -> Plan:
    if wish.what == "amount":
        if wish.amount is None or wish.tickets:
            raise Refused("bad_request", 400)
        return by_hand.plan_amount(session, order, wish.amount)
    if wish.amount is not None or (wish.what == "all") == bool(wish.tickets):
        raise Refused("bad_request", 400)
    if wish.what == "all":
        return by_hand.plan_all(session, order)
    return by_hand.plan_tickets(session, order, wish.tickets)


CALLS = (
    Call("POST", f"{ORDER}/refunds", SCOPE, RefundFacts, refund_order, body=RefundBody, refusals=(400, 404, 409, 422)),
    Call("POST", f"{ORDER}/cancel", SCOPE, Done, cancel_order, refusals=(400, 404, 409, 503)),
    Call("POST", f"{ORDER}/resend", SCOPE, Done, resend_tickets, refusals=(400, 404, 409, 422)),
)
