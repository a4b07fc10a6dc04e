"""The scanner's icon: slits that are scattered on the left and close into an open door on the right."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

GROUND, LIGHT, STRIP_A, STRIP_B = "#000000", "#f5efe6", "#ff5130", "#1fc7bd"
SIZES = (180, 192, 512)
FINE = 4  # drawn this much larger, so that edges come out smooth

# Each slit on a field of 16 by 16: left, top, bottom, colour. The door's frame stands open to the right.
_SCATTERED = (
    (1.0, 6.2, 8.0, STRIP_A),
    (2.1, 9.4, 12.6, STRIP_B),
    (3.2, 4.6, 7.4, STRIP_B),
    (4.3, 6.6, 11.0, STRIP_A),
    (5.4, 3.4, 9.8, STRIP_B),
    (6.5, 5.2, 12.8, STRIP_A),
)
_CLOSED = tuple((7.6 + 1.1 * n, 2.4, 13.6, LIGHT) for n in range(6))
_WIDTH = 0.73
# Systems cut a maskable icon to a circle of 80 % of its width: the figure stays inside.
_SAFE = 0.66


@cache
def png(size: int, *, maskable: bool = False) -> bytes:
    """The icon as PNG, `size` pixels wide."""
    wide = size * FINE
    image = Image.new("RGB", (wide, wide), GROUND)
    pen = ImageDraw.Draw(image)
    scale = wide / 16 * (_SAFE if maskable else 1)
    edge = (wide - 16 * scale) / 2
    for left, top, bottom, color in (*_SCATTERED, *_CLOSED):
        corners = (left, top, left + _WIDTH, bottom)
        pen.rectangle([edge + scale * value for value in corners], fill=color)
    drawn = BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(drawn, "PNG", optimize=True)
    return drawn.getvalue()
