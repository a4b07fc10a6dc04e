"""A shift on the screen: the count that opens it, what was sold, the count that closes it, and the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ticketing.boxoffice.till_page import SaleRow, sale_word
from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.orders.models import Order
from ticketing.payments.cash_models import CashShift, FloatChange, TillSale
from ticketing.payments.cash_shifts import DENOMINATIONS


@dataclass(frozen=True)
class Piece:
    """A note or coin: its worth, and how many were typed."""

    worth: int
    name: str
    typed: str


@dataclass(frozen=True)
class SeenDrawer:
    """A shift with what went through its drawer: its sales, the cash that went back for refunds, in minor units, and
    what was put in or taken out.

    `who` is its person's address; `may_close`: whether who looks may end it.
    """

    shift: CashShift
    who: str
    sales: Sequence[tuple[TillSale, Order]]
    back: int
    changes: Sequence[FloatChange]
    may_close: bool


@dataclass(frozen=True)
class ChangeRow:
    """Cash that was put into the drawer or taken out, and why."""

    time: str
    amount: str
    reason: str


@dataclass(frozen=True)
class Said:
    """What stands in the forms, and what the page says to the one that closes the shift or the one about the float."""

    typed: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    of_float: str = ""


@dataclass(frozen=True)
class OpeningPage:
    """All that `boxoffice/opening.html` shows; `others` are the events at which who sells may open one instead."""

    event: Heading
    pieces: tuple[Piece, ...]
    till: str
    prefix: str
    unit: str
    error: str
    others: tuple[Heading, ...]


@dataclass(frozen=True)
class ShiftPage:
    """All that `boxoffice/shift.html` shows. `facts` are names with their amounts; `look` is that of the difference."""

    event: Heading
    id: str
    till: str
    who: str
    opened: str
    closed: str
    is_open: bool
    facts: tuple[tuple[str, str], ...]
    difference: str
    look: str
    note: str
    counted: tuple[tuple[str, int, str], ...]
    pieces: tuple[Piece, ...]
    may_close: bool
    changes: tuple[ChangeRow, ...]
    sales: tuple[SaleRow, ...]
    prefix: str
    unit: str
    said: Said
    form_key: str


def opening_page(catalog: Catalog, typed: Mapping[str, str], error: str, others: Sequence[Catalog] = ()) -> OpeningPage:
    """The count that opens a shift, with what was typed."""
    till = typed.get("till", "") or _("Till 1")
    pieces, around = _pieces(catalog.currency, typed), _around(catalog.currency)
    return OpeningPage(heading(catalog), pieces, till, *around, error, tuple(heading(one) for one in others))


def shift_page(catalog: Catalog, drawer: SeenDrawer, said: Said) -> ShiftPage:
    """A shift in the language in force."""
    shift = drawer.shift
    difference = (shift.counted_minor or 0) - shift.cash_minor
    prefix, unit = _around(catalog.currency)
    return ShiftPage(
        event=heading(catalog),
        id=shift.id,
        till=shift.till,
        who=drawer.who.partition("@")[0],
        opened=i18n.date_time(shift.opened_at, catalog.zone),
        closed=_end(catalog, shift),
        is_open=shift.state == "open",
        facts=_facts(drawer),
        difference=difference_words(difference, catalog.currency),
        look="good" if difference == 0 else "warn",
        note=shift.note,
        counted=_counted(shift),
        pieces=_pieces(catalog.currency, said.typed),
        changes=tuple(_change(catalog, one) for one in drawer.changes),
        may_close=drawer.may_close and shift.state == "open",
        sales=tuple(_row(catalog, sale, order) for sale, order in drawer.sales),
        prefix=prefix,
        unit=unit,
        said=said,
        form_key=new_id(),
    )


def difference_words(difference: int, currency: str) -> str:
    """How a count differs from what should be there."""
    if difference == 0:
        return _("The count is right.")
    amount = i18n.money(Money(abs(difference), currency))
    return _("%(amount)s too much", amount=amount) if difference > 0 else _("%(amount)s missing", amount=amount)


def _facts(drawer: SeenDrawer) -> tuple[tuple[str, str], ...]:
    shift = drawer.shift
    cash = [(sale, order.total_minor) for sale, order in drawer.sales if sale.way == "cash"]
    phone = [order.total_minor for sale, order in drawer.sales if sale.way == "phone" and order.paid_at]
    rows = [
        (_("In the drawer at the beginning"), shift.opened_minor),
        (_("Sold for cash"), sum(amount for _sale, amount in cash)),
        (_("Voided"), -sum(amount for sale, amount in cash if sale.voided_at)),
    ]
    rows += [(_("Given back for refunds"), -drawer.back)] if drawer.back else []
    put, taken = (sum(one.amount_minor for one in drawer.changes if one.amount_minor * sign > 0) for sign in (1, -1))
    rows += [(_("Put in"), put)] if put else []
    rows += [(_("Taken out"), taken)] if taken else []
    rows += [(_("Should be in the drawer"), shift.cash_minor)]
    rows += [(_("Counted"), shift.counted_minor)] if shift.counted_minor is not None else []
    rows += [(_("Paid on phones, by Stripe"), sum(phone))]
    return tuple((name, i18n.money(Money(amount, shift.currency))) for name, amount in rows)


def _counted(shift: CashShift) -> tuple[tuple[str, int, str], ...]:
    found = sorted(((int(worth), number) for worth, number in (shift.counted or {}).items()), reverse=True)
    return tuple(
        (i18n.money(Money(worth, shift.currency)), number, i18n.money(Money(worth * number, shift.currency)))
        for worth, number in found
    )


def _pieces(currency: str, typed: Mapping[str, str]) -> tuple[Piece, ...]:
    return tuple(
        Piece(worth, i18n.money(Money(worth, currency)), typed.get(f"n-{worth}", "")[:5])
        for worth in DENOMINATIONS[currency]
    )


def _around(currency: str) -> tuple[str, str]:
    """What stands before and behind an amount."""
    nothing = i18n.money(Money(0, currency))
    return nothing[0] if not nothing[0].isdigit() else "", nothing[-1] if not nothing[-1].isdigit() else ""


def _row(catalog: Catalog, sale: TillSale, order: Order) -> SaleRow:
    amount = i18n.money(Money(order.total_minor, order.currency))
    return SaleRow(order.code, i18n.clock_time(sale.sold_at, catalog.zone), amount, sale_word(sale, order.state))


def _change(catalog: Catalog, one: FloatChange) -> ChangeRow:
    amount = i18n.difference(Money(one.amount_minor, catalog.currency))
    return ChangeRow(i18n.clock_time(one.changed_at, catalog.zone), amount, one.reason)


def _end(catalog: Catalog, shift: CashShift) -> str:
    """When it was closed, with its day where that is another one."""
    begin, end = shift.opened_at, shift.closed_at
    if end is None:
        return ""
    same_day = begin.astimezone(catalog.zone).date() == end.astimezone(catalog.zone).date()
    return (i18n.clock_time if same_day else i18n.date_time)(end, catalog.zone)
