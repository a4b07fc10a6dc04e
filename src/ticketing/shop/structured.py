"""The event for machines that read pages: schema.org's Event as JSON-LD, and the tags of the Open Graph protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ticketing.core import i18n
from ticketing.core.i18n import LANGUAGES, pick
from ticketing.core.money import DECIMALS, Money
from ticketing.events.catalog import Catalog, ProgramInfo, TierInfo
from ticketing.events.titles import short_title
from ticketing.orders.links import public_url
from ticketing.shop import share_card
from ticketing.shop.tier_cards import TierCard

LOCALES = {"ja": "ja_JP", "en": "en_US"}
AVAILABILITY = {
    "open": "InStock",
    "few": "LimitedAvailability",
    "sold_out": "SoldOut",
    "upcoming": "PreOrder",
    "over": "OutOfStock",
    "off": "OutOfStock",
}


@dataclass(frozen=True)
class Share:
    """What a page says of itself to others. `alternates` are its address by language, `data` the JSON-LD."""

    url: str
    title: str
    description: str
    image: str
    locale: str
    other_locales: tuple[str, ...]
    alternates: tuple[tuple[str, str], ...]
    data: Mapping[str, Any]


def share(catalog: Catalog, cards: Sequence[TierCard]) -> Share:
    """The event page in the language in force, as others may show it."""
    lang = i18n.language()
    page = f"{public_url()}/e/{catalog.slug}"
    return Share(
        url=f"{page}?lang={lang}",
        title=pick(catalog.title),
        description=pick(catalog.summary),
        image=public_url() + share_card.path_of(catalog),
        locale=LOCALES[lang],
        other_locales=tuple(LOCALES[other] for other in LANGUAGES if other != lang),
        alternates=(*((other, f"{page}?lang={other}") for other in LANGUAGES), ("x-default", page)),
        data=_event(catalog, cards, page),
    )


def _event(catalog: Catalog, cards: Sequence[TierCard], page: str) -> dict[str, Any]:
    state = "EventCancelled" if catalog.canceled_at else "EventScheduled"
    people = [{"@type": "Person", "name": pick(one["name"])} for one in catalog.page.get("speakers", ())]
    organizers = catalog.page.get("organizers") or (catalog.seller.get("name", {}),)
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": pick(catalog.title),
        "alternateName": short_title(catalog, "en" if i18n.language() == "ja" else "ja"),
        "description": pick(catalog.summary),
        "image": [public_url() + share_card.path_of(catalog)],
        "url": page,
        "startDate": _time(catalog, catalog.starts_at),
        "endDate": _time(catalog, catalog.ends_at),
        "eventStatus": f"https://schema.org/{state}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "inLanguage": list(LANGUAGES),
        "location": _place(catalog),
        "organizer": [{"@type": "Organization", "name": pick(one)} for one in organizers],
        "offers": [_offer(catalog, tier, card, page) for tier, card in zip(catalog.tiers, cards, strict=True)],
        "subEvent": [_program(catalog, program) for program in catalog.programs],
    } | ({"performer": people} if people else {})


def _place(catalog: Catalog) -> dict[str, Any]:
    return {
        "@type": "Place",
        "name": pick(catalog.venue.name),
        "address": pick(catalog.venue.address),
        "hasMap": catalog.venue.map_url,
    }


def _offer(catalog: Catalog, tier: TierInfo, card: TierCard, page: str) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "name": pick(tier.name),
        "price": _price(tier.price),
        "priceCurrency": catalog.currency.upper(),
        "availability": f"https://schema.org/{AVAILABILITY[card.state]}",
        "validFrom": _time(catalog, tier.sale_starts_at),
        "availabilityEnds": _time(catalog, tier.sale_ends_at),
        "url": f"{page}#tickets",
    }


def _program(catalog: Catalog, program: ProgramInfo) -> dict[str, Any]:
    return {
        "@type": "Event",
        "name": pick(program.title),
        "startDate": _time(catalog, program.starts_at),
        "endDate": _time(catalog, program.ends_at),
        "doorTime": _time(catalog, program.doors_open_at),
        "location": {"@type": "Place", "name": pick(program.room.name), "address": pick(catalog.venue.address)},
    }


def _time(catalog: Catalog, at: datetime) -> str:
    return at.astimezone(catalog.zone).isoformat()


def _price(amount: Money) -> str:
    decimals = DECIMALS[amount.currency]
    whole, part = divmod(amount.amount, 10**decimals)
    return f"{whole}.{part:0{decimals}d}" if decimals else str(whole)
