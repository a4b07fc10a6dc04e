"""Text on paper: broken into lines as Japanese and Latin ask for, made smaller when it must be, drawn by runs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportlab.pdfgen.canvas import Canvas

from ticketing.tickets.fonts import BODY, MISSING, Case, drawable
from ticketing.tickets.pdf_tags import Marks

INK = "#17130f"
SECOND = "#55534e"
_ELLIPSIS = "…"
_SMALLEST = 0.5
_FIRST_OF_CJK = "\u2e80"

_CLOSING = "、。，．,.・：；:;?!？！ー」』）】〉》〕］｝)]}々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥％%”’"
_OPENING = "「『（【〈《〔［｛([{“‘"
# A unit that no line end may part: Latin words stay whole, marks stay with the character they belong to.
_UNIT = re.compile(
    rf"\s+|[{re.escape(_OPENING)}]*(?:[!-'*-Z\\^-z|~\u00a1-\u024f]+|.)[{re.escape(_CLOSING)}]*", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set; size and leading in points, ink as #rrggbb."""

    size: float
    leading: float
    chain: tuple[str, ...] = BODY
    ink: str = INK


class Setter:
    """Sets text from one type case on one canvas; counts the characters in `missing` that no font had.

    `marks` tell a tagged document what is drawn.
    """

    def __init__(self, canvas: Canvas, case: Case, marks: Marks | None = None) -> None:
        self.canvas = canvas
        self.case = case
        self.marks = marks or Marks(canvas)
        self.missing = 0

    def line(self, x: float, y: float, text: str, style: Style) -> float:
        """Draw one line from x at baseline y, as one text object so that it is copied as one; return where it ends."""
        drawn = self.canvas.beginText(x, y)
        drawn.setFillColor(style.ink)
        self.missing -= text.count(MISSING)
        for run in self.case.runs(text, style.chain):
            self.missing += run.text.count(MISSING)
            drawn.setFont(run.font, style.size * run.share)
            drawn.textOut(run.text)
            x += self.case.run_width(run, style.size)
        self.canvas.drawText(drawn)
        return x

    def line_to(self, right: float, y: float, text: str, style: Style) -> float:
        """Draw one line that ends at `right`; return where it starts."""
        start = right - self.width(text, style)
        self.line(start, y, text, style)
        return start

    def width(self, text: str, style: Style) -> float:
        """Return the width of one line in points."""
        return self.case.width(text, style.chain, style.size)

    def block(self, x: float, y: float, lines: Sequence[str], style: Style) -> float:
        """Draw lines downwards from baseline y; return the baseline that would follow.

        A line of Latin letters ends with an unseen space, or copying and reading aloud would join its last word to
        the next line's first.
        """
        for number, line in enumerate(lines, start=1):
            joins = number < len(lines) and line[-1:] < _FIRST_OF_CJK
            self.line(x, y, line + " " if joins else line, style)
            y -= style.leading
        return y

    def wrap(self, text: str, width: float, style: Style) -> list[str]:
        """Break text into lines of at most `width` points; line feeds in it stay."""
        return [line for part in drawable(text).splitlines() for line in self._wrap(part, width, style)]

    def _wrap(self, text: str, width: float, style: Style) -> list[str]:
        if self.width(text, style) <= width:
            return [text.strip()] if text.strip() else []
        lines, line = [], ""
        for unit in _UNIT.findall(text):
            if self.width((line + unit).rstrip(), style) <= width:
                line = (line + unit).lstrip()
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = unit.strip()
            while line and self.width(line, style) > width:
                fitting = self._fitting(line, width, style)
                lines.append(line[:fitting])
                line = line[fitting:]
        return [*lines, line.rstrip()] if line.strip() else lines

    def _fitting(self, text: str, width: float, style: Style) -> int:
        """How many characters of a unit without a break fit on a line; at least one."""
        count = len(text)
        while count > 1 and self.width(text[:count], style) > width:
            count -= 1
        return count

    def fit(self, texts: Sequence[str], width: float, most_lines: int, style: Style) -> tuple[list[str], Style]:
        """Break paragraphs into at most `most_lines` lines, in smaller type if needed, cut with … as a last resort.

        Smaller type buys more lines too: the height that `most_lines` take at full size is never left.
        """
        height = most_lines * style.leading
        share = 1.0
        while True:
            small = replace(style, size=style.size * share, leading=style.leading * share)
            lines = [line for text in texts for line in self.wrap(text, width, small)]
            fitting = most_lines if most_lines <= 2 else int(height / small.leading + 0.01)
            if len(lines) <= fitting:
                return lines, small
            if share <= _SMALLEST:
                return self._cut(lines[:fitting], width, small), small
            share = round(share - 0.05, 2)

    def _cut(self, lines: list[str], width: float, style: Style) -> list[str]:
        last = lines[-1]
        while last and self.width(last + _ELLIPSIS, style) > width:
            last = last[:-1]
        return [*lines[:-1], last + _ELLIPSIS]
