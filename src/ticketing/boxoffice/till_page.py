"""The till's screen: what can be sold, what it comes to, and what comes back for a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.money import DECIMALS, Money
from ticketing.core.slits import Meter, meter
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.events.heading import Heading, heading
from ticketing.inventory.levels import Levels
from ticketing.orders.models import Order
from ticketing.payments.cash_models import CashShift, TillSale
from ticketing.payments.cash_shifts import LONGEST_SHIFT

NOTES = {"jpy": (1000, 5000, 10000), "usd": (500, 1000, 2000), "eur": (500, 1000, 2000)}
"""What people pay with, in minor units: the amounts to choose from are the next whole numbers of these."""


@dataclass(frozen=True)
class TillTier:
    """A tier that the till sells. `left` is how many can be bought now, `most` how many at once."""

    code: str
    name: str
    sign: int
    price: str
    price_minor: int
    left: int
    most: int
    quantity: int


@dataclass(frozen=True)
class Note:
    """An amount that is handed over: `value` for the form, empty where this button has none."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Typed:
    """What stands in the form: how many of each tier, the cash that was given, and the key that makes it count once."""

    form_key: str
    quantities: Mapping[str, int]
    given: str = "exact"
    other: str = ""


@dataclass(frozen=True)
class SaleRow:
    """A sale of this shift."""

    code: str
    time: str
    amount: str
    state: str


@dataclass(frozen=True)
class TillPage:
    """All that `boxoffice/till.html` shows. `prefix` stands before amounts that the browser makes, `unit` behind."""

    event: Heading
    till: str
    since: str
    too_long: bool
    cash: str
    shift_id: str
    revision: int
    typed: Typed
    tiers: tuple[TillTier, ...]
    places: str
    meter: Meter
    total: str
    change: str
    notes: tuple[Note, ...]
    steps: str
    prefix: str
    unit: str
    decimals: int
    sales: tuple[SaleRow, ...]
    error: str


def till_page(
    catalog: Catalog,
    levels: Levels,
    shift: CashShift,
    typed: Typed,
    sales: Sequence[tuple[TillSale, Order]],
    now: datetime,
) -> TillPage:
    """The screen in the language in force."""
    tiers = tuple(_tier(catalog, levels, one, typed) for one in catalog.tiers if one.is_sold_at_door(now))
    total = sum(tier.price_minor * tier.quantity for tier in tiers)
    program = next((one for one in catalog.programs if now < one.ends_at), catalog.programs[-1])
    too_long = now - shift.opened_at > LONGEST_SHIFT
    level, figure = levels.programs[program.id], i18n.money(Money(0, catalog.currency))
    return TillPage(
        event=heading(catalog),
        till=shift.till,
        since=(i18n.date_time if too_long else i18n.clock_time)(shift.opened_at, catalog.zone),
        too_long=too_long,
        cash=i18n.money(Money(shift.cash_minor, catalog.currency)),
        shift_id=shift.id,
        revision=catalog.revision,
        typed=typed,
        tiers=tiers,
        places=_("%(left)s of %(places)s places free", left=level.left, places=level.capacity),
        meter=meter(level.sold, level.held, level.capacity),
        total=i18n.money(Money(total, catalog.currency)),
        change=i18n.money(Money(_change(total, typed), catalog.currency)),
        notes=_notes(total, typed, catalog.currency),
        steps=",".join(map(str, NOTES[catalog.currency])),
        prefix=figure[0] if not figure[0].isdigit() else "",
        unit=figure[-1] if not figure[-1].isdigit() else "",
        decimals=DECIMALS[catalog.currency],
        sales=tuple(_sale(catalog, sale, order) for sale, order in sales),
        error="",
    )


def amounts(total: int, currency: str) -> tuple[int, ...]:
    """What people hand over who do not have it just right: 3,000 yen are paid with 5,000 or 10,000."""
    return tuple(sorted({-(-total // note) * note for note in NOTES[currency]} - {total})) if total else ()


def _tier(catalog: Catalog, levels: Levels, tier: TierInfo, typed: Typed) -> TillTier:
    left = levels.left(catalog, tier)
    return TillTier(
        code=tier.code,
        name=pick(tier.name),
        sign=tier.sign,
        price=i18n.money(tier.price),
        price_minor=tier.price.amount,
        left=left,
        most=min(left, tier.max_per_order),
        quantity=typed.quantities.get(tier.code, 0),
    )


def _notes(total: int, typed: Typed, currency: str) -> tuple[Note, ...]:
    """The just amount, and up to three others; buttons without an amount wait for the browser to fill them."""
    offered = [str(one) for one in amounts(total, currency)]
    known = typed.given in offered
    rows = [Note("exact", _("Exact"), not known)]
    rows += [Note(one, i18n.money(Money(int(one), currency)), typed.given == one) for one in offered]
    return (*rows, *(Note("", "", chosen=False) for _rest in range(len(NOTES[currency]) + 1 - len(rows))))


def _change(total: int, typed: Typed) -> int:
    given = typed.other or typed.given
    return max(0, int(given) - total) if given.isascii() and given.isdecimal() and len(given) < 9 else 0


def _sale(catalog: Catalog, sale: TillSale, order: Order) -> SaleRow:
    return SaleRow(
        code=order.code,
        time=i18n.clock_time(sale.sold_at, catalog.zone),
        amount=i18n.money(Money(order.total_minor, order.currency)),
        state=sale_word(sale, order.state),
    )


def sale_word(sale: TillSale, state: str) -> str:
    """How a sale stands, in a word or two."""
    if sale.voided_at is not None:
        return _("voided")
    words = {
        "pending": _("being paid on a phone"),
        "paid": _("cash") if sale.way == "cash" else _("paid on a phone"),
        "partially_refunded": _("partly refunded"),
        "refunded": _("refunded"),
    }
    return words.get(state, _("not paid"))
