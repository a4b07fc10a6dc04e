"""Tiers as the shop shows them: the price, what it admits to, the honest number of places, how many may be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.money import Money
from ticketing.core.slits import Meter, meter
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.inventory.levels import Level, Levels
from ticketing.promos.terms import Promo


@dataclass(frozen=True)
class Admission:
    """One program that a tier admits to."""

    title: str
    hours: str


@dataclass(frozen=True)
class TierCard:
    """One tier on the event page. `state` is open, few, sold_out, upcoming, over or off (the event is called off);
    `short` says the places in brief; `most` is 0 outside a sale. `waiting`: one can join the waiting list. `before` is
    the price without the promo code, where there is one."""

    code: str
    name: str
    sign: int
    price: str
    admits: tuple[Admission, ...]
    admits_to_all: bool
    reentry: bool
    state: str
    places: str
    short: str
    meter: Meter
    most: int
    waiting: bool
    before: str = ""


def admissions(catalog: Catalog, tier: TierInfo) -> tuple[Admission, ...]:
    """The programs of this tier with their hours."""
    return tuple(
        Admission(pick(program.title), i18n.span(program.starts_at, program.ends_at, catalog.zone))
        for program in catalog.programs_of(tier)
    )


def tier_card(catalog: Catalog, levels: Levels, tier: TierInfo, now: datetime, promo: Promo | None = None) -> TierCard:
    """This tier at this instant, in the language in force, at the price that it has with this code."""
    off = promo.off(tier) if promo else Money(0, tier.price.currency)
    left = levels.left(catalog, tier)
    level = _tightest(catalog, levels, tier)
    state = "off" if catalog.canceled_at is not None else tier.sale_state(now)
    if state == "open":
        state = "sold_out" if left == 0 else "few" if left <= catalog.places_warning else "open"
    admits = admissions(catalog, tier)
    return TierCard(
        code=tier.code,
        name=pick(tier.name),
        sign=tier.sign,
        price=i18n.money(tier.price - off),
        admits=admits,
        admits_to_all=len(admits) == len(catalog.programs) > 1,
        reentry=tier.reentry,
        state=state,
        places=_places(state, left, level, _opening(tier, catalog.zone)),
        short=_places("few" if state == "open" else state, left, level, _opening(tier, catalog.zone)),
        meter=meter(level.sold, level.held, level.capacity),
        most=min(tier.max_per_order, left) if state in ("open", "few") else 0,
        waiting=state == "sold_out" and catalog.offer_length is not None,
        before=i18n.money(tier.price) if off.amount else "",
    )


def _tightest(catalog: Catalog, levels: Levels, tier: TierInfo) -> Level:
    """The counter that runs out first for this tier: one of its programs, or its own quota."""
    rows = levels.of(catalog, tier)
    if tier.quota is None and len(rows) > 1:
        rows.pop()
    return min(rows, key=lambda level: (level.left, level.capacity))


def _opening(tier: TierInfo, zone: ZoneInfo) -> str:
    return f"{i18n.date(tier.sale_starts_at, zone)} {i18n.clock_time(tier.sale_starts_at, zone)}"


def _places(state: str, left: int, level: Level, opening: str) -> str:
    """The honest number of places, or why there is nothing to choose."""
    if state == "off":
        return _("No tickets are sold any more.")
    if state == "upcoming":
        return _("The sale opens on %(when)s.", when=opening)
    if state == "over":
        return _("The sale is over.")
    if state == "sold_out" and level.held > 0:
        return _("Taken for now. %(held)s are being paid for and may become free again.", held=level.held)
    if state == "sold_out":
        return _("Sold out.")
    if state == "few":
        return _("%(left)s left", left=left)
    return _("%(left)s of %(capacity)s places left", left=left, capacity=level.capacity)
