"""What the receipt page shows, and which refunds of an order have a return invoice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.orders import receipt_paper
from ticketing.orders.models import Order, Receipt
from ticketing.orders.receipts import ISSUED_IN, Returned
from ticketing.payments.models import Payment, Refund


@dataclass(frozen=True)
class ReturnRow:
    """A refund with its return invoice. `number` is its place in the address, from 1."""

    number: int
    amount: str
    day: str
    void: bool


@dataclass(frozen=True)
class Preview:
    """How the receipt will read: in Japanese, because it is a Japanese document."""

    addressee: str
    amount: str
    purpose: str


@dataclass(frozen=True)
class ReceiptPage:
    """All that `shop/receipt.html` shows. `number` is empty until the receipt is issued.

    `value` is what was typed, `error` what is wrong with it; `asked` says that the buyer wanted to see the preview.
    """

    event: Heading
    path: str
    code: str
    open: bool
    number: str
    addressee: str
    issued_on: str
    buyer_name: str
    value: str
    error: str
    asked: bool
    preview: Preview
    registered: bool
    returns: tuple[ReturnRow, ...]


@dataclass(frozen=True)
class Typed:
    """The form as it was sent: what was typed, the addressee that it comes to, what is wrong with it."""

    value: str = ""
    addressee: str = ""
    error: str = ""
    asked: bool = False


@dataclass(frozen=True)
class Documents:
    """What an order has: the path of its page, its receipt where one was issued, its refunds."""

    path: str
    issued: Receipt | None
    returns: tuple[Returned, ...]


def receipt_page(catalog: Catalog, order: Order, documents: Documents, typed: Typed) -> ReceiptPage:
    """The page of an order that is or was paid, its receipt issued or not."""
    issued = documents.issued
    name = issued.addressee if issued else typed.addressee or order.buyer_name
    total = Money(order.total_minor, order.currency)
    return ReceiptPage(
        event=heading(catalog),
        path=documents.path,
        code=order.code,
        open=issued is None and order.state in ISSUED_IN and order.total_minor > 0,
        number=receipt_paper.document_number(issued) if issued else "",
        addressee=receipt_paper.addressed(name),
        issued_on=i18n.date(issued.issued_at, catalog.zone) if issued else "",
        buyer_name=order.buyer_name,
        value=typed.value,
        error=typed.error,
        asked=typed.asked,
        preview=Preview(receipt_paper.addressed(name), receipt_paper.amount(total), receipt_paper.purpose(catalog)[0]),
        registered=bool(receipt_paper.registration(catalog)),
        returns=tuple(
            ReturnRow(number, i18n.money(facts.amount), i18n.date(facts.at, catalog.zone), facts.void)
            for number, facts in enumerate(documents.returns, start=1)
        ),
    )


def method_of(session: Session, order_id: str) -> str | None:
    """How an order was paid, as Stripe calls it, where that is known."""
    paid = select(Payment.method).where(Payment.order_id == order_id, Payment.state == "confirmed")
    return session.scalars(paid.where(Payment.flag.is_(None)).order_by(Payment.confirmed_at)).first()


def returns_of(session: Session, order_id: str, issued: Mapping[str, Receipt]) -> tuple[Returned, ...]:
    """The refunds of an order that have a return invoice, in the order in which they succeeded or were paid otherwise.

    Money that paid for nothing (too late, twice, a wrong amount) returns no sale. A refund that failed after all keeps
    its place once its invoice (in `issued`, by the refund's id) was handed out, as void.
    """
    rows = select(Refund).join(Payment, Payment.id == Refund.payment_id)
    rows = rows.where(Refund.order_id == order_id, Payment.flag.is_(None))
    found = [one for one in session.scalars(rows) if _arrived(one) or one.id in issued]
    found.sort(key=lambda one: (_arrived_at(one), one.id))
    return tuple(
        Returned(
            refund_id=one.id,
            amount=Money(one.amount_minor, one.currency),
            kept=Money(one.kept_minor, one.currency),
            tickets=tuple(int(number) for number in one.tickets),
            at=_arrived_at(one),
            void=not _arrived(one),
        )
        for one in found
    )


def _arrived(refund: Refund) -> bool:
    return refund.state == "succeeded" or refund.paid_outside_at is not None


def _arrived_at(refund: Refund) -> datetime:
    return refund.paid_outside_at or refund.settled_at or refund.requested_at
