"""Turns the tables of a TOML document into the values of `file_parts`, by their type hints; collects every fault."""

from __future__ import annotations

import unicodedata
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from difflib import get_close_matches
from types import NoneType
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from ticketing.events.file_faults import Path, shown
from ticketing.events.file_faults import say as _
from ticketing.events.file_parts import Texts
from ticketing.events.file_rules import PRINTABLE, ZONE, Rule, close_zone

BAD: Final = object()
YEARS = range(2000, 2200)
TEXTS = '{ ja = "…", en = "…" }'
EXPECTED: dict[object, str] = {
    str: 'a text in quotes, like "…"',
    int: "a whole number, like 300",
    bool: "true or false",
    datetime: "a time with its offset, like 2025-10-26T10:00:00+09:00",
    date: "a day, like 2025-10-26",
    Texts: f"a text in both languages, like {TEXTS}",
}


def bare(hint: Any) -> Any:
    """The kind without "or None" and without rules: `tuple[Line, ...]`, `datetime`, `Texts`."""
    if get_origin(hint) is Annotated:
        return bare(get_args(hint)[0])
    if NoneType in get_args(hint):
        return bare(_present(hint))
    return hint


def _present(hint: Any) -> Any:
    return next(kind for kind in get_args(hint) if kind is not NoneType)


class Reader:
    """Reads values and remembers what is wrong with them: `faults` are pairs of path and message."""

    def __init__(self) -> None:
        self.faults: list[tuple[Path, str]] = []

    def table(self, value: object, kind: type[Any], path: Path) -> Any:
        """The part of this kind, or BAD when there is any fault in it."""
        if not isinstance(value, dict):
            return self._fault(path, self._mismatch(value, kind, path))
        known = {field.name: field for field in fields(kind)}
        for key in value.keys() - known.keys():
            self._unknown(key, list(known), path)
        hints = get_type_hints(kind, include_extras=True)
        found: dict[str, Any] = {}
        for name, field in known.items():
            place = (*path, name)
            if name in value:
                found[name] = self._value(value[name], hints[name], place)
            elif field.default is MISSING:
                found[name] = self._fault(place, f"is missing; add {self._expected(hints[name], place)}.")
        return BAD if any(part is BAD for part in found.values()) else kind(**found)

    def _fault(self, path: Path, message: str) -> object:
        self.faults.append((path, message))
        return BAD

    def _unknown(self, key: str, known: list[str], path: Path) -> None:
        close = get_close_matches(key, known, 1)
        right = f'did you mean "{close[0]}"?' if close else f"known here: {', '.join(known)}"
        self._fault((*path, key), f"is not a key that is known; {right}")

    def _value(self, value: object, hint: Any, path: Path) -> Any:
        if NoneType in get_args(hint):
            return self._value(value, _present(hint), path)
        if get_origin(hint) is Annotated:
            kind, *rules = get_args(hint)
            plain = self._value(value, kind, path)
            return plain if plain is BAD else self._obeys(plain, rules, path)
        if get_origin(hint) is tuple:
            return self._list(value, hint, path)
        if isinstance(hint, type) and is_dataclass(hint):
            return self.table(value, hint, path)
        return self._plain(value, hint, path)

    def _obeys(self, value: object, rules: list[Rule], path: Path) -> object:
        for rule in rules:
            if not rule.accepts(value):
                close = close_zone(str(value)) if rule is ZONE else None
                right = _('did you mean "%(close)s"?', close=close) if close else _("%(right)s.", right=rule.right)
                said = "an empty list" if value == () else shown(value)
                self._fault(path, _("%(value)s does not work here: %(right)s", value=said, right=right))
                return BAD
        return value

    def _list(self, value: object, hint: Any, path: Path) -> Any:
        if not isinstance(value, list):
            return self._fault(path, self._mismatch(value, hint, path))
        items = tuple(self._value(item, get_args(hint)[0], (*path, n)) for n, item in enumerate(value))
        return BAD if any(item is BAD for item in items) else items

    def _plain(self, value: object, kind: type, path: Path) -> object:
        if type(value) is not kind:
            return self._fault(path, self._mismatch(value, kind, path))
        if isinstance(value, str):
            return self._obeys(unicodedata.normalize("NFC", value), [PRINTABLE], path)
        if isinstance(value, datetime) and value.tzinfo is None:
            right = f"write {shown(value)}+09:00 if it is Japan's time"
            return self._fault(path, f"{shown(value)} says no offset from UTC: {right}.")
        if isinstance(value, date) and value.year not in YEARS:
            return self._fault(path, _("the year %(year)s cannot be meant.", year=value.year))
        return value

    def _expected(self, hint: Any, path: Path) -> str:
        kind = bare(hint)
        if kind in EXPECTED:
            return EXPECTED[kind]
        section = ".".join(part for part in path if isinstance(part, str))
        if get_origin(kind) is not tuple:
            return f"a section [{section}]"
        item = get_args(kind)[0]
        return f"sections [[{section}]]" if is_dataclass(item) and item is not Texts else "a list, like [ … ]"

    def _mismatch(self, value: object, hint: Any, path: Path) -> str:
        kind = bare(hint)
        told = f"must be {self._expected(kind, path)}, not {shown(value)}"
        if isinstance(value, str) and kind in (int, bool, datetime, date):
            return f"{told}; write it without quotes."
        if isinstance(value, float) and kind is int:
            return f"{told}; write it without a decimal point."
        return f"{told}."
