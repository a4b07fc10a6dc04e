"""How an order may move. For each state, the states it may be entered from."""

from __future__ import annotations

from ticketing.core.states import Transitions

PENDING = "pending"
AWAITING = "awaiting_payment"
PAID = "paid"
EXPIRED = "expired"
CANCELED = "canceled"
REFUNDED = "refunded"
PARTLY = "partially_refunded"

ORDER_STATES = (PENDING, AWAITING, PAID, EXPIRED, CANCELED, REFUNDED, PARTLY)
WAITING = frozenset({PENDING, AWAITING})
"""The states of an order that can still be paid."""

TRANSITIONS: Transitions = {
    AWAITING: frozenset({PENDING}),
    PAID: frozenset({PENDING, AWAITING}),
    EXPIRED: frozenset({PENDING, AWAITING}),
    CANCELED: frozenset({PENDING, AWAITING}),
    PARTLY: frozenset({PAID, PARTLY}),
    REFUNDED: frozenset({PAID, PARTLY}),
}
