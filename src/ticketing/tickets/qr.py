"""The QR symbol of a ticket code: version 2, error correction Q, alphanumeric, 25 × 25 modules.

The mask is fixed: choosing the best of eight costs five times as much and reads no better (of 1,000 clean symbols
zxing-cpp read all either way, OpenCV 996 with mask 7 and 988 with the chosen ones).
"""

import io
from functools import lru_cache

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode

QUIET_ZONE = 4
MODULES = 25
_MASK = 7

Matrix = tuple[tuple[bool, ...], ...]
Run = tuple[int, int, int]


@lru_cache(maxsize=512)
def matrix(code: str) -> Matrix:
    """Return the rows of the symbol without its quiet zone, True for dark.

    Upper-case codes fit exactly; other text is refused with qrcode's DataOverflowError."""
    symbol = QRCode(version=2, error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=_MASK)
    symbol.add_data(code, optimize=0)
    symbol.make(fit=False)
    return tuple(tuple(bool(module) for module in row) for row in symbol.get_matrix())


def runs(code: str) -> tuple[Run, ...]:
    """Return the dark modules as runs (column, row, length): fewer shapes, and no hairlines between squares."""
    return _runs(matrix(code))


def _runs(rows: Matrix) -> tuple[Run, ...]:
    found: list[Run] = []
    for row, modules in enumerate(rows):
        start: int | None = None
        for column, dark in enumerate((*modules, False)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                found.append((start, row, column - start))
                start = None
    return tuple(found)


def png(code: str, scale: int = 12) -> bytes:
    """Return the symbol with its quiet zone as a black and white PNG, `scale` pixels a module."""
    size = MODULES + 2 * QUIET_ZONE
    image = Image.new("1", (size, size), 1)
    for row, modules in enumerate(matrix(code)):
        for column, dark in enumerate(modules):
            if dark:
                image.putpixel((column + QUIET_ZONE, row + QUIET_ZONE), 0)
    written = io.BytesIO()
    image.resize((size * scale, size * scale), Image.Resampling.NEAREST).save(written, "PNG", optimize=True)
    return written.getvalue()


def svg_path(code: str) -> str:
    """Return path data for a view box of 33 × 33 (quiet zone of 4 within it)."""
    return _path(runs(code))


def address_svg(address: str) -> tuple[str, int]:
    """A web address for the camera of a phone: path data, and the side of its view box (quiet zone of 4 within it)."""
    symbol = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    symbol.add_data(address)
    symbol.make(fit=True)
    rows = tuple(tuple(bool(module) for module in row) for row in symbol.get_matrix())
    return _path(_runs(rows)), len(rows) + 2 * QUIET_ZONE


def _path(found: tuple[Run, ...]) -> str:
    return "".join(f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z" for column, row, length in found)
