"""The report of an event on A4 pages, tagged, set with the tickets' fonts. Lengths are from the left and the bottom."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ticketing.office.report_paper import Chart, Report, Table
from ticketing.tickets.fonts import BODY, BOLD, Case, default_case
from ticketing.tickets.pdf_tags import Book, Element, Marks
from ticketing.tickets.pdf_text import INK, SECOND, Setter, Style
from ticketing.tickets.press import PRESS, blank

LEFT, RIGHT, TOP, FOOT = 20 * mm, 190 * mm, 277 * mm, 24 * mm
ROW, GAP, FIGURES = 6.4 * mm, 9 * mm, 27 * mm
HEIGHT = 42 * mm
MOST_LABELS = 12
_TITLE = Style(22, 27, BOLD)
_HEAD = Style(13, 17, BOLD)
_TEXT = Style(10, 13.5, BODY)
_STRONG = Style(10, 13.5, BOLD)
_SMALL = Style(8, 11, BODY, SECOND)
_PART = Style(9, 12, BODY, SECOND)


@dataclass
class _Page:
    """A page that is being drawn: what is on it, and how far down."""

    setter: Setter
    y: float = TOP
    elements: list[Element] = field(default_factory=list)

    def text(self, tag: str, text: str, style: Style) -> None:
        """One paragraph or heading over the whole width."""
        name = f"part {len(self.elements)}"
        with self.setter.marks.part(name):
            self.y = self.setter.block(LEFT, self.y, self.setter.wrap(text, RIGHT - LEFT, style), style)
        self.elements.append(Element(tag, name))


def render(report: Report, case: Case | None = None) -> bytes:
    """Return the PDF, every font embedded as a subset. Safe to call from several threads.

    Raises FileNotFoundError when the fonts are not built.
    """
    case = case or default_case()
    pages = list(_pages(report))
    written = io.BytesIO()
    with PRESS:
        canvas = blank(written, case, report.language)
        canvas.setTitle(f"{report.title} – {report.event}")
        canvas.setCreator("ticketing")
        book = Book(canvas)
        for number, parts in enumerate(pages, start=1):
            page = _Page(Setter(canvas, case, Marks(canvas)))
            _draw(page, report, parts, first=number == 1)
            with page.setter.marks.decoration():
                count = report.page.format(page=number, pages=len(pages))
                page.setter.line_to(RIGHT, 13 * mm, f"{report.event} · {count}", _SMALL)
            canvas.showPage()
            book.page(page.elements, page.setter.marks.drawn)
        book.close()
        canvas.save()
    return written.getvalue()


def _pages(report: Report) -> Iterator[list[Table | Chart]]:
    """The parts page by page; a table that is longer than what is left begins on the next one."""
    page: list[Table | Chart] = []
    left = TOP - FOOT - 36 * mm
    parts: list[Table | Chart] = [*report.tables[:1], report.chart, *report.tables[1:]]
    for part in parts:
        for piece in _pieces(part):
            need = _height(piece)
            if need > left and page:
                yield page
                page, left = [], TOP - FOOT
            page.append(piece)
            left -= need
    yield page


def _pieces(part: Table | Chart) -> Iterator[Table | Chart]:
    """A table with more rows than a page has room for comes in several."""
    most = int((TOP - FOOT - 30 * mm) / ROW)
    if isinstance(part, Chart) or len(part.rows) <= most:
        yield part
        return
    for first in range(0, len(part.rows), most):
        rows = part.rows[first : first + most]
        within = frozenset(number - first for number in part.within)
        yield Table(part.title, part.heads, rows, part.sums and first + most >= len(part.rows), within)


def _height(part: Table | Chart) -> float:
    head = GAP + _HEAD.leading + 6
    if isinstance(part, Chart):
        return head + 2 * _TEXT.leading + (HEIGHT + 12 * mm if part.bars else 0)
    return head + (len(part.rows) + any(part.heads)) * ROW


def _draw(page: _Page, report: Report, parts: Sequence[Table | Chart], *, first: bool) -> None:
    if first:
        page.text("P", report.title, _STRONG)
        page.y -= 10
        page.text("H1", report.event, _TITLE)
        for line in report.about:
            page.text("P", line, _TEXT)
    for part in parts:
        page.y -= GAP
        page.text("H2", part.title, _HEAD)
        if isinstance(part, Chart):
            page.y -= 4
            page.text("P", part.said, _TEXT)
            _bars(page, part)
        else:
            page.y += 5
            _table(page, part)


def _table(page: _Page, table: Table) -> None:
    name, rows = f"table {len(page.elements)}", []
    lines = ([table.heads] if any(table.heads) else []) + list(table.rows)
    for number, cells in enumerate(lines):
        is_head = number == 0 and any(table.heads)
        is_sum = table.sums and number == len(lines) - 1
        is_within = number - any(table.heads) in table.within
        style = _SMALL if is_head else _STRONG if is_sum else _PART if is_within else _TEXT
        rows.append(_row(page, f"{name} {number}", cells, style, is_head=is_head))
    page.elements.append(Element("Table", kids=tuple(rows)))


def _row(page: _Page, name: str, cells: Sequence[str], style: Style, *, is_head: bool) -> Element:
    setter, base = page.setter, page.y - ROW + 2.2 * mm
    kids = []
    first = RIGHT - LEFT - (len(cells) - 1) * FIGURES - 4 * mm
    for column, text in enumerate(cells):
        part = f"{name} {column}"
        kids.append(Element("TH" if is_head or column == 0 else "TD", part))
        if not text:
            continue
        with setter.marks.part(part):
            if column == 0:
                lines, fitted = setter.fit([text], first, 1, style)
                setter.block(LEFT + (5 * mm if style == _PART else 0), base, lines, fitted)
            else:
                setter.line_to(RIGHT - (len(cells) - 1 - column) * FIGURES, base, text, style)
    page.y -= ROW
    with setter.marks.decoration():
        _rule(setter.canvas, page.y, 0.3)
    return Element("TR", kids=tuple(kids))


def _bars(page: _Page, chart: Chart) -> None:
    """The bars with their counts and times: one figure, told by its sentence."""
    if not chart.bars:
        return
    setter, canvas = page.setter, page.setter.canvas
    foot = page.y - HEIGHT
    wide, most = (RIGHT - LEFT) / len(chart.bars), max(count for _, count in chart.bars)
    every = -(-len(chart.bars) // MOST_LABELS)
    name = f"chart {len(page.elements)}"
    with setter.marks.part(name):
        canvas.setFillColor(INK)
        for number, (_, count) in enumerate(chart.bars):
            tall = (HEIGHT - 8 * mm) * count / most
            canvas.rect(LEFT + number * wide + wide * 0.12, foot, wide * 0.76, tall, 0, 1)
        _rule(canvas, foot, 0.6)
        for number, (label, count) in enumerate(chart.bars):
            middle, text = LEFT + (number + 0.5) * wide, str(count)
            if count and setter.width(text, _SMALL) < wide:
                tall = (HEIGHT - 8 * mm) * count / most
                setter.line(middle - setter.width(text, _SMALL) / 2, foot + tall + 3, text, _SMALL)
            if number % every == 0:
                setter.line(middle - setter.width(label, _SMALL) / 2, foot - 10, label, _SMALL)
    box = (LEFT, foot - 12, RIGHT - LEFT, HEIGHT + 12)
    page.elements.append(Element("Figure", name, alt=f"{chart.title}: {chart.said}", box=box))
    page.y = foot - 6 * mm


def _rule(canvas: Canvas, y: float, weight: float) -> None:
    canvas.setStrokeColor(SECOND)
    canvas.setLineWidth(weight)
    canvas.line(LEFT, y, RIGHT, y)
