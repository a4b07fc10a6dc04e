"""The payouts of the account as a table: all that are known, whatever event their money is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from ticketing.core.db import snapshot
from ticketing.events.catalog import Catalog
from ticketing.payments.models import Payout

COLUMNS = ("payout", "left_at", "arrives_on", "state", "amount", "currency", "kind", "failure")
REVERSED = "reversed"


def state(payout: Payout) -> str:
    """Stripe's status, or that it was taken back."""
    return REVERSED if payout.reversed_by else payout.status


def rows(_catalog: Catalog) -> Iterator[Sequence[Any]]:
    """One row for each payout, the first one first. There are a few hundred in a year at most."""
    with snapshot() as session:
        found = session.scalars(select(Payout).order_by(Payout.created_at, Payout.id)).all()
    for one in found:
        made = "automatic" if one.automatic else "manual"
        yield one.id, one.created_at, one.arrives_on, state(one), one.amount_minor, one.currency, made, one.failure
