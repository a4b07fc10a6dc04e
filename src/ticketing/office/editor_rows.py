"""What a page of the editor shows again: what was typed, with a row more where one was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from ticketing.events.compare import Change
from ticketing.events.drafts import Document
from ticketing.office.editor_form import Answer
from ticketing.office.editor_values import MOST_ROWS, Values


@dataclass(frozen=True)
class Shown:
    """`others` are the changes of somebody else that the page tells of; `shown` is the event that it then shows,
    `version` the one of the draft that the page began from, where that is not the present one."""

    values: Values
    answer: Answer
    others: tuple[Change, ...] = ()
    shown: Document | None = None
    version: int | None = None


def with_row(values: Values, name: str) -> Values:
    """The same with one empty row more in this list."""
    text = next(iter(values.get(f"{name}.rows", [])), "")
    if not text.isdecimal() or len(text) > 3:
        return values
    return {**values, f"{name}.rows": [str(min(int(text) + 1, MOST_ROWS))]}
