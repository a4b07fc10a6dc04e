"""A page of the editor as it was typed: read into the event, judged by the event file's own checks, shown again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.compare import Change
from ticketing.events.drafts import Document
from ticketing.events.file import BadDocument, take
from ticketing.events.file_faults import Path, Said
from ticketing.events.file_parts import EventFile
from ticketing.events.file_plain import part, plain
from ticketing.events.file_reader import bare
from ticketing.office.editor_fields import CODED, Sheet
from ticketing.office.editor_sections import Section, section_at
from ticketing.office.editor_values import Typed, Values, filled, hints_of, row_kind, table
from ticketing.office.editor_words import place_words, sentence

LISTED = ("admits", "title_lines")


@dataclass(frozen=True)
class Fault:
    """What is wrong outside of this page because of it: where, on which page, what."""

    where: str
    section: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What came of a page. `document` is the event with it, None where something is wrong."""

    document: Document | None
    errors: Mapping[str, str] = field(default_factory=dict)
    elsewhere: tuple[Fault, ...] = ()


def values_of(document: Document) -> Values:
    """The fields of every page as this event fills them."""
    file = part(EventFile, document)
    return dict(filled_all(file, ZoneInfo(file.event.timezone)))


def filled_all(file: EventFile, zone: ZoneInfo) -> Iterable[tuple[str, list[str]]]:
    """The same, one by one."""
    for name in EventFile.__dataclass_fields__:
        yield from filled(getattr(file, name), name, zone)


def read(document: Document, section: Section, form: Values) -> Answer:
    """The event with this page as it was typed, or everything that is wrong with it."""
    file = part(EventFile, document)
    zone = ZoneInfo(file.event.timezone)
    typed = Typed(form, zone)
    tables = table(file)
    for name in section.parts:
        tables[name] = _part(typed, name, section, tables[name])
    try:
        return Answer(plain(take(tables)))
    except BadDocument as error:
        return _wrong(error.found, section, typed, form, tables)


def _part(typed: Typed, name: str, section: Section, before: Any) -> Any:
    hint = hints_of(EventFile)[name]
    if row_kind(hint) is not None:
        return typed.rows(row_kind(hint), name)
    kept = {key: value for key, value in before.items() if section.keys and key not in section.keys}
    return {**kept, **typed.part(bare(hint), name, section.keys)}


def _wrong(
    found: list[tuple[Path, str]], section: Section, typed: Typed, form: Values, tables: dict[str, Any]
) -> Answer:
    zone = ZoneInfo(tables["event"]["timezone"])
    errors: dict[str, str] = {}
    elsewhere = []
    for path, message in found:
        place = tuple(str(step) for step in path)
        if section.has(place):
            name = _name(path, typed.numbers)
            errors.setdefault(name, said_of(path, message, form.get(name, []), zone))
            continue
        there = section_at(place)
        where = place_words(tuple(map(str, _coded(path, tables))))
        elsewhere.append(Fault(where, there.name if there else "", sentence(message, zone)))
    return Answer(None, errors, tuple(elsewhere))


def _name(path: Path, numbers: Mapping[str, list[int]]) -> str:
    """The name of the field at this path; rows have the numbers that they have in the form."""
    name = ""
    for step in path:
        if isinstance(step, int):
            if any(f".{listed}" in name for listed in LISTED):
                break
            step = numbers[name][step] if step < len(numbers.get(name, [])) else step
        name = f"{name}.{step}" if name else str(step)
    return name


def _coded(path: Path, tables: Any) -> Path:
    """The path with the codes of rows in place of their numbers."""
    found: list[str | int] = []
    for step in path:
        try:
            tables = tables[step]
        except (KeyError, IndexError, TypeError):
            tables = None
        code = tables.get("code") if isinstance(step, int) and isinstance(tables, dict) else None
        found.append(code if code is not None else step + 1 if isinstance(step, int) else step)
    return tuple(found)


def said_of(path: Path, message: str, typed: list[str], zone: ZoneInfo) -> str:
    """What is wrong with what was typed at this place of the event file, as a sentence."""
    if not any(text.strip() for text in typed) and path[-1] not in ("code",) and not isinstance(path[-1], int):
        return _("Fill this in.")
    if isinstance(message, Said):
        return sentence(message, zone)
    kinds = {
        int: _("Use a whole number, like 300."),
        datetime: _("Use a day and a time, like 2026-05-01 18:00."),
        date: _("Use a day, like 2026-05-01."),
    }
    return kinds.get(_kind_at(path), _("This cannot be used."))


def _kind_at(path: Path) -> Any:
    hint: Any = EventFile
    for step in path:
        hint = row_kind(hint) if isinstance(step, int) else hints_of(bare(hint))[step]
    return bare(hint)


def sheet(document: Document, values: Values, answer: Answer, found: Iterable[Change] = (), new: bool = True) -> Sheet:
    """The fields of a page with these values; codes that stand in `document` stay as they are."""
    notes = {_field_of(change.place, document): _told(change) for change in found}
    return Sheet(values, answer.errors, notes, _codes(document, values), _fixed(document, new=new))


def _told(change: Change) -> str:
    if change.after is None or isinstance(change.after, dict | list):
        return _("Somebody else changed this meanwhile.")
    before = "–" if change.before in (None, "") else change.before
    return _(
        "Somebody else changed this meanwhile: it was %(before)s, now it is %(now)s.", before=before, now=change.after
    )


def _field_of(place: tuple[str, ...], document: Document) -> str:
    """The field that shows this place; rows are found by their code or number."""
    rows: Any = document
    name = ""
    for step in place:
        if isinstance(rows, list):
            codes = [str(row.get("code")) for row in rows if isinstance(row, dict)]
            number = codes.index(step) if step in codes else int(step) - 1 if step.isdecimal() else -1
            rows = rows[number] if 0 <= number < len(rows) else None
            name = f"{name}.{number}"
        else:
            rows = rows.get(step) if isinstance(rows, dict) else None
            name = f"{name}.{step}" if name else step
    return name


def _codes(document: Document, values: Values) -> dict[str, tuple[tuple[str, str], ...]]:
    rooms = {row["code"]: pick(row["name"]) for row in document["rooms"]}
    for name, texts in values.items():
        if name.startswith("rooms.") and name.endswith(".code") and texts[0].strip():
            rooms.setdefault(texts[0].strip(), texts[0].strip())
    programs = tuple((row["code"], pick(row["title"])) for row in document["programs"])
    return {"rooms": tuple(rooms.items()), "programs": programs}


def _fixed(document: Document, *, new: bool) -> frozenset[tuple[str, str]]:
    codes = {(name, row["code"]) for name in CODED for row in document[name]}
    return frozenset(codes if new else codes | {("event", document["event"]["slug"])})
