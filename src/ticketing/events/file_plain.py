"""Parts of an event file as the JSON columns keep them, and back: times and days become text, lists stay lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from ticketing.events.file_reader import bare

T = TypeVar("T")


def plain(value: Any) -> Any:
    """What JSON can keep of a part: times as RFC 3339 text with their offset, days as 2025-10-26; None is left out."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        named = ((part.name, getattr(value, part.name)) for part in fields(value))
        return {name: plain(item) for name, item in named if item is not None}
    return value


def part(kind: type[T], kept: Mapping[str, Any]) -> T:
    """The part of this kind out of what `plain` made of it; keys that it does not know are passed over."""
    hints = get_type_hints(kind, include_extras=True)
    return kind(**{name: _value(bare(hint), kept[name]) for name, hint in hints.items() if name in kept})


def _value(kind: Any, kept: Any) -> Any:
    if kind in (date, datetime):
        return kind.fromisoformat(kept)
    if get_origin(kind) is tuple:
        return tuple(_value(bare(get_args(kind)[0]), item) for item in kept)
    return part(kind, kept) if isinstance(kept, dict) else kept
