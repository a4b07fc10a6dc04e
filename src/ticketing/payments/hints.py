"""What webhooks hinted at, settled by what Stripe says when it is asked."""

from __future__ import annotations

from ticketing.core import clock
from ticketing.core.db import reading, writing
from ticketing.core.observe import log
from ticketing.payments import disputes, inbox, refund_settle, settle
from ticketing.payments.models import StripeEvent
from ticketing.payments.outcome import Rejected, Unreachable


def work() -> int:
    """Settle what is due of it; says how much that was."""
    with reading() as session:
        events = inbox.due(session, clock.now())
    for event in events:
        _settle(event)
    return len(events)


def _settle(event: StripeEvent) -> None:
    early = False
    try:
        if event.type.startswith(("refund.", "charge.refund.")):
            refund_settle.settle_hint(event.object_id, clock.now())
        elif event.type.startswith("charge.dispute."):
            disputes.settle_hint(event.object_id, clock.now())
        elif event.type == "charge.refunded":
            refund_settle.settle_charge(event.object_id, clock.now())
        elif event.type.startswith("checkout.session."):
            early = _settle_session(event)
    except Exception as error:  # noqa: BLE001 (one event that cannot be worked on must not stop those after it)
        if not isinstance(error, (Unreachable, Rejected)):
            log.error("event", stripe_event=event.id, error=type(error).__name__, exc_info=error)
        with writing() as session:
            inbox.put_off(session, event, clock.now(), type(error).__name__)
        return
    with writing() as session:
        if early:
            inbox.put_off(session, event, clock.now(), "no such session yet")
        else:
            inbox.handled(session, event.id, clock.now())


def _settle_session(event: StripeEvent) -> bool:
    """Settle the payment of a session; True where none is known yet, though one may be soon."""
    with reading() as session:
        payment_id = inbox.payment_for(session, event.object_id)
    if payment_id is not None:
        settle.settle(payment_id, clock.now())
    elif event.attempts < 5:  # it may have come before our own commit of the session's id
        return True
    else:
        settle.adopt(event.object_id, clock.now())
    return False
