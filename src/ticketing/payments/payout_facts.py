"""What Stripe says of a payout, as plain facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class StripePayout:
    """Money on its way from Stripe's balance to the account's bank, as Stripe has it now; the amount is in minor units.

    `arrives_on` is the day on which Stripe expects it there, `reversed_by` the payout that took it back, `reverses` the
    one that this takes back.
    """

    id: str
    status: str
    amount: int
    currency: str
    automatic: bool
    created_at: datetime
    arrives_on: date
    failure: str | None = None
    reversed_by: str | None = None
    reverses: str | None = None
