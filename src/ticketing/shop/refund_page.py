"""The step before tickets go back: exactly what comes back, what is kept, until when, and that there is no way back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.orders.models import Order
from ticketing.orders.reading import OrderView
from ticketing.orders.terms import Terms, price_of
from ticketing.payments.methods import KONBINI
from ticketing.shop.purchase import TicketRow, ticket_rows


@dataclass(frozen=True)
class ReturnRow:
    """A ticket that goes back, with what was paid for it."""

    ticket: TicketRow
    price: str


@dataclass(frozen=True)
class Sum:
    """What giving these tickets back comes to. `kept` is empty where no fee is kept, `before` where nothing of it was
    given back earlier, `until` where it always holds."""

    rows: tuple[ReturnRow, ...]
    kept: str
    fee_percent: int
    before: str
    amount: str
    amount_minor: int
    nothing: bool
    until: str


@dataclass(frozen=True)
class RefundPage:
    """All that `shop/refund.html` shows: the choice, or the sum of what was chosen, or why it cannot be.

    `refusal` says why nothing can go back; `notice` stands above what is shown, `how_long` says how the money travels.
    """

    event: Heading
    code: str
    path: str
    tickets: tuple[TicketRow, ...] = ()
    chosen: tuple[int, ...] = ()
    sum: Sum | None = None
    refusal: str = ""
    notice: str = ""
    how_long: str = ""
    query: str = ""


def choice(catalog: Catalog, view: OrderView, used: Collection[int]) -> RefundPage:
    """Which of the valid tickets are to go back: those that nobody has entered with."""
    valid = tuple(row for row in ticket_rows(catalog, view) if row.valid and row.number not in used)
    return RefundPage(heading(catalog), view.code, view.path, tickets=valid)


def confirmation(catalog: Catalog, view: OrderView, order: Order, numbers: Sequence[int], terms: Terms) -> RefundPage:
    """What giving these tickets back comes to under these terms."""
    rows = {row.number: row for row in ticket_rows(catalog, view)}
    before = price_of(order, numbers) - terms.kept - terms.amount
    return RefundPage(
        event=heading(catalog),
        code=view.code,
        path=view.path,
        chosen=tuple(numbers),
        sum=Sum(
            rows=tuple(ReturnRow(rows[number], i18n.money(price_of(order, [number]))) for number in numbers),
            kept=i18n.money(terms.kept) if terms.kept.amount else "",
            fee_percent=terms.fee_percent,
            before=i18n.money(before) if before.amount else "",
            amount=i18n.money(terms.amount),
            amount_minor=terms.amount.amount,
            nothing=terms.amount == Money(0, order.currency),
            until=_until(catalog, terms.until) if terms.until else "",
        ),
        query="&".join(f"ticket={number}" for number in numbers),
    )


def refusal(catalog: Catalog, view: OrderView, text: str) -> RefundPage:
    """Nothing can go back, and why."""
    return RefundPage(heading(catalog), view.code, view.path, refusal=text)


def how_long(method: str | None) -> str:
    """How the money travels, before it does."""
    if method == KONBINI:
        return _("You paid in cash: Stripe asks you for a bank account by e-mail, and you have 45 days to answer.")
    return _("It goes back the way that you paid. Depending on your bank it takes 5 to 10 days.")


def _until(catalog: Catalog, at: datetime) -> str:
    return f"{i18n.day(at, catalog.zone)} {i18n.clock_time(at, catalog.zone)}"
