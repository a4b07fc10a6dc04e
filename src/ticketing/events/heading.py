"""What every page says about its event."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ticketing.core import i18n
from ticketing.core.i18n import pick
from ticketing.core.typeset import unbroken
from ticketing.events.catalog import Catalog
from ticketing.events.titles import short_title


@dataclass(frozen=True)
class Heading:
    """The event in a few words. `day` is for sentences, `when` names day and hours, `pair` the strip colours;
    `called_off`: it does not take place."""

    slug: str
    title: str
    title_full: str
    series: str
    pair: str
    rehearsal: bool
    called_off: bool
    day: Markup
    when: str
    where: str
    map_url: str


def heading(catalog: Catalog) -> Heading:
    """The event in the language in force."""
    hours = i18n.span(catalog.starts_at, catalog.ends_at, catalog.zone)
    return Heading(
        slug=catalog.slug,
        title=short_title(catalog, i18n.language()),
        title_full=pick(catalog.title),
        series=pick(catalog.page.get("series") or catalog.seller.get("name", {})),
        pair=str((catalog.page.get("art") or {}).get("pair", "")),
        rehearsal=catalog.rehearsal,
        called_off=catalog.canceled_at is not None,
        day=unbroken(i18n.day(catalog.starts_at, catalog.zone)),
        when=f"{i18n.date(catalog.starts_at, catalog.zone)} {hours}",
        where=_where(catalog),
        map_url=catalog.venue.map_url,
    )


def _where(catalog: Catalog) -> str:
    """Hall and house, in the order that the language says them."""
    rooms = dict.fromkeys(pick(program.room.name) for program in catalog.programs)
    parts = [*rooms, pick(catalog.venue.name)]
    return " ".join(reversed(parts)) if i18n.language() == "ja" else ", ".join(parts)
