"""Fees and amounts. Whole minor units throughout; a yen has no smaller unit."""

import re

# docs.stripe.com/currencies#zero-decimal
_ZERO_DECIMAL = re.compile("bif|clp|djf|gnf|jpy|kmf|krw|mga|pyg|rwf|ugx|vnd|vuv|xaf|xof|xpf")


def amount_text(amount: int, currency: str, locale: str = "en") -> str:
    """An amount as people read it: `¥3,000`, in Japanese `3,000円`."""
    if currency == "jpy":
        return f"{amount:,}円" if locale == "ja" else f"¥{amount:,}"
    if _ZERO_DECIMAL.fullmatch(currency):
        return f"{amount:,} {currency.upper()}"
    return f"{amount // 100:,}.{amount % 100:02d} {currency.upper()}"


def card_fee(amount: int) -> int:
    """Stripe's fee for a card payment in Japan: 3.6 %, rounded half up."""
    return (amount * 36 + 500) // 1000


def konbini_fee(amount: int) -> int:
    """Stripe's fee for a convenience store payment: 3.6 %, at least 120 yen."""
    return max(120, card_fee(amount))
