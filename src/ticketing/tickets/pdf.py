"""The tickets of an order as one PDF, a sheet for each: made in a few milliseconds, because what tickets share
(the art, fixed texts, font programs) is drawn once and kept ready as plates.
"""

import io
import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from ticketing.events.art import Art
from ticketing.tickets.fonts import MISSING, Case, default_case
from ticketing.tickets.fonts_embed import Primed, packed_stream
from ticketing.tickets.pdf_page import PAGE, EventTexts, TicketPage, TierTexts, draw_fixed, draw_live
from ticketing.tickets.pdf_shapes import packed_art
from ticketing.tickets.pdf_text import Setter, Style
from ticketing.tickets.press import PRESS, blank

log = logging.getLogger(__name__)

__all__ = ["EventTexts", "TicketPage", "TierTexts", "render"]

_Fixed = tuple[EventTexts, TierTexts]


@dataclass(frozen=True, slots=True)
class _Plates:
    """The fixed content of each kind of page in a document, and the characters of its fonts."""

    contents: dict[_Fixed, bytes]
    fonts: dict[str, Primed]


def render(pages: Sequence[TicketPage], art: Art, case: Case | None = None) -> bytes:
    """Return a PDF of one A4 sheet per ticket, in the order given, every font embedded as a subset.

    The document's title and language are those of the first page. Safe to call from several threads. Raises
    ValueError without pages, FileNotFoundError when the fonts are not built.
    """
    if not pages:
        raise ValueError("a PDF needs at least one ticket")
    with PRESS:
        return _render(pages, art, case or default_case())


def _render(pages: Sequence[TicketPage], art: Art, case: Case) -> bytes:
    kinds = tuple(dict.fromkeys((page.event, page.tier) for page in pages))
    counted = "".join(sorted({letter for page in pages for letter in page.count + page.price if letter > "~"}))
    plates = _plates(kinds, counted, case)
    written = io.BytesIO()
    canvas = _canvas(written, case, pages[0])
    doc = _document(canvas)
    for name, primed in plates.fonts.items():
        case.font(name).prime(doc, primed)
    doc.addForm("art", _form(packed_art(art)))
    for number, kind in enumerate(kinds):
        doc.addForm(f"plate{number}", _form(plates.contents[kind]))
    setter = Setter(canvas, case)
    for page in pages:
        canvas.doForm("art")
        canvas.doForm(f"plate{kinds.index((page.event, page.tier))}")
        draw_live(setter, page)
        canvas.showPage()
    canvas.save()
    if setter.missing:
        log.warning("%d characters of a ticket drawn as %s: no font has them", setter.missing, MISSING)
    return written.getvalue()


def _canvas(written: io.BytesIO, case: Case, page: TicketPage) -> Canvas:
    canvas = blank(written, case, page.event.language)
    between = "" if page.event.language == "ja" else " "
    canvas.setTitle(f"{between.join(page.event.title_lines)} {page.order_code}")
    canvas.setAuthor(page.event.organizer)
    canvas.setCreator("ticketing")
    return canvas


def _document(canvas: Canvas) -> Any:
    return cast(Any, canvas)._doc


def _form(packed: bytes) -> Any:
    resources: Any = pdfdoc.PDFResourceDictionary()
    resources.basicFonts()
    return packed_stream(
        packed,
        Type=pdfdoc.PDFName("XObject"),
        Subtype=pdfdoc.PDFName("Form"),
        BBox=pdfdoc.PDFArray([0, 0, *PAGE]),
        Resources=resources,
    )


@lru_cache(maxsize=32)
def _plates(kinds: tuple[_Fixed, ...], counted: str, case: Case) -> _Plates:
    """Draw the fixed content once, in a document that is thrown away, and keep where its characters stand.

    `counted` are the characters that counts and prices use beyond ASCII: they join the shared subsets.
    """
    canvas = blank(io.BytesIO(), case, "")
    doc = _document(canvas)
    setter = Setter(canvas, case)
    contents: dict[_Fixed, bytes] = {}
    for number, kind in enumerate(kinds):
        canvas.beginForm(f"plate{number}", 0, 0, *PAGE)
        draw_fixed(setter, *kind)
        canvas.endForm()
        contents[kind] = zlib.compress(doc.idToObject[f"FormXob.plate{number}"].stream, 9)
    setter.line(0, 0, counted, Style(10, 10))
    return _Plates(contents, {font.fontName: font.primed(doc) for font in doc.delayedFonts})
