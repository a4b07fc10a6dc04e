"""The list on paper as a PDF of A4 pages, set with the tickets' fonts. Lengths are from the left and the bottom."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ticketing.tickets.fonts import BODY, BOLD, Case, default_case
from ticketing.tickets.pdf_shapes import draw_sign
from ticketing.tickets.pdf_text import INK, SECOND, Setter, Style
from ticketing.tickets.press import PRESS, blank

SIGNS = "●◐▲■◆"
LEFT, RIGHT = 14 * mm, 196 * mm
TOP, FOOT = 262 * mm, 20 * mm
ROW = 7.6 * mm
BOX = 4.2 * mm
ROWS_ON_A_PAGE = int((TOP - FOOT) / ROW)
# Where each column begins: box, name, code, sign and tier, time.
_COLUMNS = (LEFT, LEFT + 11 * mm, 92 * mm, 124 * mm, 172 * mm)
_TITLE = Style(15, 19, BOLD)
_TEXT = Style(10.5, 13, BODY)
_CODE = Style(10.5, 13, BOLD)
_SMALL = Style(8, 11, BODY, SECOND)


class Row(Protocol):
    """What a line of the list shows."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def tier(self) -> str: ...
    @property
    def sign(self) -> int: ...
    @property
    def inside(self) -> str: ...


@dataclass(frozen=True)
class PaperTexts:
    """The words around the list; `page` holds `{page}` and `{pages}`."""

    title: str
    event: str
    made: str
    columns: tuple[str, str, str, str, str]
    page: str
    rehearsal: str


@dataclass(frozen=True)
class PaperSheet:
    """A list to draw, in the language `ja` or `en`."""

    texts: PaperTexts
    rows: Sequence[Row]
    language: str


def render(sheet: PaperSheet, case: Case | None = None) -> bytes:
    """Return the PDF, every font embedded as a subset; one empty page where there is no ticket.

    Safe to call from several threads. Raises FileNotFoundError when the fonts are not built.
    """
    case = case or default_case()
    written = io.BytesIO()
    pages = [sheet.rows[first : first + ROWS_ON_A_PAGE] for first in range(0, len(sheet.rows), ROWS_ON_A_PAGE)] or [[]]
    with PRESS:
        canvas = blank(written, case, sheet.language)
        canvas.setTitle(f"{sheet.texts.title} {sheet.texts.event}")
        canvas.setCreator("ticketing")
        setter = Setter(canvas, case)
        for number, rows in enumerate(pages, 1):
            _draw_frame(setter, sheet.texts, sheet.texts.page.format(page=number, pages=len(pages)))
            for place, row in enumerate(rows):
                _draw_row(setter, row, TOP - (place + 1) * ROW)
            canvas.showPage()
        canvas.save()
    return written.getvalue()


def _draw_frame(setter: Setter, texts: PaperTexts, page: str) -> None:
    setter.line(LEFT, 280 * mm, " ".join(filter(None, (texts.rehearsal, texts.title, texts.event))), _TITLE)
    setter.line(LEFT, 273 * mm, texts.made, _SMALL)
    setter.line_to(RIGHT, 273 * mm, page, _SMALL)
    setter.line_to(RIGHT, 11 * mm, page, _SMALL)
    setter.line(LEFT, 11 * mm, texts.made, _SMALL)
    for left, heading in zip(_COLUMNS, texts.columns, strict=True):
        setter.line(left, TOP + 1.5 * mm, heading, _SMALL)
    _rule(setter.canvas, TOP, 0.8)


def _draw_row(setter: Setter, row: Row, y: float) -> None:
    canvas = setter.canvas
    base = y + 2.3 * mm
    box, name, code, tier, time = _COLUMNS
    canvas.setStrokeColor(INK)
    canvas.setFillColor(INK)
    canvas.setLineWidth(1)
    canvas.rect(box, y + (ROW - BOX) / 2, BOX, BOX, 1, 1 if row.inside else 0)
    lines, style = setter.fit([row.name], code - name - 3 * mm, 1, _TEXT)
    setter.block(name, base, lines, style)
    setter.line(code, base, row.code, _CODE)
    draw_sign(canvas, SIGNS[row.sign % len(SIGNS)], (tier + 1.6 * mm, base + 1.2 * mm), 1.6 * mm)
    lines, style = setter.fit([row.tier], time - tier - 8 * mm, 1, _TEXT)
    setter.block(tier + 5 * mm, base, lines, style)
    setter.line(time, base, row.inside, _TEXT)
    _rule(canvas, y, 0.25)


def _rule(canvas: Canvas, y: float, weight: float) -> None:
    canvas.setStrokeColor(SECOND)
    canvas.setLineWidth(weight)
    canvas.line(LEFT, y, RIGHT, y)
