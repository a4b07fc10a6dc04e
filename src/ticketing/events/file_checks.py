"""What the parts of an event file must be to each other: times in order, codes that exist, numbers that fit.

Looks at the tables as they were written and passes over what has the wrong kind, so that these faults are told
together with those of single values.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from ticketing.events.file_faults import Path
from ticketing.events.file_faults import say as _

Table = dict[str, Any]
Found = Iterator[tuple[Path, str]]


def check(document: Table) -> Found:
    """Every fault between parts, as pairs of path and message."""
    yield from _event(document)
    for name in ("rooms", "gates", "programs", "tiers"):
        yield from _codes(document, name)
    yield from _gates(document)
    yield from _programs(document)
    yield from _tiers(document)
    yield from _rooms(document)
    yield from _refunds(document)


def _rows(document: Table, *names: str) -> list[tuple[Path, Table]]:
    value: Any = document
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    listed = value if isinstance(value, list) else []
    return [((*names, number), row) for number, row in enumerate(listed) if isinstance(row, dict)]


def _known(document: Table, name: str) -> dict[str, Table]:
    return {row["code"]: row for __, row in _rows(document, name) if isinstance(row.get("code"), str)}


def _time(row: Table, key: str) -> datetime | None:
    value = row.get(key)
    return value if isinstance(value, datetime) and value.tzinfo else None


def _ordered(row: Table, path: Path, first: str, last: str) -> Found:
    start, end = _time(row, first), _time(row, last)
    if start and end and end <= start:
        yield (*path, last), _("must be later than %(key)s, which is %(time)s.", key=first, time=start)


def _event(document: Table) -> Found:
    event = document.get("event")
    if isinstance(event, dict):
        yield from _ordered(event, ("event",), "starts_at", "ends_at")


def _codes(document: Table, name: str) -> Found:
    """Two codes that differ only in capitals would be told apart by nobody at the door."""
    seen: dict[str, int] = {}
    for path, row in _rows(document, name):
        code = row.get("code")
        if not isinstance(code, str):
            continue
        first = seen.setdefault(code.casefold(), int(path[-1]))
        if first != path[-1]:
            yield (
                (*path, "code"),
                _(
                    '"%(code)s" is taken already by %(where)s; give each its own code.',
                    code=code,
                    where=f"{name}[{first}]",
                ),
            )


def _reference(code: object, path: Path, known: dict[str, Table], what: str) -> Found:
    if not isinstance(code, str) or code in known:
        return
    close = get_close_matches(code, known, 1)
    right = (
        _('did you mean "%(close)s"?', close=close[0])
        if close
        else _("known: %(codes)s.", codes=", ".join(known) or "–")
    )
    yield path, _('there is no %(key)s with the code "%(code)s"; %(right)s', key=what, code=code, right=right)


def _gates(document: Table) -> Found:
    rooms = _known(document, "rooms")
    for path, gate in _rows(document, "gates"):
        yield from _reference(gate.get("room"), (*path, "room"), rooms, "room")


def _programs(document: Table) -> Found:
    rooms = _known(document, "rooms")
    for path, program in _rows(document, "programs"):
        yield from _ordered(program, path, "starts_at", "ends_at")
        doors, start = _time(program, "doors_open_at"), _time(program, "starts_at")
        if doors and start and doors > start:
            yield (
                (*path, "doors_open_at"),
                _("must not be later than %(key)s, which is %(time)s.", key="starts_at", time=start),
            )
        yield from _ordered(program, path, "doors_open_at", "last_entry_at")
        last, end = _time(program, "last_entry_at"), _time(program, "ends_at")
        if last and end and last > end:
            yield (
                (*path, "last_entry_at"),
                _("must not be later than %(key)s, which is %(time)s.", key="ends_at", time=end),
            )
        room = program.get("room")
        yield from _reference(room, (*path, "room"), rooms, "room")
        capacity = rooms[room].get("capacity") if isinstance(room, str) and room in rooms else None
        yield from _places(program.get("places"), capacity, (*path, "places"))


def _places(places: object, capacity: object, path: Path) -> Found:
    if type(places) is int and type(capacity) is int and places > capacity > 0:
        yield (
            path,
            _(
                "%(places)s places are more than the room may hold; use at most %(capacity)s.",
                places=places,
                capacity=capacity,
            ),
        )


def _tiers(document: Table) -> Found:
    programs = _known(document, "programs")
    for path, tier in _rows(document, "tiers"):
        yield from _ordered(tier, path, "sale_starts_at", "sale_ends_at")
        yield from _ordered(tier, path, "sale_starts_at", "door_sale_ends_at")
        admits = tier.get("admits")
        listed = admits if isinstance(admits, list) else []
        for number, code in enumerate(listed):
            place = (*path, "admits", number)
            yield from _reference(code, place, programs, "program")
            if code in listed[:number]:
                yield place, _('"%(code)s" stands here twice; once is enough.', code=code)


def _rooms(document: Table) -> Found:
    used = [row.get("room") for name in ("gates", "programs") for __, row in _rows(document, name)]
    for path, room in _rows(document, "rooms"):
        code = room.get("code")
        if isinstance(code, str) and code not in used:
            yield path, _('no program and no gate uses the room "%(code)s"; use it or take it out.', code=code)


def _refunds(document: Table) -> Found:
    rules = _rows(document, "policy", "refunds")
    for (__, before), (path, rule) in pairwise(rules):
        earlier, later = _time(before, "until"), _time(rule, "until")
        if earlier and later and later <= earlier:
            yield (*path, "until"), _("must be later than the rule before, which ends %(time)s.", time=earlier)
        low, high = before.get("fee_percent"), rule.get("fee_percent")
        if type(low) is int and type(high) is int and high < low:
            yield (
                (*path, "fee_percent"),
                _("must not be lower than the %(low)s percent before; fees only rise.", low=low),
            )
