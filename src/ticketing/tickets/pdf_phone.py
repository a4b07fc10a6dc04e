"""The sheet for a phone's screen, 90 × 160 mm, to be saved or sent: everything that the door asks for on one screen.

Lengths are millimetres from the left or the top. Small print has its place on A4; the code is as large as there.
"""

from reportlab.lib.units import mm

from ticketing.tickets.fonts import BODY, BOLD, DISPLAY
from ticketing.tickets.pdf_shapes import draw_band, draw_qr, draw_sign
from ticketing.tickets.pdf_text import SECOND, Setter, Style
from ticketing.tickets.pdf_words import EventTexts, TicketPage, TierTexts

SIZE = (90 * mm, 160 * mm)
LEFT, RIGHT, TOP = 7 * mm, 83 * mm, 160 * mm
WIDTH = RIGHT - LEFT
ART_BOX = (0, TOP - 40 * mm, 90 * mm, 40 * mm)  # to the edges: a screen has no margin
QR_BOX = (20 * mm, 25.5 * mm, 50 * mm, 50 * mm)
QUIET_ZONE = 84.5 * mm  # nothing reaches below this line but the symbol, and what stands under it

_DATE = Style(20, 20, DISPLAY)
_SMALL = Style(8.5, 11, BODY)
_QUIET = Style(8, 10, BODY, SECOND)
_NAME = Style(10, 12, BOLD)


def draw_fixed(setter: Setter, event: EventTexts, tier: TierTexts) -> None:
    """Draw what all tickets of a tier share, except the art above it."""
    if event.rehearsal:
        draw_band(setter, event.rehearsal, TOP - 5.2 * mm, (0, SIZE[0]))
    y = _draw_titles(setter, event)
    with setter.marks.part("date"):
        end = setter.line(LEFT, y, event.date, _DATE)
        setter.line(end + 1 * mm, y, event.weekday, _SMALL)
    with setter.marks.part("times"):
        setter.line_to(RIGHT, y, event.times, _DATE)
    lines, style = setter.fit([event.venue], WIDTH, 1, _SMALL)
    with setter.marks.part("venue"):
        setter.block(LEFT, y - 5 * mm, lines, style)
    _draw_programs(setter, tier.admits, y - 9.2 * mm)
    with setter.marks.decoration():
        draw_sign(setter.canvas, tier.sign, (LEFT + 2.6 * mm, 14 * mm), 2.6 * mm)
    names, style = setter.fit([tier.name], 40 * mm, 1, Style(22, 22, DISPLAY))
    with setter.marks.part("tier"):
        setter.block(LEFT + 7 * mm, 14 * mm - 0.36 * style.size, names, style)


def _draw_titles(setter: Setter, event: EventTexts) -> float:
    """Draw the title in one line, or in two smaller ones, and the other language under it; return the date's line."""
    ja = event.language == "ja"
    title, largest = (event.title, Style(17, 19, BOLD)) if ja else (event.title.upper(), Style(24, 22, DISPLAY))
    lines, style = setter.fit([title], WIDTH, 1 if setter.width(title, largest) <= 1.25 * WIDTH else 2, largest)
    y = TOP - 41.5 * mm - 0.85 * style.size
    with setter.marks.part("title"):
        y = setter.block(LEFT, y, lines, style) + style.leading
    if event.other_title:
        others, small = setter.fit([event.other_title], WIDTH, 1, Style(11, 11, DISPLAY))
        y -= 5 * mm
        with setter.marks.part("other title"):
            setter.block(LEFT, y, others, small)
    return y - 8.2 * mm


def _draw_programs(setter: Setter, admits: tuple[str, ...], y: float) -> None:
    """Draw what the ticket admits to from baseline y on, as much as stands above the symbol's quiet zone."""
    room = int((y - QUIET_ZONE) / _QUIET.leading) + 1
    lines: list[str] = []
    for text in admits:
        more = setter.wrap(text, WIDTH, _QUIET)
        if len(lines) + len(more) > room:
            break
        lines += more
    if lines:
        with setter.marks.part("admits text"):
            setter.block(LEFT, y, lines, _QUIET)


def draw_live(setter: Setter, page: TicketPage) -> None:
    """Draw what belongs to this ticket alone."""
    with setter.marks.part("qr"):
        draw_qr(setter.canvas, page.code, QR_BOX[0], QR_BOX[1] + QR_BOX[3])
    numbers, large = setter.fit([f"{page.order_code}-{page.number}"], 34 * mm, 1, Style(22, 22, DISPLAY))
    with setter.marks.part("order"):
        setter.line_to(RIGHT, 11.2 * mm, numbers[0], large)
    start = RIGHT - setter.width(page.count, _QUIET)
    with setter.marks.part("count"):
        setter.line(start, 5.6 * mm, page.count, _QUIET)
    names, style = setter.fit([page.attendee], start - LEFT - 3 * mm, 2, _NAME)
    with setter.marks.part("holder"):
        setter.block(LEFT, (5.6 if len(names) == 1 else 7.2) * mm, names, style)
