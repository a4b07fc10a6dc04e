"""The account at Stripe on the page of the money: what left for the bank, and what moved in all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.money import DECIMALS, Money
from ticketing.events.catalog import Catalog
from ticketing.payments.models import Payout, Reconciliation
from ticketing.reports.payouts import state
from ticketing.reports.words import PAYOUTS, look, word


@dataclass(frozen=True)
class PayoutRow:
    """One payout in words; `look` is that of its state."""

    left: str
    arrives: str
    amount: str
    state: str
    look: str
    id: str


@dataclass(frozen=True)
class AccountPage:
    """The part of `office/money.html` about the account; `parts` are sign, amount and name, `since` is empty without
    them, `none` says why there is no row."""

    rows: tuple[PayoutRow, ...]
    none: str
    parts: tuple[tuple[str, str, str], ...]
    since: str


def account_page(catalog: Catalog, payouts: Sequence[Payout], last: Reconciliation | None) -> AccountPage | None:
    """In the language in force; None before the first comparison."""
    if last is None:
        return None
    sums = last.checked.get("balance", {}).get(catalog.currency)
    if sums and not sums["paid_out"] and not sums["others"]:
        sums = None  # then it says no more than the page does above
    later = _("They are read with the next comparison.")
    since = i18n.date(datetime.fromisoformat(last.checked["since"]), catalog.zone)
    return AccountPage(
        rows=tuple(_row(catalog, one) for one in payouts),
        none=_("Nothing has been paid out yet.") if "payouts" in last.checked else later,
        parts=tuple(_parts(sums, catalog.currency)) if sums else (),
        since=_("What moved there since %(date)s. What was there before is not in it.", date=since) if sums else "",
    )


def _row(catalog: Catalog, payout: Payout) -> PayoutRow:
    name, minor, currency = state(payout), payout.amount_minor, payout.currency
    return PayoutRow(
        left=i18n.date(payout.created_at, catalog.zone),
        arrives=i18n.calendar_day(payout.arrives_on),
        amount=i18n.money(Money(minor, currency)) if currency in DECIMALS else f"{minor} {currency.upper()}",
        state=word(PAYOUTS, name),
        look=look(PAYOUTS, name),
        id=payout.id,
    )


def _parts(sums: Mapping[str, int], currency: str) -> Iterator[tuple[str, str, str]]:
    def part(sign: str, minor: int, name: str) -> tuple[str, str, str]:
        return sign, i18n.money(Money(minor, currency)), name

    yield part("", sums["ours"], _("events of this house, net"))
    if sums["others"]:
        yield part("+" if sums["others"] > 0 else "−", abs(sums["others"]), _("other business of the account"))
    yield part("−", sums["paid_out"], _("paid out to the bank"))
    yield part("=", sums["left"], _("change of the balance at Stripe"))
