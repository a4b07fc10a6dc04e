"""The press: how a document of our fonts is begun, and the lock under which it is drawn."""

import io
from threading import Lock
from typing import Any, cast

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ticketing.tickets.fonts import Case

A4 = (210 * mm, 297 * mm)
# reportlab's fonts are shared by all documents of the process and know one at a time.
PRESS = Lock()
_FIRST_FONT = "LeagueGothic-Regular"


def blank(written: io.BytesIO, case: Case, language: str, size: tuple[float, float] = A4) -> Canvas:
    """Open a canvas whose first font is one of ours: reportlab's own choice would stay unembedded in the file.

    Whoever draws on it, or saves it, holds PRESS. Raises FileNotFoundError when the fonts are not built.
    """
    case.font(_FIRST_FONT)
    make: Any = Canvas  # the type stubs take the font's name for a number
    return cast(Canvas, make(written, size, pageCompression=1, initialFontName=_FIRST_FONT, lang=language))
