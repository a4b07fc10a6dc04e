"""What a promo code takes off, as one value that nothing changes any more."""

from __future__ import annotations

from dataclasses import dataclass

from ticketing.core.money import Money, percent_of
from ticketing.events.catalog import TierInfo
from ticketing.promos.models import PromoCode

LEAST_CHARGE = 50
"""Stripe charges nothing below 50 yen (docs.stripe.com/currencies, minimum charge amounts); nothing at all is free."""


@dataclass(frozen=True)
class Promo:
    """A promo code for pricing: `percent` or `amount_minor` off each ticket of these tiers; none means all."""

    id: str
    word: str
    percent: int | None
    amount_minor: int | None
    tiers: tuple[str, ...] = ()
    max_per_order: int | None = None

    def off(self, tier: TierInfo) -> Money:
        """What it takes off the price of one ticket, never more than the price; nothing for a tier it is not for.

        Part of a yen is rounded up: who was promised "10% off" must not get less than that.
        """
        if self.tiers and tier.code not in self.tiers:
            return Money(0, tier.price.currency)
        if self.percent is not None:
            return percent_of(tier.price, self.percent)
        return min(Money(self.amount_minor or 0, tier.price.currency), tier.price)


def can_be_charged(total: Money) -> bool:
    """Whether an order may come to this: nothing at all, or what Stripe takes."""
    return total.amount == 0 or total.amount >= LEAST_CHARGE


def promo_of(row: PromoCode) -> Promo:
    """The same from its row."""
    return Promo(row.id, row.word, row.percent, row.amount_minor, tuple(row.tiers), row.max_per_order)
