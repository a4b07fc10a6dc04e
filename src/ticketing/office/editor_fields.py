"""The fields of the editor's pages, made from the parts of the event file: a new key there is a field here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime
from typing import Annotated, Any, get_args, get_origin

from ticketing.events.art import FIGURES, PAIRS
from ticketing.events.file_parts import EventFile, Texts, TitleLines
from ticketing.events.file_reader import bare
from ticketing.office.editor_sections import Section
from ticketing.office.editor_values import Values, hints_of, row_kind
from ticketing.office.editor_words import CHOICES, HINTS, label

CODED = ("rooms", "gates", "programs", "tiers")
LONG = ("summary", "text", "access", "line")
WORDS: dict[str, tuple[str, ...]] = {
    "figure": tuple(FIGURES),
    "pair": tuple(PAIRS),
    "attendee_names": ("optional", "required", "off"),
    "offline": ("lenient", "strict"),
    "disputes": ("block", "keep"),
}
INPUTS: dict[object, str] = {int: "number", bool: "check", datetime: "time", date: "day", str: "text"}


@dataclass(frozen=True)
class Node:
    """A field, or fields that belong together.

    `kind`: text, area, number, check, time, day, choice (one of `options`), choices (any of them), pair (one text in
    both languages: two `parts`), group, rows (each of `parts` is a row), row. `options` are value, label and whether
    it is chosen. `note` says what somebody else made of it meanwhile.
    """

    name: str
    label: str
    kind: str
    value: str = ""
    options: tuple[tuple[str, str, bool], ...] = ()
    parts: tuple[Node, ...] = ()
    lang: str = ""
    hint: str = ""
    error: str = ""
    note: str = ""
    fixed: bool = False
    dropped: bool = False


@dataclass(frozen=True)
class Sheet:
    """What stands on a page of the editor: `values` of the fields, `errors` and `notes` by name of field.

    `codes` are the rooms and programs that fields may name; `fixed` are codes (and the slug) that stay as they are.
    """

    values: Values
    errors: Mapping[str, str]
    notes: Mapping[str, str]
    codes: Mapping[str, tuple[tuple[str, str], ...]]
    fixed: frozenset[tuple[str, str]]

    def nodes(self, section: Section) -> tuple[Node, ...]:
        """All fields of the section."""
        found: list[Node] = []
        for part in section.parts:
            hint = hints_of(EventFile)[part]
            if row_kind(hint) is not None:
                found.append(self._rows(row_kind(hint), part, part))
            else:
                nodes = tuple(self._part(bare(hint), part, section.keys))
                found += [self._node(part, part, "group", parts=nodes)] if len(section.parts) > 1 else nodes
        return tuple(found)

    def _part(self, kind: type[Any], name: str, keys: tuple[str, ...] = ()) -> Iterator[Node]:
        hints = hints_of(kind)
        for key in keys or hints:
            yield self._field(hints[key], f"{name}.{key}", key)

    def _field(self, hint: Any, name: str, key: str) -> Node:
        kind = bare(hint)
        if kind in (Texts, TitleLines):
            return self._pair(name, key, area=kind is TitleLines or key in LONG)
        if row_kind(hint) is not None:
            return self._rows(row_kind(hint), name, key)
        if isinstance(kind, type) and is_dataclass(kind):
            return self._node(name, key, "group", parts=tuple(self._part(kind, name)))
        if key == "admits":
            return self._node(name, key, "choices", options=self._options(name, self.codes["programs"]))
        if key == "room":
            return self._node(name, key, "choice", options=self._options(name, (("", "–"), *self.codes["rooms"])))
        if key in WORDS:
            words = tuple((word, str(CHOICES[word])) for word in WORDS[key])
            none = (("", "–"),) if _may_be_none(hint) else ()
            return self._node(name, key, "choice", options=self._options(name, none + words))
        return self._node(name, key, INPUTS[kind], value=self._value(name), fixed=self._is_fixed(name, key))

    def _pair(self, name: str, key: str, *, area: bool) -> Node:
        kind = "area" if area else "text"
        both = tuple(
            Node(
                f"{name}.{lang}",
                label(lang),
                kind,
                self._value(f"{name}.{lang}"),
                lang=lang,
                error=self.errors.get(f"{name}.{lang}", ""),
                note=self.notes.get(f"{name}.{lang}", ""),
            )
            for lang in ("ja", "en")
        )
        return self._node(name, key, "pair", parts=both)

    def _rows(self, kind: type[Any], name: str, key: str) -> Node:
        count = self._value(f"{name}.rows")
        rows = tuple(self._row(kind, f"{name}.{number}", number) for number in range(int(count or 0)))
        return self._node(name, key, "rows", value=count or "0", parts=rows)

    def _row(self, kind: type[Any], name: str, number: int) -> Node:
        code = self._value(f"{name}.code")
        parts = self._pair_row(name) if kind is Texts else tuple(self._part(kind, name))
        return Node(
            name,
            code or str(number + 1),
            "row",
            parts=parts,
            error=self.errors.get(name, ""),
            note=self.notes.get(name, ""),
            dropped=self._value(f"{name}.drop") == "yes",
        )

    def _pair_row(self, name: str) -> tuple[Node, ...]:
        return self._pair(name, "name", area=False).parts

    def _node(self, name: str, key: str, kind: str, **more: Any) -> Node:
        words = HINTS.get(f"{name.partition('.')[0]}.{key}", HINTS.get(key, ""))
        error, note = self.errors.get(name, ""), self.notes.get(name, "")
        return Node(name, label(key), kind, hint=str(words), error=error, note=note, **more)

    def _value(self, name: str) -> str:
        return next(iter(self.values.get(name, [])), "")

    def _options(self, name: str, known: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str, bool], ...]:
        chosen = self.values.get(name, [])
        return tuple((value, text, value in chosen) for value, text in known)

    def _is_fixed(self, name: str, key: str) -> bool:
        return key in ("code", "slug") and (name.partition(".")[0], self._value(name)) in self.fixed


def _may_be_none(hint: Any) -> bool:
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    return type(None) in get_args(plain)
