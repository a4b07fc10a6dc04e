"""The cash of the tills on the page of the money: apart from Stripe, which never hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.payments.cash_models import CashShift
from ticketing.reports.money import CashSums


@dataclass(frozen=True)
class ShiftRow:
    """A shift at a till. `look` is that of its difference."""

    id: str
    till: str
    who: str
    when: str
    expected: str
    counted: str
    difference: str
    look: str


@dataclass(frozen=True)
class CashPage:
    """The part of `office/money.html` about cash; `parts` are sign, amount and name."""

    parts: tuple[tuple[str, str, str], ...]
    sales: str
    shifts: tuple[ShiftRow, ...]


def cash_page(catalog: Catalog, sums: CashSums, shifts: Sequence[tuple[CashShift, str]]) -> CashPage | None:
    """In the language in force; None where no till was ever opened."""
    if not shifts:
        return None
    parts = [("", sums.taken, _("sold for cash")), ("−", sums.voided, _("voids"))]
    parts += [("−", sums.back, _("paid back by hand"))] if sums.back else []
    if sums.difference:
        sign = "+" if sums.difference > 0 else "−"
        parts.append((sign, abs(sums.difference), _("difference of the counts")))
    parts.append(("=", sums.net, _("cash")))
    return CashPage(
        parts=tuple((sign, _money(amount, catalog.currency), name) for sign, amount, name in parts),
        sales=_("Sales for cash: %(count)s", count=sums.sales),
        shifts=tuple(_row(catalog, shift, who) for shift, who in shifts),
    )


def _row(catalog: Catalog, shift: CashShift, who: str) -> ShiftRow:
    begin, end = i18n.date_time(shift.opened_at, catalog.zone), shift.closed_at
    difference = (shift.counted_minor or 0) - shift.cash_minor
    if end is None:
        said = _("open")
    elif difference == 0:
        said = _("right")
    else:
        said = i18n.difference(Money(difference, shift.currency))
    return ShiftRow(
        id=shift.id,
        till=shift.till,
        who=who.partition("@")[0],
        when=f"{begin}–{i18n.clock_time(end, catalog.zone)}" if end else begin,
        expected=_money(shift.cash_minor, shift.currency),
        counted=_money(shift.counted_minor, shift.currency) if shift.counted_minor is not None else "",
        difference=said,
        look="wait" if end is None else "warn" if difference else "good",
    )


def _money(amount: int, currency: str) -> str:
    return i18n.money(Money(amount, currency))
