"""The inbox of webhooks: kept once by Stripe's id, answered at once, worked on afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed, db, insert_or
from ticketing.payments.models import Payment, StripeEvent
from ticketing.payments.outcome import Hint

LONGEST_WAIT = timedelta(minutes=10)


def keep(session: Session, hint: Hint, now: datetime) -> bool:
    """Keep a delivery; False when this event came before."""
    row = {"id": hint.id, "type": hint.type, "object_id": hint.object_id, "received_at": now, "due_at": now}
    statement = insert_or(StripeEvent, db.engine.dialect.name).values(**row, attempts=0, last_error="")
    return changed(session, statement.on_conflict_do_nothing(index_elements=["id"])) == 1


def due(session: Session, now: datetime, limit: int = 20) -> list[StripeEvent]:
    """The events still to be worked on."""
    ready = select(StripeEvent).where(StripeEvent.handled_at.is_(None), StripeEvent.due_at <= now)
    return list(session.scalars(ready.order_by(StripeEvent.due_at).limit(limit)))


def payment_for(session: Session, object_id: str) -> str | None:
    """The payment whose session this is. None for objects that are not ours, or not stored yet."""
    return session.scalar(select(Payment.id).where(Payment.session_id == object_id))


def handled(session: Session, event_id: str, now: datetime) -> None:
    """Nothing is left to do for this event."""
    changed(session, update(StripeEvent).where(StripeEvent.id == event_id).values(handled_at=now, last_error=""))


def put_off(session: Session, event: StripeEvent, now: datetime, error: str) -> None:
    """Work on it later, each time a longer wait."""
    wait = min(timedelta(seconds=2 ** min(event.attempts, 10)), LONGEST_WAIT)
    later = update(StripeEvent).where(StripeEvent.id == event.id, StripeEvent.handled_at.is_(None))
    changed(session, later.values(due_at=now + wait, attempts=StripeEvent.attempts + 1, last_error=error[:300]))
