"""The sheet for a phone: one screen, the same code, and room for the longest texts."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from pypdf import PdfReader

from printed import ART, EN, EVENT_ONLY, JA, ticket
from ticketing.tickets.pdf import PHONE, EventTexts, TicketPage, render

MM = 72 / 25.4
LONG = "Wolfeschlegelsteinhausenbergerdorff Konstantinopolitanischer Maximilian von und zu Hohenlohe-Langenburg"

LONG_TIER = replace(
    EVENT_ONLY, name="SATURDAY AND SUNDAY, BALCONY, WITH RECEPTION", admits=("A program 9:00–21:00",) * 9
)


def _printed(page: TicketPage) -> bytes:
    return render([page], ART, sheet=PHONE)


def _text(written: bytes) -> str:
    return str(pypdfium2.PdfDocument(written)[0].get_textpage().get_text_range())


def _ink(written: bytes) -> np.ndarray:
    """Where a page is not white, seen from its lower left corner, a pixel a point."""
    drawn = np.asarray(pypdfium2.PdfDocument(written)[0].render(scale=1).to_pil().convert("L"))
    return drawn[::-1] < 250


@pytest.mark.parametrize("page", [ticket("𠮷田 髙﨑"), ticket("Misaki", 3, EN, EVENT_ONLY)], ids=["ja", "en"])
def test_it_says_what_the_door_asks_for(page: TicketPage) -> None:
    text = _text(_printed(page))
    for part in (page.event.date, page.event.times, page.event.venue, page.tier.name, page.attendee, page.count):
        assert part in text
    assert f"{page.order_code}-{page.number}" in text


def test_it_says_what_it_admits_to_where_there_is_room() -> None:
    programs = tuple(f"Program {number} 10:00–13:00" for number in range(12))
    text = _text(_printed(ticket("A", event=EN, tier=replace(EVENT_ONLY, admits=programs))))
    assert "Program 0 10:00–13:00" in text
    assert "Program 11" not in text


def test_it_is_as_large_as_a_phone_and_as_light() -> None:
    written = _printed(ticket("𠮷田 髙﨑"))
    box = PdfReader(io.BytesIO(written), strict=True).pages[0].mediabox
    assert [round(float(side) / MM) for side in box[2:]] == [90, 160]
    assert len(written) <= 150_000


@pytest.mark.parametrize(
    "event",
    [
        replace(EN, title_lines=("An Evening of Short Films From Eleven Countries", "With Talks by Their Makers")),
        replace(JA, title_lines=("短編とアートの夜に集う", "人びとの記録と未来の映画"), other_title="A title " * 12),
        replace(EN, venue="A hall " * 40, rehearsal="REHEARSAL: not a real ticket " * 3),
    ],
    ids=["en", "ja", "rehearsal"],
)
def test_long_texts_leave_the_code_its_quiet_zone_and_the_page_its_margin(event: EventTexts) -> None:
    page = ticket(LONG, event=event, tier=LONG_TIER)
    ink = _ink(_printed(page))
    left, low, width, height = PHONE.qr
    zone = ink[int(low - 7.9 * MM) : int(low + height + 7.9 * MM), int(left - 7.9 * MM) : int(left + width + 7.9 * MM)]
    rows, columns = np.nonzero(zone)
    assert (rows.max() - rows.min(), columns.max() - columns.min()) <= (height + 1, width + 1)
    below_the_art = ink[: int(119 * MM)]
    assert not below_the_art[:, : int(6.5 * MM)].any()
    assert not below_the_art[:, int(83.5 * MM) :].any()
    assert not ink[: int(2 * MM)].any()
