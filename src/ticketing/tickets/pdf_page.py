"""One A4 sheet: the poster over the fold, the ticket under it. Lengths are millimetres from the left or the fold.

What is the same for all tickets of an event and tier is drawn by `draw_fixed`, once; the rest by `draw_live`.
"""

from reportlab.lib.units import mm

from ticketing.tickets import vertical
from ticketing.tickets.code import grouped
from ticketing.tickets.fonts import BODY, BOLD, DISPLAY
from ticketing.tickets.pdf_shapes import draw_band, draw_fold, draw_qr, draw_sign
from ticketing.tickets.pdf_text import SECOND, Setter, Style
from ticketing.tickets.pdf_words import EventTexts, TicketPage, TierTexts
from ticketing.tickets.press import A4

FOLD = 148.5 * mm
ART_BOX = (10 * mm, 157.5 * mm, 190 * mm, 129.5 * mm)  # no bleed, for home printers
QR_BOX = (145 * mm, FOLD - 64 * mm, 50 * mm, 50 * mm)
LEFT = 15 * mm
RIGHT = 195 * mm

_DATE = Style(38, 38, DISPLAY)
_HALL = Style(11, 15.5, BODY)
_SMALL = Style(9.5, 13, BODY, SECOND)
_NAME = Style(15, 18.5, BOLD)
_HEADING = Style(10.5, 13.2, BOLD)
_TEXT = Style(8.7, 13.2, BODY)
_FOOT = Style(7.5, 10, BODY, SECOND)


def draw_fixed(setter: Setter, event: EventTexts, tier: TierTexts) -> None:
    """Draw everything that does not differ from ticket to ticket, except the art below it."""
    _draw_title(setter, event)
    with setter.marks.decoration():
        draw_fold(setter.canvas, FOLD)
    if event.rehearsal:
        draw_band(setter, event.rehearsal, FOLD - 6 * mm)
    _draw_when_and_where(setter, event)
    _draw_tier(setter, tier)
    with setter.marks.part("order"):
        setter.line(145 * mm, FOLD - 78.4 * mm, event.order_label, _SMALL)
    columns = (
        ("admits", event.admits_label, tier.admits),
        ("access", event.access_label, event.access),
        ("notes", event.notes_label, event.notes),
    )
    for number, column in enumerate(columns):
        _draw_column(setter, LEFT + number * 62.65 * mm, *column)
    organizer, style = setter.fit([event.organizer], 105 * mm, 1, _FOOT)
    with setter.marks.part("organizer"):
        setter.block(LEFT, FOLD - 138.4 * mm, organizer, style)


def _draw_tier(setter: Setter, tier: TierTexts) -> None:
    with setter.marks.decoration():
        draw_sign(setter.canvas, tier.sign, (LEFT + 5.6 * mm, FOLD - 57.9 * mm), 5.6 * mm)
    names, style = setter.fit([tier.name], 104 * mm, 1, Style(42, 42, DISPLAY))
    with setter.marks.part("tier"):
        setter.block(LEFT + 15 * mm, FOLD - 57.9 * mm - 0.36 * style.size, names, style)


def _draw_column(setter: Setter, left: float, name: str, heading: str, texts: tuple[str, ...]) -> None:
    with setter.marks.part(name):
        setter.line(left, FOLD - 99.6 * mm, heading, _HEADING)
    lines, style = setter.fit(texts, 54.7 * mm, 7, _TEXT)
    with setter.marks.part(f"{name} text"):
        setter.block(left, FOLD - 105.5 * mm, lines, style)


def _draw_title(setter: Setter, event: EventTexts) -> None:
    if event.language == "ja":
        title = vertical.fit(event.title_lines, (110 * mm, 116 * mm), setter, 56)
        vertical.draw(title, LEFT, A4[1] - 13 * mm, setter)
        _draw_on_paper(setter, ("other title", event.other_title), A4[1] - 136.6 * mm, Style(18, 18, DISPLAY))
        return
    y = A4[1] - 34 * mm
    lines, style = _lines_of_title(setter, event.title_lines)
    for line in lines:
        _draw_on_paper(setter, ("title", line), y, style)
        y -= style.leading
    _draw_on_paper(setter, ("other title", event.other_title), y + 0.35 * style.leading, Style(14, 14, BOLD))


def _lines_of_title(setter: Setter, lines: tuple[str, ...]) -> tuple[list[str], Style]:
    """Set a Latin title in capitals as large as it fits between the margins and above the fold."""
    capitals = [line.upper() for line in lines]
    size = 76.0
    while True:
        style = Style(size, 0.93 * size, DISPLAY)
        broken = [part for line in capitals for part in setter.wrap(line, 176 * mm, style)]
        most = max(len(lines), 3)
        if (len(broken) <= most and len(broken) * style.leading <= 106 * mm) or size <= 20:
            return broken, style
        size -= 2


def _draw_on_paper(setter: Setter, part: tuple[str, str], y: float, style: Style) -> None:
    """Draw one line of the poster on a white block, so that it cuts into the art; `part` is its name and its text."""
    name, text = part
    if not text:
        return
    lines, style = setter.fit([text], 180 * mm, 1, style)
    pad = 0.145 * style.size
    width = setter.width(lines[0], style)
    with setter.marks.decoration():
        setter.canvas.setFillColor("#ffffff")
        setter.canvas.rect(LEFT - pad, y - pad, width + 2.2 * pad, 0.72 * style.size + 2 * pad, 0, 1)
    with setter.marks.part(name):
        setter.line(LEFT, y, lines[0], style)


def _draw_when_and_where(setter: Setter, event: EventTexts) -> None:
    with setter.marks.part("date"):
        end = setter.line(LEFT, FOLD - 23.8 * mm, event.date, _DATE)
        setter.line(end + 1.5 * mm, FOLD - 23.8 * mm, event.weekday, Style(14, 14, BODY))
    with setter.marks.part("times"):
        end = setter.line(LEFT, FOLD - 36.3 * mm, event.times, _DATE)
    with setter.marks.part("doors"):
        setter.line(end + 5 * mm, FOLD - 36.3 * mm, event.doors, _HALL)
    lines, style = setter.fit([event.venue], 119 * mm, 2, _HALL)
    with setter.marks.part("venue"):
        setter.block(LEFT, FOLD - 44.3 * mm, lines, style)


def draw_live(setter: Setter, page: TicketPage) -> None:
    """Draw what belongs to this ticket alone: the QR symbol, the name, the numbers."""
    with setter.marks.part("qr"):
        draw_qr(setter.canvas, page.code, QR_BOX[0], QR_BOX[1] + QR_BOX[3])
    names, style = setter.fit([page.attendee], 119 * mm, 2, _NAME)
    with setter.marks.part("holder"):
        y = setter.block(LEFT, FOLD - 72.5 * mm, names, style) + style.leading
    counted, small = setter.fit([f"{page.count}  {page.price}"], 119 * mm, 1, _SMALL)
    with setter.marks.part("count"):
        setter.block(LEFT, y - 5.9 * mm, counted, small)
    room = 50 * mm - setter.width(page.event.order_label, _SMALL) - 2 * mm
    numbers, large = setter.fit([f"{page.order_code}-{page.number}"], room, 1, Style(34, 34, DISPLAY))
    with setter.marks.part("order"):
        setter.line_to(RIGHT, FOLD - 78.4 * mm, numbers[0], large)
    with setter.marks.part("code"):
        setter.line_to(RIGHT, FOLD - 138.4 * mm, grouped(page.code), _FOOT)
