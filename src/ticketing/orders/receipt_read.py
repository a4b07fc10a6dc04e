"""A receipt as a screen reader tells it: the parts that `receipt_pdf` marks, in order, its tables as tables."""

from __future__ import annotations

from collections.abc import Iterator

from ticketing.orders.receipt_paper import Paper
from ticketing.tickets.pdf_tags import Element

COLUMNS = {"lines": 4, "rates": 3}
"""The tables, with how many columns each has."""


def read_aloud(paper: Paper) -> Element:
    """What the document is, to whom, over how much, for what; then its tables, the seller and the notes."""
    counted = {"fact": len(paper.facts), "seller": max(1, len(paper.issued.seller)), "note": len(paper.notes)}
    facts, seller, notes = (
        [Element("P", f"{name} {number}") for number in range(count)] for name, count in counted.items()
    )
    rows = {"lines": len(paper.lines), "rates": len(paper.rates)}
    parts = (
        Element("P", "band"),
        Element("H1", "title"),
        *(Element("P", name) for name in ("kind", "marks", "numbers", "addressee", "amount", "purpose", "said")),
        *facts,
        *(Element("Table", kids=tuple(_rows(name, count))) for name, count in rows.items()),
        *seller,
        Element("P", "registration"),
        *notes,
    )
    return Element("Sect", kids=parts)


def _rows(table: str, count: int) -> Iterator[Element]:
    """The heads and below them the lines; the first column heads its line."""
    for row in range(count + 1):
        cells = (
            Element("TH" if row == 0 or column == 0 else "TD", cell(table, row, column))
            for column in range(COLUMNS[table])
        )
        yield Element("TR", kids=tuple(cells))


def cell(table: str, row: int, column: int) -> str:
    """The name of a cell's part; row 0 holds the heads."""
    return f"{table} {row} {column}"
