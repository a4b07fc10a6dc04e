"""A receipt as one A4 page, set with the tickets' fonts. Lengths are millimetres from the left or the bottom."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import replace

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ticketing.orders.receipt_paper import Both, Line, Paper
from ticketing.orders.receipt_read import cell, read_aloud
from ticketing.tickets.fonts import BODY, BOLD, DISPLAY, MISSING, Case, default_case
from ticketing.tickets.pdf_shapes import draw_band
from ticketing.tickets.pdf_tags import Book
from ticketing.tickets.pdf_text import INK, SECOND, Setter, Style
from ticketing.tickets.press import PRESS, blank

log = logging.getLogger(__name__)

LEFT, RIGHT = 20 * mm, 190 * mm
WIDTH = RIGHT - LEFT
MIDDLE = 105 * mm
TABLE_TOP, TABLE_FOOT = 136 * mm, 72 * mm
ROW = 7 * mm
CLOSE = 5 * mm  # rows that stand closer than this are set smaller and without lines between them
# Where the figures of a table end: the lines have three, the rates the last two.
COLUMNS = (120 * mm, 146 * mm, RIGHT)

_TITLE = Style(30, 36, BOLD)
_BESIDE = Style(19, 22, DISPLAY, SECOND)
_NAME = Style(17, 20, BOLD)
_AMOUNT = Style(50, 50, DISPLAY)
_TEXT = Style(10, 14.5, BODY)
_STRONG = Style(10, 14.5, BOLD)
_SMALL = Style(8, 11.5, BODY, SECOND)
_MARK = Style(11, 14, BOLD)

_HEADINGS: tuple[Both, ...] = (("単価", "Each"), ("数量", "Number"), ("金額(税込)", "Tax included"))
_RATE_HEADINGS: tuple[Both, ...] = (("対価の額(税込)", "Tax included"), ("消費税等", "Tax in it"))
_REHEARSAL: Both = ("練習用の見本です。領収書としては使えません。", "REHEARSAL: not a real document")


def render(paper: Paper, case: Case | None = None) -> bytes:
    """Return a tagged PDF, every font embedded as a subset. Safe to call from several threads.

    Raises FileNotFoundError when the fonts are not built.
    """
    case = case or default_case()
    written = io.BytesIO()
    with PRESS:
        canvas = blank(written, case, "ja")
        canvas.setTitle(f"{paper.title[0]} {paper.issued.number}")
        canvas.setAuthor(paper.issued.seller[0][0])
        canvas.setCreator("ticketing")
        sheet = _Sheet(canvas, case, english=paper.issued.english)
        _draw(sheet, paper)
        canvas.showPage()
        book = Book(canvas)
        book.page([read_aloud(paper)], sheet.marks.drawn)
        book.close()
        canvas.save()
    if sheet.missing:
        log.warning("%d characters of a receipt drawn as %s: no font has them", sheet.missing, MISSING)
    return written.getvalue()


class _Sheet(Setter):
    """A setter for texts in two languages: the English stands beside or under the Japanese, smaller."""

    def __init__(self, canvas: Canvas, case: Case, *, english: bool) -> None:
        super().__init__(canvas, case)
        self.english = english

    def joined(self, text: Both) -> str:
        """Both halves in one line, or the Japanese alone."""
        return "  ".join(filter(None, text)) if self.english else text[0]

    def pair(self, x: float, y: float, text: Both, width: float, style: Style) -> float:
        """Draw the Japanese and the English beside it in one line of at most `width`; return where it ends."""
        english = text[1] if self.english else ""
        second = replace(style, size=0.82 * style.size, ink=SECOND)
        wanted = self.width(text[0], style) + (self.width(f"  {english}", second) if english else 0)
        share = min(1.0, width / wanted) if wanted else 1.0
        end = self.line(x, y, text[0], replace(style, size=share * style.size))
        if english:
            end = self.line(end, y, f"  {english}", replace(second, size=share * second.size))
        return end

    def paragraph(self, x: float, y: float, text: Both, width: float, style: Style) -> float:
        """Draw the Japanese in at most two lines and the English under it; return the baseline that follows."""
        lines, fitted = self.fit([text[0]], width, 2, style)
        y = self.block(x, y, lines, fitted)
        if self.english and text[1]:
            lines, fitted = self.fit([text[1]], width, 2, _SMALL)
            y = self.block(x, y + 1, lines, fitted)
        return y

    def rule(self, y: float, left: float = LEFT, right: float = RIGHT, weight: float = 0.5) -> None:
        """Draw a line across."""
        with self.marks.decoration():
            self.canvas.setStrokeColor(INK)
            self.canvas.setLineWidth(weight)
            self.canvas.line(left, y, right, y)


def _draw(sheet: _Sheet, paper: Paper) -> None:
    if paper.issued.rehearsal:
        draw_band(sheet, "  ".join(_REHEARSAL), 285 * mm)
    _draw_head(sheet, paper)
    _draw_addressee(sheet, paper)
    _draw_amount(sheet, paper)
    _draw_facts(sheet, paper)
    _draw_tables(sheet, paper)
    _draw_seller(sheet, paper)
    _draw_notes(sheet, paper)


def _draw_head(sheet: _Sheet, paper: Paper) -> None:
    y = 262 * mm
    with sheet.marks.part("title"):
        end = sheet.line(LEFT, y, paper.title[0], _TITLE)
        if sheet.english:
            sheet.line(end + 4 * mm, y, paper.title[1], _BESIDE)
    with sheet.marks.part("kind"):
        sheet.pair(LEFT, y - 8 * mm, paper.kind, 90 * mm, _STRONG)
    _draw_marks(sheet, paper.marks, 272 * mm)
    with sheet.marks.part("numbers"):
        for label, value in ((paper.numbered, (paper.issued.number, "")), (("発行日", "Issued"), paper.issued.day)):
            start = RIGHT - sheet.width(sheet.joined(value), _TEXT)
            sheet.line_to(start - 4 * mm, y, sheet.joined(label), _SMALL)
            sheet.line(start, y, sheet.joined(value), _TEXT)
            y -= 6 * mm


def _draw_marks(sheet: _Sheet, marks: Sequence[Both], y: float) -> None:
    """Draw what is to be seen first (再発行, …) in frames, from the right."""
    right = RIGHT
    for mark in marks:
        text = sheet.joined(mark)
        left = right - sheet.width(text, _MARK) - 6 * mm
        with sheet.marks.decoration():
            sheet.canvas.setStrokeColor(INK)
            sheet.canvas.setLineWidth(1.2)
            sheet.canvas.rect(left, y - 2.2 * mm, right - left, 7.4 * mm, 1, 0)
        with sheet.marks.part("marks"):
            sheet.line(left + 3 * mm, y, text, _MARK)
        right = left - 3 * mm


def _draw_addressee(sheet: _Sheet, paper: Paper) -> None:
    names, style = sheet.fit([paper.issued.addressee], 150 * mm, 3, _NAME)
    foot = 230 * mm
    with sheet.marks.part("addressee"):
        sheet.block(LEFT + 2 * mm, foot + (len(names) - 1) * style.leading, names, style)
    longest = max(sheet.width(name, style) for name in names)
    sheet.rule(foot - 2.6 * mm, LEFT, LEFT + max(100 * mm, longest + 6 * mm), 0.8)


def _draw_amount(sheet: _Sheet, paper: Paper) -> None:
    top, foot = 222 * mm, 199 * mm
    with sheet.marks.decoration():
        sheet.canvas.setFillColor("#f2efe9")
        sheet.canvas.rect(LEFT, foot, WIDTH, top - foot, 0, 1)
    sheet.rule(top, weight=1.2)
    sheet.rule(foot, weight=1.2)
    figures, style = sheet.fit([paper.issued.amount], 116 * mm, 1, _AMOUNT)
    with sheet.marks.part("amount"):
        sheet.line(LEFT + 4 * mm, 210 * mm, paper.amount_label[0], _STRONG)
        if sheet.english:
            sheet.line(LEFT + 4 * mm, 205.4 * mm, paper.amount_label[1], _SMALL)
        sheet.line(MIDDLE - sheet.width(figures[0], style) / 2, 204.3 * mm, figures[0], style)


def _draw_facts(sheet: _Sheet, paper: Paper) -> None:
    with sheet.marks.part("purpose"):
        y = sheet.paragraph(LEFT, 190 * mm, paper.purpose, WIDTH, Style(11.5, 16, BODY))
    with sheet.marks.part("said"):
        sheet.paragraph(LEFT, y - (1.2 * mm if sheet.english else 0), paper.said, WIDTH, _TEXT)
    columns = 1 if sheet.english else 2  # two languages need the whole line
    for number, (label, value) in enumerate(paper.facts):
        left = LEFT + (number % columns) * WIDTH / 2
        y = (168 - 5.8 * (number // columns)) * mm
        with sheet.marks.part(f"fact {number}"):
            sheet.pair(left, y, label, 44 * mm, _SMALL)
            sheet.pair(left + (50 if sheet.english else 32) * mm, y, value, WIDTH / columns - 52 * mm, _TEXT)


def _draw_tables(sheet: _Sheet, paper: Paper) -> None:
    """Draw the breakdown; the more lines there are, the closer they stand, so that one page holds them."""
    count = len(paper.lines) + len(paper.rates) + 3
    step = min(ROW, (TABLE_TOP - TABLE_FOOT) / count)
    heads = (("内訳", "Breakdown"), *_HEADINGS)
    y = _draw_table(sheet, "lines", (heads, paper.lines), TABLE_TOP, step)
    heads = (("税率ごとの内訳", "By tax rate"), *_RATE_HEADINGS)
    _draw_table(sheet, "rates", (heads, paper.rates), y - step, step)


def _draw_table(
    sheet: _Sheet, name: str, table: tuple[tuple[Both, ...], Sequence[Line]], y: float, step: float
) -> float:
    """Draw a table of this name, its heads and its lines; return the baseline that follows."""
    heads, lines = table
    share = min(1.0, step / CLOSE)
    under = (0.35 if step >= CLOSE else 0.26) * step
    small, text = (replace(style, size=share * style.size) for style in (_SMALL, _TEXT))
    columns = COLUMNS[1 - len(heads) :]
    with sheet.marks.part(cell(name, 0, 0)):
        sheet.pair(LEFT, y, heads[0], 60 * mm, replace(small, chain=BOLD, ink=INK))
    for column, (right, label) in enumerate(zip(columns, heads[1:], strict=True), start=1):
        with sheet.marks.part(cell(name, 0, column)):
            sheet.line_to(right, y, sheet.joined(label), small)
    for number, line in enumerate(lines, start=1):
        if number == 1 or step >= CLOSE:
            sheet.rule(y - under)
        y -= step
        with sheet.marks.part(cell(name, number, 0)):
            sheet.pair(LEFT, y, line.text, columns[0] - LEFT - 26 * mm, text)
        for column, (right, figure) in enumerate(zip(columns, line.figures, strict=True), start=1):
            with sheet.marks.part(cell(name, number, column)):
                sheet.line_to(right, y, figure, text)
    sheet.rule(y - under, weight=0.8)
    return y - step


def _draw_seller(sheet: _Sheet, paper: Paper) -> None:
    left, y = 112 * mm, 58 * mm
    with sheet.marks.part("seller 0"):
        sheet.line(left, y + 6 * mm, sheet.joined(("発行者", "Issued by")), _SMALL)
    for number, text in enumerate(part for part in paper.issued.seller if part[0]):
        style = Style(12, 16, BOLD) if number == 0 else _TEXT
        with sheet.marks.part(f"seller {number}"):
            y = sheet.paragraph(left, y, text, RIGHT - left, style) - (1 * mm if sheet.english else 0)
    if paper.issued.registration:
        with sheet.marks.part("registration"):
            end = sheet.pair(left, y, ("登録番号", "Registration no."), 40 * mm, _SMALL)
            sheet.line(end + 2 * mm, y, paper.issued.registration, _STRONG)


def _draw_notes(sheet: _Sheet, paper: Paper) -> None:
    y = 58 * mm
    for number, note in enumerate(paper.notes):
        with sheet.marks.part(f"note {number}"):
            y = sheet.paragraph(LEFT, y, note, 82 * mm, Style(8, 11.5, BODY)) - 1.5 * mm
