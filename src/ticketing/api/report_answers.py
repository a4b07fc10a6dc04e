"""What programs get when they ask for reports, in form."""

from __future__ import annotations

from msgspec import Struct

from ticketing.api.answers import MoneyFacts, Whole


class TierSales(Struct):
    """What one tier has sold."""

    tier: str
    sold: Whole
    held: Whole
    price: MoneyFacts


class Sales(Struct):
    """Sales now. `gross` is the total of paid orders, those partly refunded among them."""

    event: str
    orders_paid: Whole
    gross: MoneyFacts
    tiers: list[TierSales]


class RoomPeople(Struct):
    """Who is in a room: `inside` is everybody, `untracked` those of them counted by taps."""

    room: str
    inside: int
    untracked: int
    capacity: Whole


class Attendance(Struct):
    """Who came: valid tickets, how many of them have entered at least once, who is inside now."""

    event: str
    tickets_valid: Whole
    tickets_entered: Whole
    rooms: list[RoomPeople]


class MoneyReport(Struct):
    """The money of an event. `fees_unknown` counts payments whose fee Stripe has not told yet."""

    event: str
    gross: MoneyFacts
    fees: MoneyFacts
    refunded: MoneyFacts
    disputed: MoneyFacts
    paid_outside: MoneyFacts
    net: MoneyFacts
    fees_unknown: Whole
