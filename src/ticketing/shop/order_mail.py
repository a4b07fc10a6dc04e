"""What the order page says about letters: whether they arrive, and whether another address waits to be confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from ticketing.mail import outbox
from ticketing.orders import addresses, changes, holders
from ticketing.orders.fulfil import PAID_LETTER
from ticketing.orders.holders import Away
from ticketing.orders.reading import OrderView


@dataclass(frozen=True)
class OrderMail:
    """`undelivered`: the last letter to the buyer was refused for good. `waits`: that with the tickets is on its way.

    `asked` is the address that waits to be confirmed, `lost` are the tickets whose new holder could not be told.
    """

    undelivered: bool = False
    waits: bool = False
    asked: str = ""
    lost: frozenset[int] = frozenset()
    away: Mapping[int, Away] = field(default_factory=dict)


def read_mail(session: Session, order: OrderView, now: datetime) -> OrderMail:
    """How the letters of an order stand now."""
    states = outbox.states_of(session, order.id, order.buyer_email)
    tickets = [state for fact, state in states.items() if fact.startswith(f"{PAID_LETTER}:")]
    asked = addresses.open_change(session, order.id, now)
    away = holders.away(session, order.id) if any(ticket.passed_on for ticket in order.tickets) else {}
    lost = (number for number, one in away.items() if changes.may_take_back(session, one.change))
    told = [state for state in states.values() if state not in (outbox.QUEUED, outbox.DROPPED)]
    return OrderMail(
        undelivered=bool(told) and told[-1] == outbox.FAILED,
        waits=any(state in (outbox.QUEUED, outbox.SENDING) for state in tickets),
        asked=asked.address if asked else "",
        lost=frozenset(lost),
        away=away,
    )
