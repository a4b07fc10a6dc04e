"""The pictures of a pass, out of the event's art: icon and logo show the figure, the strip shows its middle."""

from __future__ import annotations

from functools import lru_cache

from ticketing.events.art import Art, window
from ticketing.events.art_png import png
from ticketing.events.art_strips import Rect, crop

# Points; files at one, two and three pixels a point.
_SQUARES = {"icon": 29, "logo": 50}
_STRIP = (375, 98)
_SCALES = {"": 1, "@2x": 2, "@3x": 3}


@lru_cache(maxsize=16)
def images(art: Art) -> dict[str, bytes]:
    """Return all pictures of a pass by their names in it; drawn once per event and process."""
    figure, strip = window(art, 1, 1), _middle(art)
    drawn = {}
    for mark, scale in _SCALES.items():
        for name, size in _SQUARES.items():
            drawn[f"{name}{mark}.png"] = png(figure, size * scale, size * scale)
        drawn[f"strip{mark}.png"] = png(strip, _STRIP[0] * scale, _STRIP[1] * scale)
    return drawn


def _middle(art: Art) -> Art:
    """Crop the art to the strip's shape, at full width where it is high enough for that."""
    high = min(art.height, art.width * _STRIP[1] // _STRIP[0])
    return crop(art, Rect(0, (art.height - high) // 2, high * _STRIP[0] // _STRIP[1], high))
