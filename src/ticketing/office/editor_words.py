"""What the keys of an event file are called on the editor's pages, and what is said about a value that is not right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _

from ticketing.core import i18n
from ticketing.core.i18n import gettext
from ticketing.events.file_faults import Said

LABELS: Mapping[str, Any] = {
    "event": _("Event"),
    "venue": _("Venue"),
    "rooms": _("Rooms"),
    "gates": _("Gates"),
    "programs": _("Programs"),
    "tiers": _("Tickets"),
    "policy": _("Rules"),
    "seller": _("Seller"),
    "slug": _("Address"),
    "title": _("Title"),
    "title_lines": _("Title on the poster, line by line"),
    "summary": _("In one sentence"),
    "series": _("Festival or series"),
    "starts_at": _("Begins"),
    "ends_at": _("Ends"),
    "places_warning": _("Say how many places are left below"),
    "art": _("Poster"),
    "figure": _("Figure"),
    "pair": _("Colors"),
    "organizers": _("Organizers"),
    "supporters": _("Supporters"),
    "themes": _("Themes"),
    "speakers": _("Speakers"),
    "premieres": _("Premieres elsewhere"),
    "line": _("One line about it"),
    "country": _("Country"),
    "on": _("Day"),
    "place": _("Where"),
    "name": _("Name"),
    "address": _("Postal address"),
    "access": _("How to get there"),
    "map_url": _("Web address of a map"),
    "code": _("Code"),
    "capacity": _("How many people it may hold"),
    "room": _("Room"),
    "doors_open_at": _("Doors open"),
    "last_entry_at": _("Last entry"),
    "places": _("Places"),
    "sample": _("Only an example: the page says so"),
    "price": _("Price in yen, tax included"),
    "tax_percent": _("Tax in percent"),
    "admits": _("Admits to"),
    "reentry": _("May leave and come back in"),
    "quota": _("Quota"),
    "sale_starts_at": _("Sale begins"),
    "sale_ends_at": _("Sale ends"),
    "door_sale_ends_at": _("Sale at the door ends"),
    "max_per_order": _("Most in one order"),
    "hold_minutes": _("Minutes that places are kept while somebody pays"),
    "change_until": _("Names may be changed and tickets passed on until"),
    "max_per_email": _("Most tickets for one e-mail address"),
    "attendee_names": _("Names on the tickets"),
    "door_names": _("The door may see names"),
    "offline": _("A door without contact"),
    "disputes": _("While a bank looks into a payment"),
    "keep_personal_data_days": _("Days that personal data is kept after the event"),
    "reminder": _("Send a reminder"),
    "reminder_at": _("Reminder at"),
    "konbini": _("Convenience stores"),
    "enabled": _("Offer it"),
    "off_days_before": _("Not in the last days before the event"),
    "off_below_places": _("Not below this many free places"),
    "waiting_list": _("Waiting list"),
    "offer_minutes": _("Minutes that an offered place is kept"),
    "refunds": _("Giving tickets back"),
    "until": _("Until"),
    "fee_percent": _("Fee in percent"),
    "phone": _("Phone"),
    "responsible": _("Responsible person"),
    "email": _("E-mail"),
    "registration_number": _("Registration number for invoices"),
    "statements": _("Own rows on the legal page"),
    "text": _("Text"),
    "confirmed": _("The legal page was read and is right"),
    "program": _("Program"),
    "order": _("Order"),
    "ja": _("Japanese"),
    "en": _("English"),
}
HINTS: Mapping[str, Any] = {
    "slug": _("The last part of the page's address, like spring-screening-2026."),
    "series": _("May be left empty."),
    "title_lines": _("Japanese: columns from the right. English: lines from the top."),
    "code": _("Stands in addresses and on tickets; it stays as it is once it is saved."),
    "rooms.capacity": _("The legal limit: staff, press and speakers included."),
    "places": _("Left empty: as many as the room may hold."),
    "last_entry_at": _("Left empty: until the end."),
    "quota": _("Left empty: only the places of its programs count."),
    "door_sale_ends_at": _("Left empty: with the sale online."),
    "registration_number": _("T and 13 digits; empty while the seller is not registered."),
    "change_until": _("Left empty: until the event begins."),
    "max_per_email": _("Left empty: no limit."),
    "reminder_at": _("Left empty: at ten on the day before."),
    "refunds": _("Up to each time the price comes back less this fee; after the last one nothing."),
}
CHOICES: Mapping[str, Any] = {
    "optional": _("may be given"),
    "required": _("must be given"),
    "off": _("are not asked for"),
    "lenient": _("admits what is on its list"),
    "strict": _("admits only its own tickets"),
    "block": _("the tickets do not work"),
    "keep": _("the tickets work"),
    "disc": _("disc"),
    "ring": _("ring"),
    "lens": _("lens"),
    "pair": _("two discs"),
    "arch": _("arch"),
    "wedge": _("beam"),
    "frame": _("frame"),
    "dome": _("dome"),
    "vermilion-teal": _("vermilion and teal"),
    "rose-leaf": _("rose and leaf green"),
    "orange-azure": _("orange and azure"),
    "lemon-violet": _("lemon and violet"),
    "magenta-lime": _("magenta and lime"),
    "silver-sepia": _("silver and sepia"),
}


def label(key: str) -> str:
    """What a key is called; a number of a row stands for itself."""
    return str(LABELS.get(key, key))


def place_words(place: tuple[str, ...]) -> str:
    """A place of the event file as people read it: Tickets › 1-DAY › Price in yen, tax included."""
    return " › ".join(label(part) for part in place)


def sentence(message: str, zone: ZoneInfo) -> str:
    """What the event file's checks say, in the language in force, as a sentence of its own."""
    text = _told(message, zone)
    return text[:1].upper() + text[1:]


def _told(fact: object, zone: ZoneInfo, name: str = "") -> str:
    if isinstance(fact, Said):
        facts = {key: _told(value, zone, key) for key, value in fact.facts.items()}
        return gettext(fact.template, **facts)
    if isinstance(fact, datetime):
        return i18n.date_time(fact, zone)
    return label(str(fact)) if name == "key" else str(fact)
