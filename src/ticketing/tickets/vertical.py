"""Japanese set from top to bottom: cells of one em, columns from right to left, as on a film poster.

Short Latin words and figures stand upright in one cell, longer ones and long marks lie on their side, stops go to
the upper right corner of their cell.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ticketing.tickets.fonts import BOLD, drawable
from ticketing.tickets.pdf_text import INK, Setter, Style

COLUMN = 1.16  # from the middle of one column to the next, in em
LOWER = 0.8  # every second column starts so much lower, in em
_SPACE = 0.5
_BASELINE = 0.88  # from the top of a cell to the baseline, in em
_CAPITAL = 0.72
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[&'’.-][A-Za-z0-9]+)*|.", re.DOTALL)
_LYING = frozenset("ー―—–…‥〜～-‐=＝:：;；|｜()（）[]［］{}｛｝「」『』【】〈〉《》〔〕→←")
_STOPS = frozenset("、。，．")
_NEVER_FIRST = frozenset("、。，．ー…‥)）]］}｝」』】〉》〕ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
_SMALL = frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")


class Cell(NamedTuple):
    """What stands in one place of a column: its text, how it is turned, its height in em."""

    text: str
    kind: str
    height: float


def cells(line: str, setter: Setter) -> list[Cell]:
    """Cut one column into cells."""
    return [_cell(token, setter) for token in _TOKEN.findall(drawable(line))]


def _cell(token: str, setter: Setter) -> Cell:
    if token.isspace():
        return Cell(token, "space", _SPACE)
    if token.isascii() and token.isalnum() and len(token) <= 4:
        return Cell(token, "upright", 1.0)
    if len(token) > 1:
        return Cell(token, "lying", setter.width(token, Style(1, 1, BOLD)) + 0.1)
    kinds = {"lying": _LYING, "stop": _STOPS, "small": _SMALL}
    return Cell(token, next((kind for kind, marks in kinds.items() if token in marks), "plain"), 1.0)


def columns(lines: Sequence[str], height: float, setter: Setter) -> list[list[Cell]]:
    """Return the columns of a title; those too high for `height` (in em) are broken into columns alike in height."""
    made = _broken(lines, height, setter)
    while height > 1 and len(shorter := _broken(lines, height - 0.5, setter)) == len(made):
        made, height = shorter, height - 0.5
    return made


def _broken(lines: Sequence[str], height: float, setter: Setter) -> list[list[Cell]]:
    made: list[list[Cell]] = []
    for line in lines:
        column: list[Cell] = []
        for cell in cells(line, setter):
            if column and _height(column) + cell.height > height - _start(len(made)):
                carried = [column.pop()] if cell.text in _NEVER_FIRST and len(column) > 1 else []
                made.append(column)
                column = carried
            column.append(cell)
        made.append(column)
    return made


def _start(number: int) -> float:
    return LOWER * (number % 2)


def _height(column: Sequence[Cell]) -> float:
    return sum(cell.height for cell in column)


def _stands_in(height: float, made: Sequence[Sequence[Cell]]) -> bool:
    """False also where a single long word is higher than a column, however it is broken."""
    return all(_height(column) + _start(number) <= height for number, column in enumerate(made))


class Title(NamedTuple):
    """A vertical title that fits: its size in points and its columns."""

    size: float
    columns: list[list[Cell]]


def fit(lines: Sequence[str], box: tuple[float, float], setter: Setter, largest: float) -> Title:
    """Choose the largest size at which the title stays within `box` (width, height in points).

    Columns are broken only when 60 % of the largest size does not hold them.
    """
    width, height = box
    size = largest
    while True:
        room = height / size
        whole = [cells(line, setter) for line in lines]
        fits = _stands_in(room, whole)
        made = whole if fits else columns(lines, room, setter)
        inside = len(made) * COLUMN * size <= width and _stands_in(room, made)
        if (inside and (fits or size <= 0.6 * largest)) or size <= 8:
            return Title(size, made)
        size -= 1


def draw(title: Title, left: float, top: float, setter: Setter) -> None:
    """Draw a title whose last column starts at `left`; each column stands on its own block of paper."""
    for number, column in enumerate(title.columns):
        middle = left + title.size * (COLUMN * (len(title.columns) - 1 - number) + 0.5)
        y = top - title.size * _start(number)
        high = _height(column) * title.size
        pad = 0.08 * title.size
        with setter.marks.decoration():
            setter.canvas.setFillColor("#ffffff")
            setter.canvas.rect(
                middle - COLUMN / 2 * title.size, y - high - pad, COLUMN * title.size, high + 2 * pad, 0, 1
            )
        with setter.marks.part("title"):
            for cell in column:
                _draw_cell(cell, middle, y, title.size, setter)
                y -= cell.height * title.size


def _draw_cell(cell: Cell, middle: float, top: float, size: float, setter: Setter) -> None:
    if cell.kind in {"upright", "lying"}:
        _draw_turned(cell, middle, top, size, setter)
        return
    style = Style(size, size, BOLD)
    right, up = {"stop": (0.6, 0.55), "small": (0.08, 0.08)}.get(cell.kind, (0.0, 0.0))
    x = middle - setter.width(cell.text, style) / 2 + right * size
    if cell.kind == "stop":
        x = middle - 0.5 * size + right * size
    setter.line(x, top - (_BASELINE - up) * size, cell.text, style)


def _draw_turned(cell: Cell, middle: float, top: float, size: float, setter: Setter) -> None:
    """Draw a word across its cell, squeezed to one em, or turned by 90° along the column."""
    style = Style(size, size, BOLD, INK)
    width = setter.width(cell.text, style)
    setter.canvas.saveState()
    setter.canvas.translate(middle, top - cell.height * size / 2)
    if cell.kind == "lying":
        setter.canvas.rotate(-90)
        lift = _CAPITAL / 2 if cell.text[0].isascii() else _BASELINE - 0.5
    else:
        setter.canvas.scale(min(1.0, size / width), 1)
        lift = _CAPITAL / 2
    setter.line(-width / 2, -lift * size, cell.text, style)
    setter.canvas.restoreState()
