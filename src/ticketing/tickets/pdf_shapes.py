"""What the PDF draws besides text: the art, the fold, the QR symbol, the tier signs, the rehearsal band."""

import zlib
from functools import lru_cache

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ticketing.events.art import PAIRS, Art, cut_out, window
from ticketing.tickets.fonts import BOLD
from ticketing.tickets.pdf_tags import Box
from ticketing.tickets.pdf_text import INK, SECOND, Setter, Style
from ticketing.tickets.qr import MODULES, runs

SIGNS = "●◐▲■◆"
_MODULE = 2 * mm
# Neighbouring rows overlap by this part of a module, so that no viewer shows hairlines between them.
_OVERLAP = 0.02


@lru_cache(maxsize=16)
def packed_art(art: Art, box: Box) -> bytes:
    """Return the art as a packed content stream that fills the box, marked as part 0; made once per event and sheet."""
    left, bottom, width, height = box
    part = cut_out(window(art, round(10 * width), round(10 * height)))
    scale = width / part.width
    drawn = ["/P <</MCID 0>> BDC q"]
    drawn.append(f"{scale:.6f} 0 0 {-height / part.height:.6f} {left:.3f} {bottom + height:.3f} cm")
    for (_, rects), ink in zip(part.layers, PAIRS[part.pair].light, strict=True):
        drawn.append(" ".join(f"{int(ink[start : start + 2], 16) / 255:.3f}" for start in (1, 3, 5)) + " rg")
        drawn.extend(f"{x} {y} {wide} {high} re" for x, y, wide, high in rects)
        drawn.append("f" if rects else "")
    drawn.append("Q EMC\n")
    return zlib.compress("\n".join(drawn).encode(), 9)


def draw_fold(canvas: Canvas, y: float) -> None:
    """Draw the dotted line along which the sheet is folded to A5."""
    canvas.saveState()
    canvas.setStrokeColor(SECOND)
    canvas.setLineWidth(0.7)
    canvas.setLineCap(1)
    canvas.setDash([0, 3.2])
    canvas.line(10 * mm, y, 200 * mm, y)
    canvas.restoreState()


def draw_qr(canvas: Canvas, code: str, left: float, top: float) -> None:
    """Draw the symbol, 50 × 50 mm, black on a white ground that reaches four modules further on every side."""
    canvas.saveState()
    canvas.translate(left, top)
    canvas.scale(_MODULE, -_MODULE)
    canvas.setFillGray(1)
    canvas.rect(-4, -4, MODULES + 8, MODULES + 8, 0, 1)
    canvas.setFillGray(0)
    path = canvas.beginPath()
    for column, row, length in runs(code):
        path.rect(column, row, length, 1 if row == MODULES - 1 else 1 + _OVERLAP)
    canvas.drawPath(path, 0, 1)
    canvas.restoreState()


def draw_sign(canvas: Canvas, sign: str, middle: tuple[float, float], radius: float) -> None:
    """Draw the sign of a tier (one of SIGNS; anything else as a full disc) around `middle`."""
    x, y = middle
    canvas.setFillColor(INK)
    canvas.setStrokeColor(INK)
    if sign == "■":
        side = radius * 1.7
        canvas.rect(x - side / 2, y - side / 2, side, side, 0, 1)
    elif sign in "▲◆" and sign:
        _draw_corners(canvas, sign, middle, radius)
    elif sign == "◐":
        canvas.setLineWidth(radius * 0.12)
        canvas.circle(x, y, radius * 0.94, 1, 0)
        canvas.wedge(x - radius, y - radius, x + radius, y + radius, 90, 180, 0, 1)
    else:
        canvas.circle(x, y, radius, 0, 1)


def _draw_corners(canvas: Canvas, sign: str, middle: tuple[float, float], radius: float) -> None:
    x, y = middle
    corners = {
        "▲": ((0, 1), (1.05, -0.8), (-1.05, -0.8)),
        "◆": ((0, 1.1), (1.1, 0), (0, -1.1), (-1.1, 0)),
    }[sign]
    path = canvas.beginPath()
    path.moveTo(x + corners[0][0] * radius, y + corners[0][1] * radius)
    for across, up in corners[1:]:
        path.lineTo(x + across * radius, y + up * radius)
    path.close()
    canvas.drawPath(path, 0, 1)


def draw_band(setter: Setter, text: str, y: float, across: tuple[float, float] = (10 * mm, 200 * mm)) -> None:
    """Draw a black band from edge to edge (left and right in `across`) with white text, its lower edge at `y`."""
    left, right = across
    lines, style = setter.fit([text], right - left - 6 * mm, 1, Style(11, 11, BOLD, "#ffffff"))
    with setter.marks.decoration():
        setter.canvas.setFillColor(INK)
        setter.canvas.rect(left, y, right - left, 5.2 * mm, 0, 1)
    with setter.marks.part("band"):
        middle = (left + right) / 2
        setter.line(middle - setter.width(lines[0], style) / 2, y + 2.6 * mm - 0.38 * style.size, lines[0], style)
