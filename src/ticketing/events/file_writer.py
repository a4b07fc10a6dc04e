"""Writes an event file: the TOML text that reads back to the same event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from ticketing.events.file_parts import Art, EventFile, Texts, TitleLines

INLINE = (Texts, TitleLines, Art)
ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def render(file: EventFile) -> str:
    """The event as TOML; what is None or empty is left out."""
    lines: list[str] = []
    for field in fields(file):
        lines += _sections(field.name, getattr(file, field.name))
    return "\n".join(lines[1:]) + "\n"


def _sections(name: str, value: Any) -> Iterator[str]:
    if not isinstance(value, tuple):
        yield from _section(f"[{name}]", name, value)
        return
    for part in value:
        yield from _section(f"[[{name}]]", name, part)


def _section(header: str, name: str, part: Any) -> Iterator[str]:
    """Keys first, sections below it after them: TOML gives a key to the header above it."""
    named = [(field.name, getattr(part, field.name)) for field in fields(part)]
    written = [(key, value) for key, value in named if value not in (None, (), Art())]
    yield ""
    yield header
    for key, value in written:
        if not _has_header(value):
            yield f"{key} = {_value(value)}"
    for key, value in written:
        if _has_header(value):
            yield from _sections(f"{name}.{key}", value)


def _has_header(value: Any) -> bool:
    first = value[0] if isinstance(value, tuple) else value
    return is_dataclass(first) and not isinstance(first, INLINE)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return _list(value)
    if isinstance(value, int):
        return str(value)
    pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
    return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in pairs if item is not None) + " }"


def _list(items: tuple[Any, ...]) -> str:
    written = [_value(item) for item in items]
    if isinstance(items[0], INLINE):
        return "[\n" + "".join(f"  {item},\n" for item in written) + "]"
    return f"[{', '.join(written)}]"


def _text(text: str) -> str:
    return '"' + "".join(ESCAPES.get(sign, sign) for sign in text) + '"'
