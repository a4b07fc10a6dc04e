"""Recounting: what the counters should say of those who wait, from the list itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.inventory.models import Stock
from ticketing.waiting.models import WaitingEntry
from ticketing.waiting.states import WAITING


def wrong_waiting(session: Session) -> Iterator[str]:
    """A line for each stock whose `waiting` is not the sum of what people on the list want of it."""
    true: Counter[int] = Counter()
    for entry in session.scalars(select(WaitingEntry).where(WaitingEntry.state == WAITING)):
        for stock_id in entry.stocks:
            true[stock_id] += entry.quantity
    for stock in session.scalars(select(Stock).order_by(Stock.id)):
        if stock.waiting != true[stock.id]:
            yield f"stock {stock.id}: waiting says {stock.waiting}, the list says {true[stock.id]}"
