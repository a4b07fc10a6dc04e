"""What a pass says of its ticket, in both languages: the phone chooses, not we."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ticketing.core.i18n import LANGUAGES, force_locale, pick, span
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.events.places import Texts
from ticketing.events.titles import short_title
from ticketing.orders.links import public_url
from ticketing.orders.reading import OrderView, TicketView


@dataclass(frozen=True)
class PassFacts:
    """One ticket as a wallet shows it. Times are in the event's zone, from the first program that the ticket admits to
    until the end of the last. `labels` are the words beside the values, `notes` the small print."""

    number: str
    code: str
    holder: str
    event: str
    title: Texts
    whole_title: Texts
    tier: Texts
    room: Texts
    venue: Texts
    address: Texts
    admits: Texts
    organizer: Texts
    point: tuple[float, float] | None
    url: str
    doors_open_at: datetime
    starts_at: datetime
    ends_at: datetime
    labels: dict[str, Texts]
    notes: Texts
    rehearsal: Texts


def facts_of(catalog: Catalog, order: OrderView, ticket: TicketView) -> PassFacts:
    """The facts of one ticket, whose tier admits to at least one program."""
    programs = catalog.programs_of(ticket.tier)
    first, last = programs[0], programs[-1]
    lines = {
        lang: "\n".join(f"{pick(one.title, lang)} {span(one.starts_at, one.ends_at, catalog.zone)}" for one in programs)
        for lang in LANGUAGES
    }
    return PassFacts(
        number=f"{order.code}-{ticket.number}",
        code=ticket.code,
        holder=ticket.attendee or order.buyer_name,
        event=str(catalog.id),
        title={lang: short_title(catalog, lang) for lang in LANGUAGES},
        whole_title=catalog.title,
        tier=ticket.tier.name,
        room=first.room.name,
        venue=catalog.venue.name,
        address=catalog.venue.address,
        admits=lines,
        organizer=catalog.seller.get("name") or {"en": "-"},
        point=catalog.venue.coordinates,
        url=f"{public_url()}/e/{catalog.slug}",
        doors_open_at=first.doors_open_at.astimezone(catalog.zone),
        starts_at=first.starts_at.astimezone(catalog.zone),
        ends_at=last.ends_at.astimezone(catalog.zone),
        labels=_labels_in_all(),
        notes=_in_all(_notes),
        rehearsal=_in_all(lambda: _("REHEARSAL: not a real ticket") if catalog.rehearsal else ""),
    )


def _labels_in_all() -> dict[str, Texts]:
    """The words beside the values, by key."""
    spoken = {}
    for lang in LANGUAGES:
        with force_locale(lang):
            spoken[lang] = _labels()
    return {key: {lang: labels[key] for lang, labels in spoken.items()} for key in spoken["en"]}


def _in_all(say: Callable[[], str]) -> Texts:
    """A sentence of ours in all languages."""
    said = {}
    for lang in LANGUAGES:
        with force_locale(lang):
            said[lang] = say()
    return said


def _labels() -> dict[str, str]:
    return {
        "ticket": _("Ticket"),
        "name": _("Name"),
        "date": _("Date"),
        "doors": _("Doors"),
        "start": _("Start"),
        "room": _("Where"),
        "event": _("Event"),
        "where": _("Where"),
        "admits": _("Admits to"),
        "order": _("Order"),
        "notes": _("Please note"),
        "more": _("About the event"),
    }


def _notes() -> str:
    return "\n".join(
        (
            _("This code lets one person in. Keep it off social media."),
            _("What changes later does not reach this pass: the order page tells what is so."),
        )
    )
