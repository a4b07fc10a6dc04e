"""Recounting: what the counters should say, from the holds themselves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.inventory.holds import HELD, SOLD
from ticketing.inventory.models import Hold, HoldLine, Stock


def wrong_counters(session: Session) -> Iterator[str]:
    """A line for each stock whose counters are not the sum of its holds."""
    sums = session.execute(
        select(HoldLine.stock_id, Hold.state, func.sum(HoldLine.quantity))
        .join(Hold, Hold.id == HoldLine.hold_id)
        .group_by(HoldLine.stock_id, Hold.state)
    )
    true = {(stock_id, state): int(count) for stock_id, state, count in sums}
    for stock in session.scalars(select(Stock).order_by(Stock.id)):
        for state, counted in ((HELD, stock.held), (SOLD, stock.sold)):
            expected = true.get((stock.id, state), 0)
            if counted != expected:
                yield f"stock {stock.id}: {state} says {counted}, holds say {expected}"
