"""One A4 sheet: the poster over the fold, the ticket under it. Lengths are millimetres from the left or the fold.

What is the same for all tickets of an event and tier is drawn by `draw_fixed`, once; the rest by `draw_live`.
"""

from dataclasses import dataclass

from reportlab.lib.units import mm

from ticketing.tickets import vertical
from ticketing.tickets.code import grouped
from ticketing.tickets.fonts import BODY, BOLD, DISPLAY
from ticketing.tickets.pdf_shapes import draw_band, draw_fold, draw_qr, draw_sign
from ticketing.tickets.pdf_text import SECOND, Setter, Style

PAGE = (210 * mm, 297 * mm)
FOLD = 148.5 * mm
LEFT = 15 * mm
RIGHT = 195 * mm

_DATE = Style(38, 38, DISPLAY)
_HALL = Style(11, 15.5, BODY)
_SMALL = Style(9.5, 13, BODY, SECOND)
_NAME = Style(15, 18.5, BOLD)
_HEADING = Style(10.5, 13.2, BOLD)
_TEXT = Style(8.7, 13.2, BODY)
_FOOT = Style(7.5, 10, BODY, SECOND)


@dataclass(frozen=True, slots=True)
class EventTexts:
    """What stands on every ticket of an event in one language; plain texts, ready to print.

    `title_lines` are lines from the top in English and columns from the right in Japanese; `other_title` is the
    title in the other language (may be empty). `rehearsal`, when not empty, is printed in a black band.
    """

    language: str
    title_lines: tuple[str, ...]
    other_title: str
    date: str
    weekday: str
    times: str
    doors: str
    venue: str
    order_label: str
    admits_label: str
    access_label: str
    access: tuple[str, ...]
    notes_label: str
    notes: tuple[str, ...]
    organizer: str
    rehearsal: str = ""


@dataclass(frozen=True, slots=True)
class TierTexts:
    """What stands on every ticket of one tier: its sign (one of ● ◐ ▲ ■ ◆), its name, what it admits to."""

    sign: str
    name: str
    admits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One ticket. `count` is "1 of 3" and `price` "¥2,000, tax included" in the language of the event's texts."""

    event: EventTexts
    tier: TierTexts
    attendee: str
    order_code: str
    number: int
    count: str
    price: str
    code: str


def draw_fixed(setter: Setter, event: EventTexts, tier: TierTexts) -> None:
    """Draw everything that does not differ from ticket to ticket, except the art below it."""
    _draw_title(setter, event)
    draw_fold(setter.canvas, FOLD)
    if event.rehearsal:
        draw_band(setter, event.rehearsal, FOLD - 6 * mm)
    _draw_when_and_where(setter, event)
    draw_sign(setter.canvas, tier.sign, (LEFT + 5.6 * mm, FOLD - 57.9 * mm), 5.6 * mm)
    names, style = setter.fit([tier.name], 104 * mm, 1, Style(42, 42, DISPLAY))
    setter.line(LEFT + 15 * mm, FOLD - 57.9 * mm - 0.36 * style.size, names[0] if names else "", style)
    setter.line(145 * mm, FOLD - 78.4 * mm, event.order_label, _SMALL)
    columns = (
        (event.admits_label, tier.admits),
        (event.access_label, event.access),
        (event.notes_label, event.notes),
    )
    for number, (heading, texts) in enumerate(columns):
        left = LEFT + number * 62.65 * mm
        setter.line(left, FOLD - 99.6 * mm, heading, _HEADING)
        lines, style = setter.fit(texts, 54.7 * mm, 7, _TEXT)
        setter.block(left, FOLD - 105.5 * mm, lines, style)
    organizer, style = setter.fit([event.organizer], 105 * mm, 1, _FOOT)
    setter.block(LEFT, FOLD - 138.4 * mm, organizer, style)


def _draw_title(setter: Setter, event: EventTexts) -> None:
    if event.language == "ja":
        title = vertical.fit(event.title_lines, (110 * mm, 116 * mm), setter, 56)
        vertical.draw(title, LEFT, PAGE[1] - 13 * mm, setter)
        _draw_on_paper(setter, event.other_title, PAGE[1] - 136.6 * mm, Style(18, 18, DISPLAY))
        return
    y = PAGE[1] - 34 * mm
    lines, style = _lines_of_title(setter, event.title_lines)
    for line in lines:
        _draw_on_paper(setter, line, y, style)
        y -= style.leading
    _draw_on_paper(setter, event.other_title, y + 0.35 * style.leading, Style(14, 14, BOLD))


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


def _draw_on_paper(setter: Setter, text: str, y: float, style: Style) -> None:
    """Draw one line of the poster on a white block, so that it cuts into the art."""
    if not text:
        return
    lines, style = setter.fit([text], 180 * mm, 1, style)
    pad = 0.145 * style.size
    setter.canvas.setFillColor("#ffffff")
    width = setter.width(lines[0], style)
    setter.canvas.rect(LEFT - pad, y - pad, width + 2.2 * pad, 0.72 * style.size + 2 * pad, 0, 1)
    setter.line(LEFT, y, lines[0], style)


def _draw_when_and_where(setter: Setter, event: EventTexts) -> None:
    end = setter.line(LEFT, FOLD - 23.8 * mm, event.date, _DATE)
    setter.line(end + 1.5 * mm, FOLD - 23.8 * mm, event.weekday, Style(14, 14, BODY))
    end = setter.line(LEFT, FOLD - 36.3 * mm, event.times, _DATE)
    setter.line(end + 5 * mm, FOLD - 36.3 * mm, event.doors, _HALL)
    lines, style = setter.fit([event.venue], 119 * mm, 2, _HALL)
    setter.block(LEFT, FOLD - 44.3 * mm, lines, style)


def draw_live(setter: Setter, page: TicketPage) -> None:
    """Draw what belongs to this ticket alone: the QR symbol, the name, the numbers."""
    draw_qr(setter.canvas, page.code, 145 * mm, FOLD - 14 * mm)
    names, style = setter.fit([page.attendee], 119 * mm, 2, _NAME)
    y = setter.block(LEFT, FOLD - 72.5 * mm, names, style) + style.leading
    counted, small = setter.fit([f"{page.count}  {page.price}"], 119 * mm, 1, _SMALL)
    setter.block(LEFT, y - 5.9 * mm, counted, small)
    room = 50 * mm - setter.width(page.event.order_label, _SMALL) - 2 * mm
    numbers, large = setter.fit([f"{page.order_code}-{page.number}"], room, 1, Style(34, 34, DISPLAY))
    setter.line_to(RIGHT, FOLD - 78.4 * mm, numbers[0], large)
    setter.line_to(RIGHT, FOLD - 138.4 * mm, grouped(page.code), _FOOT)
