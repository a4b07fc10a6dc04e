"""The event page as it is drawn: every text chosen, every number written, nothing about the visitor.

The page is cached for everybody, so what stands here may depend on the event, the language, the levels and the
states of sale only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.typeset import unbroken
from ticketing.events.catalog import Catalog, ProgramInfo, TierInfo
from ticketing.events.heading import Heading, heading
from ticketing.events.titles import Run, title_lines, vertical
from ticketing.inventory.levels import Levels
from ticketing.shop.cheaper import NO_CODE, Linked
from ticketing.shop.structured import Share, share
from ticketing.shop.tier_cards import TierCard, tier_card


@dataclass(frozen=True)
class Hero:
    """The poster: art, the title in English lines and Japanese columns, and when."""

    art: str
    english: tuple[str, ...]
    japanese: tuple[tuple[Run, ...], ...]
    summary: Markup
    day: str
    weekday: str
    hours: str


@dataclass(frozen=True)
class Reel:
    """One program of the day under its band of slits."""

    svg: str
    time: str
    title: str
    note: str
    sample: bool


@dataclass(frozen=True)
class Speaker:
    """Somebody on stage."""

    name: str
    country: str
    line: str


@dataclass(frozen=True)
class Premiere:
    """A film shown elsewhere around the event."""

    title: str
    when: str
    place: str
    line: str


@dataclass(frozen=True)
class EventPage:
    """All that `shop/event.html` shows. `code` is the promo code that the visitor's link brought, as it goes on to the
    order; `code_fault` says why one cannot be used."""

    event: Heading
    hero: Hero
    tiers: tuple[TierCard, ...]
    from_price: str
    best_places: str
    hold_minutes: int
    speakers: tuple[Speaker, ...]
    reels: tuple[Reel, ...]
    themes: tuple[tuple[str, str], ...]
    premieres: tuple[Premiere, ...]
    address: str
    access: str
    organizers: tuple[str, ...]
    supporters: tuple[str, ...]
    share: Share
    code: str = ""
    code_fault: str = ""

    @property
    def on_sale(self) -> bool:
        """Whether anything can be chosen right now."""
        return any(card.most for card in self.tiers)


def event_page(
    catalog: Catalog,
    levels: Levels,
    now: datetime,
    art_svg: str,
    reel_svgs: Mapping[str, str],
    linked: Linked = NO_CODE,
) -> EventPage:
    """The event in the language in force; `reel_svgs` is keyed by program code, `linked` is the code that came with the
    visitor's link."""
    page, promo = catalog.page, linked.promo
    cards = tuple(tier_card(catalog, levels, tier, now, promo) for tier in catalog.tiers)
    prices = [tier.price - promo.off(tier) if promo else tier.price for tier in catalog.tiers]
    cheapest = min(prices, default=None)
    buyable = [card for card in cards if card.most] or list(cards)
    return EventPage(
        event=heading(catalog),
        hero=_hero(catalog, art_svg),
        tiers=cards,
        from_price=i18n.money(cheapest) if cheapest else "",
        best_places=buyable[0].short if buyable else "",
        hold_minutes=catalog.hold_minutes,
        speakers=tuple(_speaker(entry) for entry in page.get("speakers", ())),
        reels=tuple(_reel(catalog, program, reel_svgs.get(program.code, "")) for program in catalog.programs),
        themes=tuple((pick(entry["title"]), pick(entry["line"])) for entry in page.get("themes", ())),
        premieres=tuple(_premiere(entry) for entry in page.get("premieres", ())),
        address=pick(catalog.venue.address),
        access=pick(catalog.venue.access),
        organizers=tuple(pick(entry) for entry in page.get("organizers", ())),
        supporters=tuple(pick(entry) for entry in page.get("supporters", ())),
        share=share(catalog, cards),
        code=promo.word if promo else "",
        code_fault=linked.fault.text() if linked.fault else "",
    )


def _hero(catalog: Catalog, art_svg: str) -> Hero:
    """Japanese posters write the day as figures with the weekday beside them."""
    lang = i18n.language()
    local = catalog.starts_at.astimezone(catalog.zone)
    japanese = lang == "ja"
    return Hero(
        art=art_svg,
        english=title_lines(catalog, "en"),
        japanese=tuple(vertical(line) for line in title_lines(catalog, "ja")),
        summary=unbroken(pick(catalog.summary)),
        day=f"{local.year}.{local.month}.{local.day}" if japanese else i18n.date(catalog.starts_at, catalog.zone, lang),
        weekday=i18n.WEEKDAYS_JA[local.weekday()] if japanese else "",
        hours=i18n.span(catalog.starts_at, catalog.ends_at, catalog.zone),
    )


def _reel(catalog: Catalog, program: ProgramInfo, svg: str) -> Reel:
    tiers = [tier for tier in catalog.tiers if program.code in tier.admits]
    names = _("All tickets.") if len(tiers) == len(catalog.tiers) else _only(tiers)
    times = [_("Doors open at %(time)s.", time=i18n.clock_time(program.doors_open_at, catalog.zone))]
    if program.last_entry_at:
        times.append(_("Last entry before %(time)s.", time=i18n.clock_time(program.last_entry_at, catalog.zone)))
    return Reel(
        svg=svg,
        time=i18n.clock_time(program.starts_at, catalog.zone),
        title=pick(program.title),
        note=("" if i18n.language() == "ja" else " ").join([*times, names]),
        sample=program.sample,
    )


def _only(tiers: list[TierInfo]) -> str:
    names = ("、" if i18n.language() == "ja" else ", ").join(pick(tier.name) for tier in tiers)
    return _("%(tiers)s only.", tiers=names) if names else ""


def _speaker(entry: Mapping[str, Any]) -> Speaker:
    return Speaker(pick(entry["name"]), pick(entry.get("country", {})), pick(entry.get("line", {})))


def _premiere(entry: Mapping[str, Any]) -> Premiere:
    on = entry.get("on")
    return Premiere(
        title=pick(entry["title"]),
        when=i18n.calendar_day(date.fromisoformat(str(on))) if on else "",
        place=pick(entry.get("place", {})),
        line=pick(entry.get("line", {})),
    )
