"""What a buyer gets back for tickets, by the event's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketing.core.errors import Refused
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.orders.fulfil import seats_of
from ticketing.orders.models import Order


@dataclass(frozen=True)
class Terms:
    """What comes back (`amount`) and what is kept as the fee, until when that holds (None: it always does)."""

    amount: Money
    kept: Money
    fee_percent: int
    until: datetime | None


def price_of(order: Order, numbers: Sequence[int]) -> Money:
    """What was paid for the tickets with these numbers."""
    units = {line.tier_id: line.unit_minor for line in order.lines}
    seats = seats_of(order)
    return Money(sum(units[seats[number - 1].tier_id] for number in numbers), order.currency)


def by_rules(catalog: Catalog, order: Order, numbers: Sequence[int], now: datetime) -> Terms:
    """What the event's rules give the buyer back now. Fees are rounded down to the minor unit, in the buyer's favour.

    Raises Refused("refund_closed") where the last day has passed, or the event was never to be given back.
    """
    rule = rule_now(catalog, now)
    if rule is None:
        raise Refused("refund_closed")
    until, fee_percent = rule
    price = price_of(order, numbers)
    kept = Money(price.amount * fee_percent // 100, order.currency)
    return Terms(price - kept, kept, fee_percent, until)


def rule_now(catalog: Catalog, now: datetime) -> tuple[datetime, int] | None:
    """Until when the rule in force lets buyers give tickets back, and its fee in percent; None where none does."""
    for rule in catalog.policy.get("refunds") or ():
        until = datetime.fromisoformat(rule["until"]) if isinstance(rule["until"], str) else rule["until"]
        if now <= until and rule["fee_percent"] < 100:
            return until, rule["fee_percent"]
    return None


def in_full(order: Order, numbers: Sequence[int]) -> Terms:
    """Everything that was paid for these tickets."""
    return Terms(price_of(order, numbers), Money(0, order.currency), 0, None)
