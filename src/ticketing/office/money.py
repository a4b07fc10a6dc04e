"""The view model of the money: whether it matches Stripe, what does not, and every order's part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.office.account_money import AccountPage
from ticketing.office.cash import CashPage
from ticketing.payments.differences import told
from ticketing.payments.models import Reconciliation
from ticketing.reports.money import MoneyOfEvent, OrderMoney, Sums

LATE_AFTER = timedelta(hours=26)
"""A night was missed: the worker did not run, or Stripe could not be asked."""
UNKNOWN = "–"


@dataclass(frozen=True)
class Verdict:
    """Whether the books match; `look` is good, bad, warn or wait, `lines` say more."""

    look: str
    text: str
    lines: tuple[str, ...]
    left: tuple[dict[str, Any], ...]
    repaired: tuple[dict[str, Any], ...]
    is_wished: bool


@dataclass(frozen=True)
class OrderRow:
    """The money of one order in words; `net` is a dash while the fee is not known. `ids` are Stripe's."""

    code: str
    paid: str
    gross: str
    fee: str
    refunded: str
    disputed: str
    outside: str
    net: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One part of the sum; `sign` stands before it."""

    sign: str
    amount: str
    name: str


@dataclass(frozen=True)
class MoneyPage:
    """All that `office/money.html` shows. `fees_unknown` is empty where all fees are known."""

    event: Heading
    verdict: Verdict
    parts: tuple[Part, ...]
    fees_unknown: str
    rows: tuple[OrderRow, ...]
    count: int
    page: int
    pages: int
    may_wish: bool
    cash: CashPage | None = None
    account: AccountPage | None = None


def money_page(catalog: Catalog, found: MoneyOfEvent, verdict: Verdict, may_wish: bool) -> MoneyPage:
    """The page in the language in force."""
    return MoneyPage(
        event=heading(catalog),
        verdict=verdict,
        parts=parts(found.sums, catalog.currency),
        fees_unknown=fees_unknown(found.sums),
        rows=tuple(_row(order, catalog) for order in found.orders),
        count=found.count,
        page=found.page,
        pages=found.pages,
        may_wish=may_wish,
    )


def fees_unknown(sums: Sums) -> str:
    """How many fees are still missing in the sums; nothing where all are known."""
    count = sums.fees_unknown
    return _("Payments whose fee Stripe has not told yet: %(count)s", count=count) if count else ""


def verdict(catalog: Catalog, last: Reconciliation | None, is_wished: bool, now: datetime) -> Verdict:
    """What the last comparison says, for all events of the house."""
    if last is None:
        return Verdict("wait", _("Not compared with Stripe yet"), (_soon(),), (), (), is_wished)
    differences = [told(one) for one in last.differences]
    left = tuple(one for one in differences if not one["repaired"])
    when = _("%(date)s at %(time)s", date=i18n.date(last.ended_at, catalog.zone), time=_clock(last.ended_at, catalog))
    checked = {name: last.checked[name] for name in ("payments", "refunds")}
    lines = [_("%(payments)s payments and %(refunds)s refunds compared, %(when)s", **checked, when=when)]
    if outside := last.checked.get("paid_outside"):
        lines.append(_("Of the refunds that failed at Stripe, paid back outside it: %(count)s", count=outside))
    late = now - last.ended_at > LATE_AFTER
    if late:
        lines.append(_("That is more than a day ago. See that the worker runs and that Stripe can be reached."))
    look = "bad" if left else "warn" if late else "good"
    return Verdict(
        look, _matches(len(left)), tuple(lines), left, tuple(one for one in differences if one["repaired"]), is_wished
    )


def _matches(left: int) -> str:
    if left == 0:
        return _("Matches Stripe")
    one = _("Does not match Stripe: 1 difference")
    return one if left == 1 else _("Does not match Stripe: %(count)s differences", count=left)


def _soon() -> str:
    return _("The worker does it when it runs for the first time, and then each night.")


def _clock(at: datetime, catalog: Catalog) -> str:
    return i18n.clock_time(at, catalog.zone)


def parts(sums: Sums, currency: str) -> tuple[Part, ...]:
    """Gross, less what went, is net: one part after the other."""

    def part(sign: str, minor: int, name: str) -> Part:
        return Part(sign, amount(minor, currency), name)

    disputed = [part("−", sums.disputed, _("disputed"))] if sums.disputed else []
    outside = [part("−", sums.outside, _("paid back outside Stripe"))] if sums.outside else []
    return (
        part("", sums.gross, _("gross")),
        part("−", sums.refunded, _("refunds")),
        part("−", sums.fee, _("Stripe fees")),
        *disputed,
        *outside,
        part("=", sums.net, _("net")),
    )


def _row(order: OrderMoney, catalog: Catalog) -> OrderRow:
    sums, currency = order.sums, catalog.currency
    day = i18n.date(order.paid_at, catalog.zone, year=False) if order.paid_at else ""
    return OrderRow(
        code=order.code,
        paid=f"{day} {_clock(order.paid_at, catalog)}" if order.paid_at else "",
        gross=amount(sums.gross, currency),
        fee=UNKNOWN if sums.fees_unknown else amount(sums.fee, currency),
        refunded=amount(sums.refunded, currency) if sums.refunded else "",
        disputed=amount(sums.disputed, currency) if sums.disputed else "",
        outside=amount(sums.outside, currency) if sums.outside else "",
        net=UNKNOWN if sums.fees_unknown else amount(sums.net, currency),
        ids=tuple(order.ids),
    )


def amount(minor: int, currency: str) -> str:
    """An amount that may lie below zero."""
    return i18n.money(Money(minor, currency))
