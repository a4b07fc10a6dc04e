"""Tagged PDFs: all that is drawn is read or marked to be skipped, and read in a good order."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream
from reportlab.pdfgen.canvas import Canvas

from printed import ART, EN, EVENT_ONLY, JA, ticket
from tagged import elements, unmarked
from ticketing.tickets.pdf import PHONE, SHEET, Sheet, TicketPage, render
from ticketing.tickets.pdf_tags import Book, Element, Marks

SHEETS = pytest.mark.parametrize("sheet", [SHEET, PHONE], ids=["A4", "phone"])
ALT = {"art_alt": "two bands of slits"}
PAGES = [
    replace(ticket("𠮷田 髙﨑", event=replace(JA, **ALT, rehearsal="練習用")), code_alt="チケットK7M2QFX-1のQRコード"),
    replace(ticket("Misaki Takahashi", 2, replace(EN, **ALT), EVENT_ONLY), code_alt="QR code of ticket K7M2QFX-2"),
]


def _read(pages: Sequence[TicketPage], sheet: Sheet) -> PdfReader:
    return PdfReader(io.BytesIO(render(pages, ART, sheet=sheet)), strict=True)


def _told(element: Any) -> str:
    return str(element.get("/Alt") or element.get("/ActualText") or "")


@SHEETS
def test_everything_that_is_painted_is_read_or_skipped(sheet: Sheet) -> None:
    assert unmarked(_read(PAGES, sheet)) == []


@SHEETS
def test_every_mark_has_its_element_and_the_way_back(sheet: Sheet) -> None:
    read = _read(PAGES, sheet)
    root = read.trailer["/Root"]["/StructTreeRoot"]
    parents = root["/ParentTree"]["/Nums"]
    for number, page in enumerate(read.pages):
        assert page["/StructParents"] == parents[2 * number] == number
        owners = [owner.get_object() for owner in parents[2 * number + 1]]
        for mark, owner in enumerate(owners):
            assert mark in owner["/K"]
            assert owner["/Pg"].indirect_reference == page.indirect_reference
        marks = [
            operands[1]["/MCID"]
            for operands, operator in ContentStream(page.get_contents(), read).operations
            if operator == b"BDC"
        ]
        assert marks == list(range(len(owners)))


@SHEETS
def test_a_ticket_is_read_in_the_order_in_which_it_is_needed(sheet: Sheet) -> None:
    root = _read(PAGES, sheet).trailer["/Root"]["/StructTreeRoot"]
    (document,) = [kid.get_object() for kid in root["/K"]]
    assert document["/S"] == "/Document"
    sections = [kid.get_object() for kid in document["/K"]]
    assert [section["/S"] for section in sections] == ["/Sect"] * 2
    first, second = ([(one["/S"], _told(one)) for one in elements(section)] for section in sections)
    assert first[:2] == [("/P", ""), ("/H1", "AIと映画制作の未来")]  # the rehearsal's band stands first
    assert second[0] == ("/H1", "The Future of Filmmaking with AI")
    assert [told for kind, told in first if kind == "/Figure"] == ["two bands of slits", "チケットK7M2QFX-1のQRコード"]
    assert [told for kind, told in second if kind == "/Figure"] == ["two bands of slits", "QR code of ticket K7M2QFX-2"]


@SHEETS
def test_the_document_says_that_it_is_tagged_and_what_it_is_called(sheet: Sheet) -> None:
    read = _read(PAGES, sheet)
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a boolean of the file, not of Python
    assert root["/Lang"] == "ja"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert [page["/Tabs"] for page in read.pages] == ["/S", "/S"]
    other = [one for one in elements(root["/StructTreeRoot"]) if "/Lang" in one]
    assert [one["/Lang"] for one in other] == ["en"]  # the title in the other language, on the Japanese ticket


def test_what_is_drawn_and_not_named_is_a_fault() -> None:
    canvas = Canvas(io.BytesIO())
    book, marks = Book(canvas), Marks(canvas)
    with marks.part("forgotten"):
        canvas.rect(0, 0, 1, 1)
    canvas.showPage()
    with pytest.raises(ValueError, match="forgotten"):
        book.page([Element("P", "something else")], marks.drawn)
