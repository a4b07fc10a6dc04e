"""What reportlab notes of a font, in a few hundred kilobytes.

It keeps each of 12,000 characters four times in dicts of numbers, 5 to 10 MB a font in every process that prints.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any

_PAGE = 256


class Glyphs:
    """Which glyph draws a character, as a dict of them would say, in pages of 256 characters."""

    def __init__(self, glyphs: Mapping[int, int]) -> None:
        self._pages: dict[int, array[int]] = {}
        for code, glyph in glyphs.items():
            self._pages.setdefault(code // _PAGE, array("H", bytes(2 * _PAGE)))[code % _PAGE] = glyph

    def __contains__(self, code: int) -> bool:
        return self.get(code) != 0

    def __getitem__(self, code: int) -> int:
        glyph = self.get(code)
        if glyph == 0:  # the glyph that stands for what is missing
            raise KeyError(code)
        return glyph

    def get(self, code: int, otherwise: int = 0) -> int:
        """The glyph of a character."""
        page = self._pages.get(code // _PAGE)
        return (page[code % _PAGE] if page else 0) or otherwise


def slim(face: Any) -> None:
    """Let a font that was read say the same with less; what only shaping asks for is dropped."""
    face.charToGlyph = Glyphs(face.charToGlyph)
    face.glyphToChar = {}
    # What is not listed is as wide as the missing glyph, which most of these are.
    face.charWidths = {code: width for code, width in face.charWidths.items() if width != face.defaultWidth}
    shared: dict[tuple[int, int], tuple[int, int]] = {}
    face.hmetrics = [shared.setdefault(one, one) for one in face.hmetrics]
    face.glyphPos = array("L", face.glyphPos)
