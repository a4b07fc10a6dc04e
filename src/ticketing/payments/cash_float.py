"""The float of a drawer while its shift goes on: change that somebody brings, cash that somebody takes to the safe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.errors import Refused
from ticketing.payments.cash_models import FloatChange
from ticketing.payments.cash_shifts import LONGEST_NOTE, move_cash

MOST = 10_000_000
"""In minor units: more is a typing mistake."""


@dataclass(frozen=True)
class Change:
    """What goes into a drawer (above zero) or out of it, in minor units, and why; `key` is that of the form."""

    key: str
    shift_id: str
    amount: int
    reason: str


def change_float(session: Session, change: Change, by: str, now: datetime) -> None:
    """Put cash into an open drawer, or take some out; once for each key. It is no sale, and stands in no accounts.

    Raises Refused("float_amount", 400) for nothing or too much, Refused("float_unexplained", 400),
    Refused("shift_over"), Refused("drawer_short"); IntegrityError where the same form came in this moment: the
    transaction must be rolled back then.
    """
    reason = " ".join(change.reason.split())
    if not 0 < abs(change.amount) <= MOST:
        raise Refused("float_amount", 400)
    if not reason or len(reason) > LONGEST_NOTE:
        raise Refused("float_unexplained", 400, limit=LONGEST_NOTE)
    if session.get(FloatChange, change.key) is not None:
        return
    move_cash(session, change.shift_id, change.amount)
    row = FloatChange(id=change.key, shift_id=change.shift_id, amount_minor=change.amount, reason=reason)
    row.changed_at, row.changed_by = now, by
    session.add(row)
    audit.record(session, now, by, "till.float", f"shift:{change.shift_id}", amount=change.amount, reason=reason)


def changes(session: Session, shift_id: str) -> list[FloatChange]:
    """What was put into a drawer and taken out of it, the first first."""
    mine = select(FloatChange).where(FloatChange.shift_id == shift_id)
    return list(session.scalars(mine.order_by(FloatChange.changed_at, FloatChange.id)))
