"""Two states of an event beside each other, as `file_plain.plain` writes them: what is different, and both together.

Rows with a code (rooms, gates, programs, tiers) are known by it, wherever they stand; other rows by their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

Plain = dict[str, Any]
Place = tuple[str, ...]
GONE: Final = object()


@dataclass(frozen=True)
class Change:
    """One value that is not as it was; None where there was or is nothing."""

    place: Place
    before: Any
    after: Any


def changes(before: Plain, after: Plain) -> list[Change]:
    """Every value that is different, in the order of the event file. A row that came or went is one change."""
    return list(_changes(before, after, ()))


def merged(base: Plain, mine: Plain, theirs: Plain) -> tuple[Plain, list[Place]]:
    """What both made of `base`, and the places where both changed the same thing: there it is `mine`."""
    clashes: list[Place] = []
    both: Plain = _merged((base, mine, theirs), (), clashes)
    return both, clashes


def _rows(value: Any) -> dict[str, Any] | None:
    """What has parts of its own, by their names: a table, or a list of rows with codes; None for anything else."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and value and all(isinstance(row, dict) and "code" in row for row in value):
        return {str(row["code"]): row for row in value}
    return None


def _changes(before: Any, after: Any, place: Place) -> Iterator[Change]:
    if before == after:
        return
    old, new = _rows(before), _rows(after)
    if old is None or new is None:
        old, new = _numbered(before), _numbered(after)
    if old is None or new is None:
        yield Change(place, before, after)
        return
    for name in [*new, *(name for name in old if name not in new)]:
        yield from _changes(old.get(name), new.get(name), (*place, name))
    if list(old) != list(new) and set(old) == set(new) and isinstance(before, list):
        yield Change((*place, "order"), ", ".join(old), ", ".join(new))


def _numbered(value: Any) -> dict[str, Any] | None:
    """Rows without codes: speakers, rules of refund, statements."""
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return {str(number): row for number, row in enumerate(value, start=1)}
    return None


def _merged(three: tuple[Any, Any, Any], place: Place, clashes: list[Place]) -> Any:
    base, mine, theirs = three
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    tables = [_rows(one) for one in three]
    if None in tables or GONE in three:
        clashes.append(place)
        return mine
    parts = _merged_parts(tables, place, clashes)  # type: ignore[arg-type]
    return list(parts.values()) if isinstance(mine, list) else parts


def _merged_parts(tables: list[dict[str, Any]], place: Place, clashes: list[Place]) -> dict[str, Any]:
    _, mine, theirs = tables
    found = {}
    for name in [*mine, *(name for name in theirs if name not in mine)]:
        three = tuple(table.get(name, GONE) for table in tables)
        part = _merged(three, (*place, name), clashes)
        if part is not GONE:
            found[name] = part
    return found
