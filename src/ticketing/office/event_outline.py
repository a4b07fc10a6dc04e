"""A new event out of a few words: what the form says, what follows from it, and marks where the rest belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.events.catalog import Catalog
from ticketing.events.export import file_of
from ticketing.events.file import BadDocument, take
from ticketing.events.file_parts import EventFile, EventPart, RoomPart, TierPart, VenuePart
from ticketing.events.unwritten import EMAIL, TEXTS, WEB_ADDRESS
from ticketing.office.editor_form import said_of
from ticketing.office.editor_values import Typed, Values, table

ZONE = ZoneInfo("Asia/Tokyo")
FIELDS = (
    "event.title.ja",
    "event.title.en",
    "event.slug",
    "event.starts_at",
    "event.ends_at",
    "venue.name.ja",
    "venue.name.en",
    "rooms.0.capacity",
    "tiers.0.name.ja",
    "tiers.0.name.en",
    "tiers.0.price",
)
"""The fields of the form, by their places in the event file."""
DOORS = timedelta(hours=1)
ON_SALE = timedelta(days=1)
ROOM, GATE, PROGRAM, TIER = "HALL", "A", "MAIN", "ADMISSION"
TAX_PERCENT, MOST = 10, 10


class Unfit(Exception):
    """What was typed makes no event; `errors` are sentences by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = errors
        super().__init__(", ".join(errors))


def outline(form: Values, known: Sequence[Catalog], now: datetime) -> EventFile:
    """The event that this form begins: one program in one room, one tier that is sold until it begins.

    The house's last event says who sells. A venue with this English name that an event has been at is the same venue,
    and its first room the same room: both are taken over, so that nothing of them changes for that event unseen.
    Raises Unfit with everything that is not right.
    """
    files = [file_of(catalog) for catalog in known]
    typed = Typed(form, ZONE)
    event = typed.part(EventPart, "event", ("slug", "title", "starts_at", "ends_at"))
    venue = typed.part(VenuePart, "venue", ("name",))
    there = next((file for file in reversed(files) if file.venue.name.en == venue["name"]["en"]), None)
    room = {
        "code": there.rooms[0].code if there else ROOM,
        "name": table(there.rooms[0].name) if there else venue["name"],
    }
    tables = {
        "event": {**event, "summary": TEXTS, "timezone": str(ZONE)},
        "venue": table(there.venue) if there else {**venue, "address": TEXTS, "access": TEXTS, "map_url": WEB_ADDRESS},
        "rooms": [{**room, **typed.part(RoomPart, "rooms.0", ("capacity",))}],
        "gates": [{"code": GATE, "name": {"ja": "入口", "en": "Entrance"}, "room": room["code"]}],
        "programs": [_program(event, room["code"])],
        "tiers": [_tier(typed, event, now)],
        "policy": {},
        "seller": _seller(files),
    }
    try:
        return take(tables)
    except BadDocument as error:
        raise Unfit(_errors(error, form)) from error


def _seller(files: Sequence[EventFile]) -> dict[str, Any]:
    if files:
        found: dict[str, Any] = table(replace(files[-1].seller, confirmed=False))
        return found
    return {**dict.fromkeys(("name", "address", "phone", "responsible"), TEXTS), "email": EMAIL}


def _program(event: Mapping[str, Any], room: str) -> dict[str, Any]:
    start = event["starts_at"]
    doors = start - DOORS if isinstance(start, datetime) else start
    times = {"starts_at": start, "ends_at": event["ends_at"], "doors_open_at": doors}
    return {"code": PROGRAM, "title": event["title"], "room": room, **times}


def _tier(typed: Typed, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    start, minute = event["starts_at"], now.replace(second=0, microsecond=0)
    begins = min(minute, start - ON_SALE) if isinstance(start, datetime) else minute
    return {
        "code": TIER,
        **typed.part(TierPart, "tiers.0", ("name", "price")),
        "tax_percent": TAX_PERCENT,
        "admits": [PROGRAM],
        "reentry": True,
        "sale_starts_at": begins,
        "sale_ends_at": start,
        "door_sale_ends_at": event["ends_at"],
        "max_per_order": MOST,
    }


def _errors(error: BadDocument, form: Values) -> dict[str, str]:
    """What is wrong with the fields; what else is wrong follows from these."""
    found: dict[str, str] = {}
    for path, message in error.found:
        name = ".".join(map(str, path))
        if name in FIELDS:
            found.setdefault(name, said_of(path, message, form.get(name, []), ZONE))
    return found
