"""The art as a PNG on the dark ground, for what takes no drawing by path: passes of wallets, cards to share."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from ticketing.events.art_pairs import PAIRS
from ticketing.events.art_strips import Art

GROUND = "#0a0b0d"
FINE = 2  # drawn this much larger, so that edges come out smooth


def png(art: Art, width: int, height: int) -> bytes:
    """Draw the art as large as it fits into the picture, in its middle."""
    drawn = BytesIO()
    picture(art, width, height).save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def picture(art: Art, width: int, height: int, *, cover: bool = False) -> Image.Image:
    """The same as an image; with `cover` it fills the picture instead, cut on the left and at top and bottom."""
    scale = (max if cover else min)(width / art.width, height / art.height) * FINE
    left, top = (width * FINE - art.width * scale) / (1 if cover else 2), (height * FINE - art.height * scale) / 2
    image = Image.new("RGB", (width * FINE, height * FINE), GROUND)
    pen = ImageDraw.Draw(image)
    for (_, rects), ink in zip(art.layers, PAIRS[art.pair].dark, strict=True):
        for x, y, wide, high in rects:
            across, down = left + x * scale, top + y * scale
            # Pillow's far corner is drawn too; what is finer than a pixel is still one.
            far = (across + max(0, wide * scale - 1), down + max(0, high * scale - 1))
            pen.rectangle([(across, down), far], fill=ink)
    return image.resize((width, height), Image.Resampling.LANCZOS)
