"""What a new event does not say yet: marks in the place of texts that every event must have. With one of them left,
nobody may publish it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

TEXTS = {"ja": "（これから記入）", "en": "(to be written)"}
EMAIL = "to-be-written@example.com"
WEB_ADDRESS = "https://example.com/to-be-written"
MARKS = frozenset((*TEXTS.values(), EMAIL, WEB_ADDRESS))


def unwritten(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places of a draft's document that still bear a mark; a text with it in either language is one place."""
    if isinstance(value, dict) and value.keys() == TEXTS.keys():
        if MARKS.intersection(map(str, value.values())):
            yield place
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from unwritten(part, (*place, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from unwritten(part, (*place, str(number + 1)))
    elif value in MARKS:
        yield place
