"""When Stripe is asked about a payment or a refund: each row says so itself, in `check_at`."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed
from ticketing.payments.models import Payment, Refund

Asked = type[Payment] | type[Refund]
LONGEST_WAIT = timedelta(minutes=10)


def due(session: Session, table: Asked, now: datetime, limit: int = 20) -> list[str]:
    """The rows that Stripe is to be asked about now."""
    ready = select(table.id).where(table.check_at <= now).order_by(table.check_at)
    return list(session.scalars(ready.limit(limit)))


def put_off(session: Session, table: Asked, key: str, now: datetime) -> None:
    """Ask again later, each time a longer wait, and not all rows at once."""
    checks = session.scalar(select(table.checks).where(table.id == key)) or 0
    wait = min(timedelta(seconds=5 * 2 ** min(checks, 10)), LONGEST_WAIT) * (0.75 + random.random() / 2)  # noqa: S311
    later = update(table).where(table.id == key, table.check_at.is_not(None))
    changed(session, later.values(check_at=now + wait, checks=table.checks + 1))
