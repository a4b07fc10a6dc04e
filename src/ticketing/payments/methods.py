"""The ways to pay that the payment page offers for an order."""

from __future__ import annotations

from datetime import datetime, timedelta

from ticketing.core.money import Money
from ticketing.events.catalog import Catalog

CARD, KONBINI = "card", "konbini"
CASH = "cash"
"""Paid into the drawer of a till: Stripe never hears of it."""
FREE = "free"
"""Nothing is to be paid: complimentary tickets, or a promo code that takes off all of the price."""
NOT_STRIPE = (CASH, FREE)
# Stripe takes 120 to 300,000 yen at convenience stores, and nothing else than yen (docs.stripe.com/payments/konbini).
KONBINI_YEN = range(120, 300_001)
VOUCHER_DAYS = 1
"""Stripe counts full days in Japan: a voucher of one day can be paid until the end of tomorrow."""
LONGEST_VOUCHER = timedelta(days=VOUCHER_DAYS + 1)


def offered(catalog: Catalog, left: int, total: Money, now: datetime) -> tuple[str, ...]:
    """The methods for an order of this total; `left` are the places of its scarcest tier.

    A voucher keeps places for up to two days, paid or not: so not when the event is near or places are few.
    """
    rules = catalog.policy.get("konbini") or {}
    near = now >= catalog.starts_at - max(timedelta(days=int(rules.get("off_days_before", 0))), LONGEST_VOUCHER)
    few = left < int(rules.get("off_below_places", 0))
    possible = total.currency == "jpy" and total.amount in KONBINI_YEN
    return (CARD, KONBINI) if rules.get("enabled") and possible and not near and not few else (CARD,)
