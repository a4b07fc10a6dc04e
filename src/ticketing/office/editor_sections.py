"""The pages that an event is edited on: which parts of the event file stand on which."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from ticketing.events.file_parts import EventFile


@dataclass(frozen=True)
class Section:
    """One page. `parts` are sections of the event file; `keys` limits `[event]`, which stands on two pages."""

    name: str
    title: str
    about: str
    parts: tuple[str, ...]
    keys: tuple[str, ...] = ()

    def has(self, place: tuple[str, ...]) -> bool:
        """Whether this place of the event file is edited here."""
        return place[0] in self.parts and (not self.keys or len(place) < 2 or place[1] in self.keys)


SECTIONS = (
    Section(
        "about",
        _("Title and time"),
        _("What it is called, when it is, what its poster looks like."),
        ("event",),
        ("slug", "title", "title_lines", "summary", "series", "starts_at", "ends_at", "places_warning", "art"),
    ),
    Section(
        "people",
        _("People and themes"),
        _("What only the event page tells: speakers, themes, premieres, organizers, supporters."),
        ("event",),
        ("organizers", "supporters", "themes", "speakers", "premieres"),
    ),
    Section(
        "place",
        _("Venue, rooms and gates"),
        _("Where it is, how many people each room may hold, and the ways in and out."),
        ("venue", "rooms", "gates"),
    ),
    Section(
        "programs", _("Programs"), _("The parts of the day: hours, doors, room and number of places."), ("programs",)
    ),
    Section(
        "tiers",
        _("Tickets"),
        _("Kinds of tickets: price, what they admit to, quota and when they are sold."),
        ("tiers",),
    ),
    Section(
        "policy",
        _("Rules"),
        _("Refunds, changes, names, paying at convenience stores, waiting list, the door, personal data."),
        ("policy",),
    ),
    Section("seller", _("Seller"), _("Who sells, as the law asks it to be told."), ("seller",)),
)
KINDS = EventFile.__dataclass_fields__


def section_of(name: str) -> Section | None:
    """The page with this name."""
    return next((section for section in SECTIONS if section.name == name), None)


def section_at(place: tuple[str, ...]) -> Section | None:
    """The page that this place of the event file is edited on."""
    return next((section for section in SECTIONS if section.has(place)), None)
