"""What is told to hooks: the kinds of facts, and the body that tells one. Names and addresses are in none of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct

from ticketing.api.answers import MoneyFacts, OrderFacts, ScanFacts

ORDER_PAID: Final = "order.paid"
ORDER_CANCELED: Final = "order.canceled"
ORDER_EXPIRED: Final = "order.expired"
ORDER_REFUNDED: Final = "order.refunded"
REFUND_SUCCEEDED: Final = "refund.succeeded"
REFUND_FAILED: Final = "refund.failed"
TICKET_SCANNED: Final = "ticket.scanned"
TEST: Final = "test"

OrderType = Literal["order.paid", "order.canceled", "order.expired", "order.refunded"]
RefundType = Literal["refund.succeeded", "refund.failed"]


class RefundNotice(Struct):
    """Money that went back, or could not. `tickets` are the numbers of the tickets that it pays for."""

    id: str
    order: str
    amount: MoneyFacts
    tickets: list[int]


class OrderTold(Struct):
    """What became of an order; `data` is the order as it stood when this was noticed, `buyer` always null."""

    type: OrderType
    timestamp: datetime
    event: str
    data: OrderFacts


class RefundTold(Struct):
    """What became of a refund at Stripe."""

    type: RefundType
    timestamp: datetime
    event: str
    data: RefundNotice


class ScanTold(Struct):
    """A ticket of this event was scanned: let in, let out, or refused."""

    type: Literal["ticket.scanned"]
    timestamp: datetime
    event: str
    data: ScanFacts


class TestData(Struct):
    """Nothing."""


class TestTold(Struct):
    """A test, sent by hand."""

    type: Literal["test"]
    timestamp: datetime
    event: str
    data: TestData


Told = OrderTold | RefundTold | ScanTold | TestTold
FORMS: dict[str, type[Told]] = {
    ORDER_PAID: OrderTold,
    ORDER_CANCELED: OrderTold,
    ORDER_EXPIRED: OrderTold,
    ORDER_REFUNDED: OrderTold,
    REFUND_SUCCEEDED: RefundTold,
    REFUND_FAILED: RefundTold,
    TICKET_SCANNED: ScanTold,
    TEST: TestTold,
}
"""The form of each kind's body."""
CHOOSABLE = tuple(kind for kind in FORMS if kind != TEST)
"""The kinds that a hook may want; a test comes when somebody asks for it."""


def body_of(told: Told) -> str:
    """The body as it is sent."""
    return msgspec.json.encode(told).decode("utf-8")
