"""The tickets of an order as one PDF, a sheet for each: made in a few milliseconds, because what tickets share
(the art, fixed texts, font programs) is drawn once and kept ready as plates. A tagged PDF: `pdf_tags` tells how.
"""

import io
import logging
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from ticketing.events.art import Art
from ticketing.tickets import pdf_page, pdf_phone
from ticketing.tickets.fonts import MISSING, Case, default_case
from ticketing.tickets.fonts_embed import Primed, packed_stream
from ticketing.tickets.pdf_shapes import packed_art
from ticketing.tickets.pdf_tags import Book, Box, Drawn, Marks
from ticketing.tickets.pdf_text import Setter, Style
from ticketing.tickets.pdf_words import EventTexts, TicketPage, TierTexts, read_aloud
from ticketing.tickets.press import A4, PRESS, blank

log = logging.getLogger(__name__)

__all__ = ["PHONE", "SHEET", "EventTexts", "Sheet", "TicketPage", "TierTexts", "render"]

_Fixed = tuple[EventTexts, TierTexts]
_ART: Drawn = ("art",)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A size of ticket: where its figures stand, and what draws the rest of it."""

    size: tuple[float, float]
    art: Box
    qr: Box
    draw_fixed: Callable[[Setter, EventTexts, TierTexts], None]
    draw_live: Callable[[Setter, TicketPage], None]


SHEET = Sheet(A4, pdf_page.ART_BOX, pdf_page.QR_BOX, pdf_page.draw_fixed, pdf_page.draw_live)
PHONE = Sheet(pdf_phone.SIZE, pdf_phone.ART_BOX, pdf_phone.QR_BOX, pdf_phone.draw_fixed, pdf_phone.draw_live)


@dataclass(frozen=True, slots=True)
class _Plate:
    """The fixed content of one kind of sheet, packed, and the parts that are marked in it (and in the art before)."""

    packed: bytes
    drawn: Drawn


@dataclass(frozen=True, slots=True)
class _Plates:
    """The plates of a document, and the characters of its fonts."""

    plates: dict[_Fixed, _Plate]
    fonts: dict[str, Primed]


def render(pages: Sequence[TicketPage], art: Art, case: Case | None = None, sheet: Sheet = SHEET) -> bytes:
    """Return a tagged PDF of one sheet per ticket, in the order given, every font embedded as a subset.

    The document's title and language are those of the first page. Safe to call from several threads. Raises
    ValueError without pages, FileNotFoundError when the fonts are not built.
    """
    if not pages:
        raise ValueError("a PDF needs at least one ticket")
    with PRESS:
        return _render(pages, art, case or default_case(), sheet)


def _render(pages: Sequence[TicketPage], art: Art, case: Case, sheet: Sheet) -> bytes:
    kinds = tuple(dict.fromkeys((page.event, page.tier) for page in pages))
    counted = "".join(sorted({letter for page in pages for letter in page.count + page.price if letter > "~"}))
    made = _plates(kinds, counted, case, sheet)
    written = io.BytesIO()
    canvas = _canvas(written, case, pages[0], sheet)
    doc = _document(canvas)
    for name, primed in made.fonts.items():
        case.font(name).prime(doc, primed)
    below = doc.Reference(packed_stream(packed_art(art, sheet.art)))
    plates = {kind: doc.Reference(packed_stream(plate.packed)) for kind, plate in made.plates.items()}
    book, missing = Book(canvas), 0
    for page in pages:
        kind = (page.event, page.tier)
        setter = Setter(canvas, case, Marks(canvas, made.plates[kind].drawn))
        sheet.draw_live(setter, page)
        canvas.showPage()
        shown = book.page([read_aloud(page, sheet.art, sheet.qr)], setter.marks.drawn)
        live = packed_stream(zlib.compress(shown.stream.encode("latin-1")))
        # One content in three streams: what sheets share stands in the file once, and its marks count on every page.
        shown.Contents = pdfdoc.PDFArray([below, plates[kind], doc.Reference(live)])
        missing += setter.missing
    book.close()
    canvas.save()
    if missing:
        log.warning("%d characters of a ticket drawn as %s: no font has them", missing, MISSING)
    return written.getvalue()


def _canvas(written: io.BytesIO, case: Case, page: TicketPage, sheet: Sheet) -> Canvas:
    canvas = blank(written, case, page.event.language, sheet.size)
    canvas.setTitle(f"{page.event.title} {page.order_code}")
    canvas.setAuthor(page.event.organizer)
    canvas.setCreator("ticketing")
    return canvas


def _document(canvas: Canvas) -> Any:
    return cast(Any, canvas)._doc


@lru_cache(maxsize=32)
def _plates(kinds: tuple[_Fixed, ...], counted: str, case: Case, sheet: Sheet) -> _Plates:
    """Draw the fixed content once, in a document that is thrown away, and keep where its characters stand.

    `counted` are the characters that counts and prices use beyond ASCII: they join the shared subsets.
    """
    canvas = blank(io.BytesIO(), case, "", sheet.size)
    doc = _document(canvas)
    plates: dict[_Fixed, _Plate] = {}
    for number, kind in enumerate(kinds):
        canvas.beginForm(f"plate{number}", 0, 0, *sheet.size)
        setter = Setter(canvas, case, Marks(canvas, _ART))
        sheet.draw_fixed(setter, *kind)
        canvas.endForm()
        content = b"q\n" + doc.idToObject[f"FormXob.plate{number}"].stream + b"\nQ\n"
        plates[kind] = _Plate(zlib.compress(content, 9), setter.marks.drawn)
    Setter(canvas, case).line(0, 0, counted, Style(10, 10))
    return _Plates(plates, {font.fontName: font.primed(doc) for font in doc.delayedFonts})
