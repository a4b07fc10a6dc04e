"""The picture that stands for an event where its link is shared: the art with the title cut into it, day and hall.

1,200 × 630 pixels, the size that the Open Graph protocol's readers show whole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO

from flask import current_app
from PIL import ImageDraw, ImageFont

from ticketing.core import i18n
from ticketing.core.assets import FONTS
from ticketing.core.i18n import force_locale
from ticketing.core.i18n import gettext as _
from ticketing.events.art_png import GROUND, picture
from ticketing.events.artwork import artwork
from ticketing.events.catalog import Catalog
from ticketing.events.heading import heading
from ticketing.events.titles import title_lines

WIDTH, HEIGHT = 1200, 630
LEFT, TOP = 57, 56
INK = "#f5efe6"
MOST_WIDE, MOST_HIGH = 1086, 390
CACHE_SIZE = 20


def card(catalog: Catalog, lang: str) -> bytes:
    """The card of this revision in this language, as a PNG."""
    made: dict[tuple[int, int, str], bytes] = current_app.extensions["ticketing.cards"]
    key = (catalog.id, catalog.revision, lang)
    if key not in made:
        if len(made) >= CACHE_SIZE:
            made.clear()
        with force_locale(lang):
            made[key] = _draw(catalog, lang)
    return made[key]


def _draw(catalog: Catalog, lang: str) -> bytes:
    image = picture(artwork(catalog).poster, WIDTH, HEIGHT, cover=True)
    pen = ImageDraw.Draw(image)
    japanese = lang == "ja"
    lines = [line if japanese else line.upper() for line in title_lines(catalog, lang)]
    face = "BIZUDPGothic-Bold" if japanese else "LeagueGothic-Regular"
    font = _fitting(lines, face, 96 if japanese else 150)
    y: float = TOP
    for line in lines:
        y = _cut(pen, y, line, font) + 12
    head = heading(catalog)
    y = _cut(pen, max(y + 10, 484), head.when, _font("BIZUDPGothic-Bold" if japanese else "LeagueGothic-Regular", 44))
    _cut(pen, y + 6, head.where, _font("BIZUDPGothic-Regular", 28))
    if mark := _("REHEARSAL") if catalog.rehearsal else _("Called off") if catalog.canceled_at else "":
        _cut(pen, 8, mark, _font("BIZUDPGothic-Bold", 24))
    drawn = BytesIO()
    image.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def _cut(pen: ImageDraw.ImageDraw, y: float, text: str, font: ImageFont.FreeTypeFont) -> float:
    """A line on a block of its own ground, so that the art never runs through letters; where the block ends."""
    left, top, right, bottom = pen.textbbox((LEFT, y), text, font)
    pad = font.size * 0.1
    pen.rectangle([(left - pad, y), (right + pad, y + (bottom - top) + 2 * pad)], fill=GROUND)
    pen.text((LEFT, y + pad - (top - y)), text, INK, font)
    return y + (bottom - top) + 2 * pad


def _fitting(lines: Sequence[str], face: str, size: int) -> ImageFont.FreeTypeFont:
    """The largest size at which the title keeps inside the card."""
    while size > 24:
        font = _font(face, size)
        if max(map(font.getlength, lines)) <= MOST_WIDE and len(lines) * (size + 12) <= MOST_HIGH + 60:
            return font
        size -= 4
    return _font(face, size)


@lru_cache(maxsize=16)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"{face}.ttf"), size)


def path_of(catalog: Catalog, lang: str | None = None) -> str:
    """Where the card is; its address changes with the event, so that nobody shows an old one."""
    return f"/e/{catalog.slug}/card-{lang or i18n.language()}.png?v={catalog.revision}"
