"""Reading the tags of a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

PAINTING = {b"Tj", b"TJ", b"'", b'"', b"f", b"F", b"f*", b"S", b"s", b"B", b"b", b"Do", b"sh"}


def elements(node: Any) -> Iterator[Any]:
    """All elements under a node of the structure tree, in reading order."""
    for kid in node.get("/K", []):
        if not isinstance(kid, int):
            yield kid.get_object()
            yield from elements(kid.get_object())


def unmarked(read: PdfReader) -> list[str]:
    """What is painted outside of any mark, so that a reader would neither read nor skip it."""
    found = []
    for page in read.pages:
        inside: list[str] = []
        for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
            if operator in {b"BDC", b"BMC"}:
                assert not inside, "a mark within a mark"
                inside.append(str(operands[0]))
            elif operator == b"EMC":
                inside.pop()
            elif operator in PAINTING and not inside:
                found.append(f"{operator!r} {operands}")
        assert not inside
    return found
