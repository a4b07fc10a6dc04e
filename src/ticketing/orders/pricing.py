"""Pricing: what a choice of tickets costs. The one place where amounts are multiplied and tax is rounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketing.core.errors import Refused
from ticketing.core.i18n import pick
from ticketing.core.money import Money, included_tax
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.promos.terms import Promo


@dataclass(frozen=True)
class QuoteLine:
    """So many of one tier. `amount` is for all of them, after the `off_minor` that a promo code takes off each."""

    tier: TierInfo
    quantity: int
    amount: Money
    off_minor: int = 0

    @property
    def amount_each(self) -> Money:
        """The price of one."""
        return Money(self.amount.amount // self.quantity, self.amount.currency)

    @property
    def off(self) -> Money:
        """What a promo code takes off all of them."""
        return Money(self.off_minor * self.quantity, self.amount.currency)

    @property
    def full(self) -> Money:
        """What all of them cost without it."""
        return self.amount + self.off


@dataclass(frozen=True)
class Quote:
    """What an order comes to. `tax` is contained in `total`, rounded once for each rate. `promo` made it cheaper."""

    lines: tuple[QuoteLine, ...]
    total: Money
    tax: Money
    promo: Promo | None = None

    @property
    def count(self) -> int:
        """How many tickets."""
        return sum(line.quantity for line in self.lines)

    @property
    def promo_uses(self) -> int:
        """How many tickets the promo code makes cheaper: so many uses of it."""
        return sum(line.quantity for line in self.lines if line.off_minor)

    @property
    def off(self) -> Money:
        """What the promo code takes off in all."""
        return off_all(self.lines, self.total.currency)


def parse_quantities(catalog: Catalog, form: Mapping[str, str]) -> dict[str, int]:
    """The fields `qty-<tier code>` as numbers; raises Refused("unknown_tier") or Refused("bad_quantity")."""
    chosen: dict[str, int] = {}
    for field, text in form.items():
        if field.startswith("qty-"):
            tier = catalog.tier(field.removeprefix("qty-"))
            if not (text.isascii() and text.isdigit() and len(text) <= 4):
                raise Refused("bad_quantity", 400)
            chosen[tier.code] = int(text)
    return chosen


def quote(catalog: Catalog, quantities: Mapping[str, int], now: datetime, *, at_door: bool = False) -> Quote:
    """Price a choice, also at the till; raises Refused when nothing is chosen, too much, or what is not on sale."""
    if catalog.canceled_at is not None:
        raise Refused("event_canceled")
    lines = []
    for tier in catalog.tiers:
        quantity = quantities.get(tier.code, 0)
        if quantity == 0:
            continue
        if quantity > tier.max_per_order:
            raise Refused("too_many", 400, limit=tier.max_per_order, tier=pick(tier.name))
        if not (tier.is_sold_at_door(now) if at_door else tier.sale_state(now) == "open"):
            raise Refused("not_on_sale", tier=pick(tier.name))
        lines.append(QuoteLine(tier, quantity, tier.price * quantity))
    if not lines:
        raise Refused("nothing_chosen", 400)
    return quote_of(lines, catalog.currency)


def quote_of(lines: Sequence[QuoteLine], currency: str, promo: Promo | None = None) -> Quote:
    """What these lines come to, perhaps none; a promo code that none of them has is left out."""
    total = sum((line.amount for line in lines), Money(0, currency))
    had = any(line.off_minor for line in lines)
    return Quote(tuple(lines), total, tax_of(lines) if lines else Money(0, currency), promo if had else None)


def off_all(lines: Sequence[QuoteLine], currency: str) -> Money:
    """What a promo code takes off these lines."""
    return sum((line.off for line in lines), Money(0, currency))


def with_promo(quote: Quote, promo: Promo) -> Quote:
    """The same choice with a promo code: each ticket that it is for costs less.

    Raises Refused("promo_other_tier", 400) where it is for none of them, Refused("promo_too_many", 400) for more than
    one order may have.
    """
    lines = []
    for line in quote.lines:
        off = promo.off(line.tier)
        lines.append(QuoteLine(line.tier, line.quantity, (line.tier.price - off) * line.quantity, off.amount))
    made = quote_of(lines, quote.total.currency, promo)
    if made.promo is None:
        raise Refused("promo_other_tier", 400)
    if promo.max_per_order is not None and made.promo_uses > promo.max_per_order:
        raise Refused("promo_too_many", 400, limit=promo.max_per_order)
    return made


def for_free(tier: TierInfo, quantity: int) -> Quote:
    """So many tickets of one tier that cost nothing, whether it is on sale or not."""
    nothing = Money(0, tier.price.currency)
    return Quote((QuoteLine(tier, quantity, nothing),), nothing, nothing)


def tax_of(lines: Sequence[QuoteLine]) -> Money:
    """The tax inside these lines, rounded down once for each rate."""
    by_rate: dict[int, Money] = {}
    for line in lines:
        rate = line.tier.tax_percent
        by_rate[rate] = by_rate.get(rate, Money(0, line.amount.currency)) + line.amount
    taxes = [included_tax(amount, rate) for rate, amount in by_rate.items()]
    return sum(taxes[1:], taxes[0])
