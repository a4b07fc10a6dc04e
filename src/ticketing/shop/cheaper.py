"""A promo code on the buyer's pages: looked up as typed, kept without cookies, no price charged that was not shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from ticketing.core import i18n, limits
from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog
from ticketing.orders import checkout
from ticketing.orders.pricing import Quote, with_promo
from ticketing.promos import finding, uses
from ticketing.promos.models import PromoCode
from ticketing.promos.terms import Promo, can_be_charged, promo_of

CODE = "code"
"""The field for the code, also in the link that is shared."""
SHOWN = "shown"
"""The field that says which total stood above the button, in minor units."""
LIMIT = "promo_code"
AT_THE_LAST_MOMENT = frozenset({"promo_over", "promo_used_up", "promo_few_left"})
"""What placing an order may say of a code that could be used a moment ago."""


@dataclass(frozen=True)
class Priced:
    """A choice at its full price, and what it comes to with the code that was typed; `fault` says why that code does
    not count."""

    chosen: Quote
    quote: Quote
    fault: Refused | None = None

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong with the code or the price, in the language in force, by field."""
        if self.fault is not None:
            return {CODE: self.fault.text()}
        if not can_be_charged(self.quote.total):
            return {"price_below_charge": _too_little(self.quote).text()}
        return {}

    def without_code(self, fault: Refused) -> Priced:
        """The same at its full price, because of this."""
        return Priced(self.chosen, self.chosen, fault)


@dataclass(frozen=True)
class Linked:
    """The code in the address of an event page: what it takes off, or why it cannot be used."""

    promo: Promo | None = None
    fault: Refused | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """Tells the pages apart that it leads to: as many as there are codes and reasons, whatever visitors type."""
        return self.fault.code if self.fault else self.promo.id if self.promo else ""


NO_CODE = Linked()


def priced(catalog: Catalog, chosen: Quote, values: Mapping[str, str], now: datetime) -> Priced:
    """The choice with the code that was typed, at its full price where that cannot be used or none was."""
    text = values.get(CODE, "").strip()
    if not text:
        return Priced(chosen, chosen)
    try:
        with reading() as session:
            row = _find(session, catalog, text)
            if not _placed_with(session, values.get("form_key", ""), row):
                finding.check_open(row, now)
        return Priced(chosen, with_promo(chosen, promo_of(row)))
    except Refused as fault:
        return Priced(chosen, chosen, fault)


def with_what_is_left(one: Priced) -> Priced:
    """The same for somebody who only looks: told at once where the code has too few uses left."""
    if one.quote.promo is None:
        return one
    try:
        with reading() as session:
            finding.check_left(session.get_one(PromoCode, one.quote.promo.id), one.quote.promo_uses)
    except Refused as fault:
        return one.without_code(fault)
    return one


def check(one: Priced, values: Mapping[str, str]) -> None:
    """Whether an order may be placed at this price.

    Raises what is wrong with the code, Refused("price_below_charge"), and Refused("price_changed") where another total
    was shown above the button; not for a form whose order is there: that keeps the price it was placed at.
    """
    if one.fault is not None:
        raise one.fault
    if not can_be_charged(one.quote.total):
        raise _too_little(one.quote)
    if values.get(SHOWN, str(one.quote.total.amount)) == str(one.quote.total.amount):
        return
    with reading() as session:
        if checkout.placed_before(session, values.get("form_key", "")) is None:
            raise Refused("price_changed", total=i18n.money(one.quote.total))


def linked(catalog: Catalog, text: str, now: datetime) -> Linked:
    """The code in the address of an event page; raises Refused("too_often", 429)."""
    if not text.strip():
        return NO_CODE
    try:
        with reading() as session:
            row = _find(session, catalog, text)
        finding.check_open(row, now)
        finding.check_left(row, 1)
    except Refused as fault:
        if fault.code == "too_often":
            raise
        return Linked(fault=fault)
    return Linked(promo_of(row))


def _find(session: Session, catalog: Catalog, text: str) -> PromoCode:
    """The code with this word. Only words that are not known count against the visitor's address; then none is looked
    up any more for a while."""
    who = limits.client()
    if limits.left(LIMIT, who) <= 0:
        raise Refused("too_often", 429, seconds=max(1, limits.renews_in(LIMIT, who) or 0))
    try:
        return finding.find(session, catalog.id, text)
    except Refused:
        limits.count(LIMIT, who)
        raise


def _placed_with(session: Session, form_key: str, row: PromoCode) -> bool:
    """Whether the order of this very form has uses of this code, which may have ended since."""
    order_id = checkout.placed_before(session, form_key) if form_key else None
    return order_id is not None and uses.code_of(session, order_id) == row.id


def _too_little(quote: Quote) -> Refused:
    return Refused("price_below_charge", total=i18n.money(quote.total))
