"""What programs may do. Each counts once for each `Idempotency-Key` of a token: a lost answer is given again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from flask import request
from msgspec import convert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.api import asked
from ticketing.api.answers import Done, MoneyFacts, OrderState, RefundFacts
from ticketing.api.asked import RefundBody
from ticketing.api.calls import Asker, Call
from ticketing.api.models import ApiAnswer
from ticketing.api.reads import ORDER, opened
from ticketing.core import audit
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token, new_id
from ticketing.orders.fulfil import PAID_LETTER, write
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.payments import by_hand
from ticketing.payments.by_hand import Plan
from ticketing.payments.refunds import Cause
from ticketing.tickets.issue import VALID, of_order

SCOPE = "orders:write"
A = TypeVar("A", bound=msgspec.Struct)


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

    return _once(asker, RefundFacts, act)


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

    return _once(asker, Done, act)


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


def _once(asker: Asker, kind: type[A], act: Callable[[Session, str], A]) -> A:
    """Do it and keep the answer, in one transaction; or give the answer that was kept.

    Raises Refused("idempotency_key_reused", 422) for the key of another call.
    """
    key = asked.idempotency_key()
    try:
        return _try(asker, key, kind, act)
    except IntegrityError:
        return _try(asker, key, kind, act)  # the very same call came twice at once: the other one is kept now


def _try(asker: Asker, key: str, kind: type[A], act: Callable[[Session, str], A]) -> A:
    fingerprint = hash_token(f"{request.method} {request.path} {request.get_data().hex()}")
    with writing() as session:
        kept = session.get(ApiAnswer, (asker.bearer.token_id, key))
        if kept is not None:
            if kept.fingerprint != fingerprint:
                raise Refused("idempotency_key_reused", 422)
            return convert(kept.answer, kind)
        made = act(session, key)
        row = ApiAnswer(token_id=asker.bearer.token_id, key=key, fingerprint=fingerprint, at=asker.now)
        row.answer = msgspec.to_builtins(made)
        session.add(row)
        session.flush()
        return made


CALLS = (
    Call("POST", f"{ORDER}/refunds", SCOPE, RefundFacts, refund_order, body=RefundBody, refusals=(400, 404, 409, 422)),
    Call("POST", f"{ORDER}/cancel", SCOPE, Done, cancel_order, refusals=(400, 404, 409, 503)),
    Call("POST", f"{ORDER}/resend", SCOPE, Done, resend_tickets, refusals=(400, 404, 409, 422)),
)
