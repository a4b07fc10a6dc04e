"""The accounts of an event, day by day: what came, its tax, what went back, what Stripe kept, what is left.

A day is one of the event's zone, and each amount stands on the day on which it moved here: a payment when it was
confirmed, a refund when it was asked for, a dispute when it was opened. Added up, the days are the page of the money.

Payouts stand beside them, on the day on which they left Stripe's balance: they are the account's, and may hold money of
other events and other business. So they have rows of their own, and no part in what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session, selectinload

from ticketing.core.db import snapshot
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.orders.models import Order
from ticketing.orders.receipts import Returned, parts_returned
from ticketing.payments import payouts
from ticketing.payments.cash_models import CashShift
from ticketing.payments.methods import CASH, FREE
from ticketing.payments.models import Dispute, Payment, Refund
from ticketing.payments.refunds import OPEN
from ticketing.payments.takings import taken_by_stripe
from ticketing.reports.money import NOT_TAKEN

STRIPE = "stripe"
ACCOUNT = "account"
PAID_OUT_BY = timedelta(days=62)
"""Who is paid out once a month has the money of the last day two months later."""
COLUMNS = (
    "day",
    "way",
    "payments",
    "sales",
    "tax",
    "refunds",
    "refunds_tax",
    "fees",
    "fees_unknown",
    "disputed",
    "paid_outside",
    "till_difference",
    "net",
    "currency",
    "payouts",
)
AT_ONCE = 1000


@dataclass
class Day:
    """What moved on one day by one way, in minor units. `tax` is in `sales`, `refunds_tax` in `refunds` and
    `paid_outside`; `fees_unknown` counts payments whose fee Stripe has not told yet."""

    payments: int = 0
    sales: int = 0
    tax: int = 0
    refunds: int = 0
    refunds_tax: int = 0
    fees: int = 0
    fees_unknown: int = 0
    disputed: int = 0
    paid_outside: int = 0
    till_difference: int = 0
    payouts: int = 0

    @property
    def net(self) -> int:
        """What is left of it."""
        return self.sales - self.refunds - self.fees - self.disputed - self.paid_outside + self.till_difference


@dataclass
class Ledger:
    """The days of an event; `day` finds the one of a moment."""

    catalog: Catalog
    days: dict[tuple[date, str], Day] = field(default_factory=dict)

    def day(self, at: datetime, way: str) -> Day:
        """The day on which this was."""
        return self.days.setdefault((at.astimezone(self.catalog.zone).date(), way), Day())


def rows(catalog: Catalog) -> Iterator[Sequence[Any]]:
    """One row for each day and way on which anything moved, the first day first, the account's payouts among them."""
    with snapshot() as session:
        ledger = read(session, catalog)
        _payouts(session, ledger)
    yield from _told(ledger)


def rows_of_event(catalog: Catalog) -> Iterator[Sequence[Any]]:
    """The same without payouts, for who may not see what is the account's."""
    with snapshot() as session:
        ledger = read(session, catalog)
    yield from _told(ledger)


def _told(ledger: Ledger) -> Iterator[Sequence[Any]]:
    currency = ledger.catalog.currency
    for (day, way), sums in sorted(ledger.days.items()):
        amounts = {**vars(sums), "net": sums.net, "day": day, "way": way, "currency": currency}
        yield [amounts[column] for column in COLUMNS]


def read(session: Session, catalog: Catalog) -> Ledger:
    """All that moved, in one moment; only sums are kept."""
    ledger = Ledger(catalog)
    parts: Sequence[Callable[[Session, Ledger], None]] = (_payments, _refunds, _disputes, _counted)
    for part in parts:
        part(session, ledger)
    return ledger


def _each(session: Session, rows: Any) -> Iterator[Any]:
    return iter(session.execute(rows.execution_options(yield_per=AT_ONCE)))


def _payments(session: Session, ledger: Ledger) -> None:
    columns = select(Payment.confirmed_at, Payment.methods, taken_by_stripe(), Payment.fee_minor, Payment.amount_minor)
    mine = columns.add_columns(Order.total_minor, Order.tax_minor).join(Order, Order.id == Payment.order_id)
    mine = mine.where(Order.event_id == ledger.catalog.id, Payment.state == "confirmed", Payment.methods != FREE)
    for at, methods, amount, fee, asked, total, tax in _each(session, mine):
        day = ledger.day(at, CASH if methods == CASH else STRIPE)
        day.payments += 1
        day.sales += amount
        # What is not the price of the order (a wrong amount) has the share of tax that the order has.
        day.tax += tax if amount == asked == total else amount * tax // total if total else 0
        if methods != CASH:
            day.fees += fee or 0
            day.fees_unknown += fee is None


def _refunds(session: Session, ledger: Ledger) -> None:
    mine = select(Refund, Order, Payment.methods).join(Order, Order.id == Refund.order_id)
    mine = mine.join(Payment, Payment.id == Refund.payment_id).options(selectinload(Order.lines))
    for refund, order, methods in _each(session, mine.where(Order.event_id == ledger.catalog.id)):
        way = CASH if methods == CASH else STRIPE
        went = refund.reason == "void" if way == CASH else refund.state in OPEN
        if went:
            day = ledger.day(refund.requested_at, way)
            day.refunds += refund.amount_minor
        elif refund.paid_outside_at:
            day = ledger.day(refund.paid_outside_at, way)
            day.paid_outside += refund.amount_minor
        else:
            continue
        day.refunds_tax += _tax_of(order, refund)


def _tax_of(order: Order, refund: Refund) -> int:
    """As its return invoice says it."""
    amount, kept = (Money(minor, refund.currency) for minor in (refund.amount_minor, refund.kept_minor))
    facts = Returned(refund.id, amount, kept, tuple(refund.tickets), refund.requested_at)
    return sum(part.tax.amount for part in parts_returned(order, facts))


def _disputes(session: Session, ledger: Ledger) -> None:
    lost = case((Dispute.status.in_(NOT_TAKEN), 0), else_=Dispute.amount_minor)
    mine = select(Dispute.opened_at, lost, Dispute.fee_minor).join(Payment, Payment.id == Dispute.payment_id)
    mine = mine.join(Order, Order.id == Payment.order_id).where(Order.event_id == ledger.catalog.id)
    for at, amount, fee in _each(session, mine):
        if amount or fee:
            day = ledger.day(at, STRIPE)
            day.disputed += amount
            day.fees += fee


def _counted(session: Session, ledger: Ledger) -> None:
    """What was too much or missing in a drawer when its shift ended."""
    mine = select(CashShift.closed_at, CashShift.counted_minor - CashShift.cash_minor)
    mine = mine.where(CashShift.event_id == ledger.catalog.id, CashShift.counted_minor.is_not(None))
    for at, difference in _each(session, mine.where(CashShift.closed_at.is_not(None))):
        if difference:
            ledger.day(at, CASH).till_difference += difference


def _payouts(session: Session, ledger: Ledger) -> None:
    """Those that stayed, from the event's first payment on until the last can have left."""
    if not ledger.days:
        return
    zone, (first, _way) = ledger.catalog.zone, min(ledger.days)
    begin = datetime(first.year, first.month, first.day, tzinfo=zone)
    for one in payouts.made_between(session, begin, ledger.catalog.ends_at + PAID_OUT_BY):
        if one.currency == ledger.catalog.currency and not payouts.came_back(one):
            ledger.day(one.created_at, ACCOUNT).payouts += one.amount_minor
