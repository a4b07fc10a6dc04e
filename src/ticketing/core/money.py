"""Money: whole minor units with a currency, never a float."""

from __future__ import annotations

from dataclasses import dataclass

# Stripe's zero-decimal currencies that we sell in; the minor unit of JPY is the yen itself.
DECIMALS = {"jpy": 0, "usd": 2, "eur": 2}


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units (yen for JPY) and its lower-case ISO 4217 currency."""

    amount: int
    currency: str = "jpy"

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError("money is a whole number of minor units")
        if self.currency not in DECIMALS:
            raise ValueError(f"unknown currency {self.currency!r}")

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.amount * count, self.currency)

    def _same_currency(self, other: Money) -> None:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")


def included_tax(gross: Money, percent: int) -> Money:
    """The tax inside a tax-included amount, rounded down once.

    Japan's consumption tax is shown once per receipt and rate; the seller chooses the rounding (National Tax
    Agency, invoice system), and down is the usual choice.
    """
    return Money(gross.amount * percent // (100 + percent), gross.currency)


def percent_of(price: Money, percent: int) -> Money:
    """So many percent of a price, rounded up to a whole minor unit."""
    return Money(-(-price.amount * percent // 100), price.currency)
