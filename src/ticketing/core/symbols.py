"""QR symbols of any short text: as an SVG path for pages, as half blocks for terminals.

Tickets have a symbol of their own (`tickets.qr`), of one size and with nothing to choose.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET_ZONE = 4
# Black on white whatever the terminal's own colours are: phones read the reverse badly.
_PAPER, _PLAIN = "\x1b[38;5;16;48;5;231m", "\x1b[0m"
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


@dataclass(frozen=True)
class Symbol:
    """A symbol to draw: path data in a square view box of `size`, the quiet zone within it. `text` is what it says."""

    text: str
    size: int
    path: str


@lru_cache(maxsize=64)
def symbol(text: str) -> Symbol:
    """The symbol of this text, error correction M."""
    rows = _rows(text)
    parts = []
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark and (x == 0 or not row[x - 1]):
                length = next((n for n, one in enumerate(row[x:]) if not one), len(row) - x)
                parts.append(f"M{x} {y}h{length}v1h-{length}z")
    return Symbol(text, len(rows), "".join(parts))


def terminal(text: str, *, colour: bool) -> list[str]:
    """The symbol as lines of half blocks; `colour` for terminals, else plain characters that are dark where it is."""
    rows = [*_rows(text)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    lines = ["".join(_HALVES[pair] for pair in zip(*rows[y : y + 2], strict=True)) for y in range(0, len(rows), 2)]
    return [f"{_PAPER}{line}{_PLAIN}" for line in lines] if colour else lines


def _rows(text: str) -> list[list[bool]]:
    made = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    made.add_data(text)
    made.make(fit=True)
    return [[bool(module) for module in row] for row in made.get_matrix()]
