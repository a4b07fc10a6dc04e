"""Payouts: what left Stripe's balance for the account's bank, noted each night; they belong to no event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core.db import insert_or, writing
from ticketing.payments.models import Payout
from ticketing.payments.outcome import BalanceLine
from ticketing.payments.payout_facts import StripePayout

CAME_BACK = frozenset({"failed", "canceled"})
"""The statuses in which the money is on Stripe's balance again."""
AT_ONCE = 100


def came_back(payout: Payout) -> bool:
    """Whether its money is on Stripe's balance again."""
    return payout.status in CAME_BACK or payout.reversed_by is not None


def take_over(lines: Iterable[BalanceLine], now: datetime) -> int:
    """Note what these lines of Stripe's books say of payouts; says of how many. Noted twice is noted once.

    A line tells its payout as it is now. One that takes another back is told by that one.
    """
    told = {line.payout.id: line.payout for line in lines if line.payout}
    found = [one for one in told.values() if one.reverses is None]
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
