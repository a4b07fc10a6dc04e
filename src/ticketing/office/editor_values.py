"""An event's parts as form fields hold them, and back: `tiers.0.price` = "2000".

What cannot be read stays the text that was typed, so that the event file's own reader refuses it and says why.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from ticketing.events.file_parts import Art, Texts, TitleLines
from ticketing.events.file_reader import bare

Values = Mapping[str, list[str]]
MOST_ROWS = 60


def hints_of(kind: type[Any]) -> dict[str, Any]:
    """The keys of a part and their hints, rules included."""
    return get_type_hints(kind, include_extras=True)


def is_optional(kind: type[Any], key: str) -> bool:
    """Whether the key may be left out."""
    field: Field[Any] = kind.__dataclass_fields__[key]
    return field.default is not MISSING or NoneType in get_args(hints_of(kind)[key])


def row_kind(hint: Any) -> Any:
    """The kind of a list's rows where these are tables; None for anything else."""
    kind = bare(hint)
    item = bare(get_args(kind)[0]) if get_origin(kind) is tuple else None
    return item if isinstance(item, type) and is_dataclass(item) else None


def table(value: Any) -> Any:
    """A part as the tables that `file.take` reads: times stay times, None is left out."""
    if isinstance(value, tuple):
        return [table(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        named = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {name: table(item) for name, item in named if item is not None}
    return value


def filled(value: Any, name: str, zone: ZoneInfo) -> Iterator[tuple[str, list[str]]]:
    """The form fields of a part with what stands in it."""
    if isinstance(value, TitleLines):
        yield f"{name}.ja", ["\n".join(value.ja)]
        yield f"{name}.en", ["\n".join(value.en)]
    elif isinstance(value, tuple) and (not value or is_dataclass(value[0])):
        yield f"{name}.rows", [str(len(value))]
        for number, row in enumerate(value):
            yield from filled(row, f"{name}.{number}", zone)
    elif is_dataclass(value):
        for one in fields(value):
            yield from filled(getattr(value, one.name), f"{name}.{one.name}", zone)
    elif value is not None and value is not False:
        yield name, _texts(value, zone)


def _texts(value: Any, zone: ZoneInfo) -> list[str]:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return [f"{local:%Y-%m-%dT%H:%M:%S}" if local.second else f"{local:%Y-%m-%dT%H:%M}"]
    return ["yes"] if value is True else [str(value)]


def _says_nothing(kind: Any, value: Any) -> bool:
    return value in (None, "") or (kind in (Texts, Art) and not any(value.values()))


class Typed:
    """Reads what was typed. `numbers` are, for each list, the numbers that its rows have in the form: rows that are
    taken out or were left empty are passed over."""

    def __init__(self, form: Values, zone: ZoneInfo) -> None:
        self._form = form
        self._zone = zone
        self.numbers: dict[str, list[int]] = {}

    def part(self, kind: type[Any], name: str, keys: tuple[str, ...] = ()) -> dict[str, Any]:
        """The table of this part; what may be left out and was left empty is not in it."""
        found = {}
        for key, hint in hints_of(kind).items():
            if keys and key not in keys:
                continue
            value = self._value(hint, f"{name}.{key}")
            if not (is_optional(kind, key) and _says_nothing(bare(hint), value)):
                found[key] = value
        return {key: value for key, value in found.items() if value is not None}

    def rows(self, kind: Any, name: str) -> list[Any]:
        """The rows of this list that hold anything and are not taken out."""
        self.numbers[name] = []
        found = []
        for number in range(self.count(name)):
            place = f"{name}.{number}"
            if self._first(f"{place}.drop") == "yes" or self._is_empty(place):
                continue
            self.numbers[name].append(number)
            found.append(self.part(kind, place))
        return found

    def count(self, name: str) -> int:
        """How many rows of this list the form shows."""
        text = self._first(f"{name}.rows")
        return min(int(text), MOST_ROWS) if text.isdecimal() and len(text) < 4 else 0

    def _is_empty(self, place: str) -> bool:
        return not any(
            text.strip() for name, texts in self._form.items() if name.startswith(f"{place}.") for text in texts
        )

    def _first(self, name: str) -> str:
        return next(iter(self._form.get(name, [])), "")

    def _value(self, hint: Any, name: str) -> Any:
        kind = bare(hint)
        if kind is TitleLines:
            lines = {lang: self._first(f"{name}.{lang}").split("\n") for lang in ("ja", "en")}
            kept = {lang: [line.strip() for line in found if line.strip()] for lang, found in lines.items()}
            return kept if any(kept.values()) else None
        if row_kind(hint) is not None:
            return self.rows(row_kind(hint), name)
        if isinstance(kind, type) and is_dataclass(kind):
            return self.part(kind, name)
        if get_origin(kind) is tuple:
            return self._form.get(name, [])
        if kind is bool:
            return self._first(name) == "yes"
        return self._plain(kind, self._first(name).replace("\r\n", "\n").strip())

    def _plain(self, kind: Any, text: str) -> Any:
        read: dict[Any, Callable[[str], Any]] = {
            int: lambda typed: int(unicodedata.normalize("NFKC", typed).replace(",", "")),
            datetime: self._time,
            date: date.fromisoformat,
        }
        try:
            return read[kind](text) if kind in read and len(text) < 40 else text
        except ValueError:
            return text

    def _time(self, typed: str) -> datetime:
        at = datetime.fromisoformat(typed)
        return at.replace(tzinfo=self._zone) if at.tzinfo is None else at
