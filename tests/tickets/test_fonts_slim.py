"""A font with few notes says the same as with reportlab's own."""

from __future__ import annotations

import pytest
from reportlab.pdfbase.ttfonts import TTFont

from ticketing.core.assets import FONTS
from ticketing.tickets.fonts_slim import slim

EVERY_CHARACTER = range(0xFFFF)


@pytest.mark.parametrize("name", ["LeagueGothic-Regular", "BIZUDPGothic-Bold"])
def test_every_character_has_the_same_glyph_width_and_program(name: str) -> None:
    path = str(FONTS / f"{name}.ttf")
    whole, slimmed = TTFont(name, path, shapable=False).face, TTFont(name, path, shapable=False).face
    slim(slimmed)
    for code in EVERY_CHARACTER:
        assert (code in slimmed.charToGlyph) == (code in whole.charToGlyph), hex(code)
        assert slimmed.getCharWidth(code) == whole.getCharWidth(code), hex(code)
    drawn = [0, *map(ord, "Tickets 12:00–13:00 ÄÖ")]
    assert slimmed.makeSubset(drawn) == whole.makeSubset(drawn)


def test_a_character_that_a_font_lacks_is_not_taken_for_another() -> None:
    face = TTFont("slim", str(FONTS / "LeagueGothic-Regular.ttf"), shapable=False).face
    slim(face)
    assert 0x9DD7 not in face.charToGlyph
    assert face.charToGlyph.get(0x9DD7) == 0
    with pytest.raises(KeyError):
        face.charToGlyph[0x9DD7]
