"""What ticket holders were told of an event: when and where it is, and what of that is different now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was, in the language in force."""

    label: str
    before: str
    now: str


def snapshot(catalog: Catalog) -> dict[str, Any]:
    """When and where the event is, in plain JSON."""
    return {
        "starts_at": catalog.starts_at.isoformat(),
        "ends_at": catalog.ends_at.isoformat(),
        "venue": dict(catalog.venue.name),
        "address": dict(catalog.venue.address),
        "programs": {
            program.code: {
                "title": dict(program.title),
                "room": dict(program.room.name),
                "starts_at": program.starts_at.isoformat(),
                "ends_at": program.ends_at.isoformat(),
                "doors_open_at": program.doors_open_at.isoformat(),
            }
            for program in catalog.programs
        },
    }


def mark(before: Mapping[str, Any], catalog: Catalog) -> str:
    """What tells this telling from every other one, and stays the same until it is done: what was told last, and what
    is so now."""
    now = json.dumps(snapshot(catalog), sort_keys=True)
    return f"{before.get('revision', 0)}-{hashlib.sha256(now.encode()).hexdigest()[:16]}"


def differences(before: Mapping[str, Any], catalog: Catalog) -> list[Difference]:
    """What is different now; what reads the same in the language in force is left out."""
    return [one for one in _differences(before, snapshot(catalog), catalog) if one.before != one.now]


def _differences(before: Mapping[str, Any], now: Mapping[str, Any], catalog: Catalog) -> Iterator[Difference]:
    yield Difference(_("Date and time"), _when(before, catalog), _when(now, catalog))
    yield Difference(_("Where"), pick(before["venue"]), pick(now["venue"]))
    yield Difference(_("Address"), pick(before["address"]), pick(now["address"]))
    for code, program in now["programs"].items():
        was = before["programs"].get(code)
        if was is not None:
            yield Difference(pick(program["title"]), _program(was, catalog), _program(program, catalog))


def _when(facts: Mapping[str, Any], catalog: Catalog) -> str:
    start, end = _at(facts["starts_at"]), _at(facts["ends_at"])
    return f"{i18n.date(start, catalog.zone)} {i18n.span(start, end, catalog.zone)}"


def _program(facts: Mapping[str, Any], catalog: Catalog) -> str:
    start, end = _at(facts["starts_at"]), _at(facts["ends_at"])
    hours = i18n.span(start, end, catalog.zone)
    return _(
        "%(day)s %(hours)s (doors %(doors)s), %(room)s",
        day=i18n.date(start, catalog.zone, year=False),
        hours=hours,
        doors=i18n.clock_time(_at(facts["doors_open_at"]), catalog.zone),
        room=pick(facts["room"]),
    )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
