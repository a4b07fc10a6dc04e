"""Payouts: what left Stripe's balance for the account's bank, noted each night; they belong to no event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.core.db import insert_or, reading, writing
from ticketing.payments.models import Payout
from ticketing.payments.outcome import Forbidden
from ticketing.payments.payout_facts import StripePayout
from ticketing.payments.start import gateway

OPEN = frozenset({"pending", "in_transit"})
CAME_BACK = frozenset({"failed", "canceled"})
"""The statuses in which the money is on Stripe's balance again."""
STILL_FAILS = timedelta(days=30)
"""A payout that arrived may still fail, within five days on which banks work; docs.stripe.com/api/payouts/object"""
AT_ONCE = 100


def came_back(payout: Payout) -> bool:
    """Whether its money is on Stripe's balance again."""
    return payout.status in CAME_BACK or payout.reversed_by is not None


def take_over(since: datetime, now: datetime) -> int | None:
    """Note what Stripe says of the payouts made since this moment, and of those that may still change.

    One that takes another back is told by that one. Says how many; None where our key may not read them. Raises
    Unreachable or Rejected; noted twice is noted once.
    """
    with reading() as session:
        oldest = session.scalar(select(func.min(Payout.created_at)).where(Payout.status.in_(OPEN)))
    try:
        asked = gateway().payouts(min(since, now - STILL_FAILS, oldest or now))
        found = [one for one in asked if one.reverses is None]
    except Forbidden:
        return None
    for start in range(0, len(found), AT_ONCE):
        with writing() as session:
            for one in found[start : start + AT_ONCE]:
                _note(session, one, now)
    return len(found)


def made_between(session: Session, begin: datetime, end: datetime) -> Sequence[Payout]:
    """The payouts of this time, the first one first."""
    rows = select(Payout).where(Payout.created_at >= begin, Payout.created_at < end)
    return session.scalars(rows.order_by(Payout.created_at, Payout.id)).all()


def latest(session: Session, most: int) -> Sequence[Payout]:
    """The last payouts, the newest first."""
    return session.scalars(select(Payout).order_by(Payout.created_at.desc(), Payout.id).limit(most)).all()


def _note(session: Session, found: StripePayout, now: datetime) -> None:
    changing: Mapping[str, Any] = {
        "status": found.status,
        "arrives_on": found.arrives_on,
        "failure": found.failure,
        "reversed_by": found.reversed_by,
        "updated_at": now,
    }
    row = insert_or(Payout, session.get_bind().dialect.name).values(
        id=found.id,
        amount_minor=found.amount,
        currency=found.currency,
        automatic=found.automatic,
        created_at=found.created_at,
        **changing,
    )
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=changing))
