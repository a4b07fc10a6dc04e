"""The fonts of the PDF: found, loaded once per process, subset, and chosen character by character.

Three answers to traps of reportlab 5.1 live here: characters above U+FFFF copy and search right (its ToUnicode
map cuts them off), font programs of texts that repeat are subset once and not per file, and a character that a
font lacks comes from the next font of its chain instead of an empty box.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics

from ticketing.core.assets import FONTS
from ticketing.tickets.fonts_embed import PressFont

# Names of guests from Korea and China come in their own letters; one weight of those serves both chains.
GUESTS = ("NotoSansKR-Medium", "NotoSansSC-Medium")
BODY = ("BIZUDPGothic-Regular", "NotoSansJP-Regular", *GUESTS)
BOLD = ("BIZUDPGothic-Bold", "NotoSansJP-Bold", *GUESTS)
DISPLAY = ("LeagueGothic-Regular", *BOLD)
MISSING = "〓"

# Japanese beside the tall, narrow Latin of the display face looks as high as it at this share of the size.
_BESIDE_DISPLAY = 0.78
# Variation selectors, joiners and controls have no picture of their own; the stored text keeps them.
_UNDRAWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_COMPOSABLE = re.compile(".[\u0300-\u036f\u3099\u309a]+")


class Run(NamedTuple):
    """Characters that one font draws, and the share of the size they are drawn at."""

    font: str
    text: str
    share: float


class Case:
    """The type case: a folder of TrueType files, each loaded when its first character is needed. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fonts: dict[str, PressFont] = {}
        self._lock = RLock()

    def font(self, name: str) -> PressFont:
        """Return a font by name, known to reportlab from then on. Raises FileNotFoundError without its file."""
        if name in self._fonts:
            return self._fonts[name]
        with self._lock:
            if name not in self._fonts:
                path = self._folder / f"{name}.ttf"
                if not path.is_file():
                    raise FileNotFoundError(f"{path} is missing: scripts/setup builds the fonts")
                self._fonts[name] = PressFont(name, str(path))
                pdfmetrics.registerFont(self._fonts[name])
            return self._fonts[name]

    def runs(self, text: str, chain: Sequence[str]) -> tuple[Run, ...]:
        """Split text into runs by the first font of `chain` that has each character; 〓 stands for what none has."""
        text = drawable(text)
        if text and self.font(chain[0]).has_all(text):
            return (Run(chain[0], text, 1.0),)
        merged: list[Run] = []
        for font, character in self._chosen(text, chain):
            share = _BESIDE_DISPLAY if chain == DISPLAY and font != DISPLAY[0] else 1.0
            if merged and merged[-1].font == font:
                merged[-1] = Run(font, merged[-1].text + character, share)
            else:
                merged.append(Run(font, character, share))
        return tuple(merged)

    def width(self, text: str, chain: Sequence[str], size: float) -> float:
        """Return the width of text in points."""
        return sum(self.run_width(run, size) for run in self.runs(text, chain))

    def run_width(self, run: Run, size: float) -> float:
        """Return the width of one run in points."""
        return float(self.font(run.font).stringWidth(run.text, size * run.share))

    def _chosen(self, text: str, chain: Sequence[str]) -> Iterator[tuple[str, str]]:
        for character in text:
            name = self._having(character, chain)
            yield (name, character) if name else (self._having(MISSING, chain) or chain[-1], MISSING)

    def _having(self, character: str, chain: Sequence[str]) -> str | None:
        return next((name for name in chain if self.font(name).has(character)), None)


def drawable(text: str) -> str:
    """Return text as it is drawn: without characters that have no picture, with marks joined to their letter."""
    text = text.replace("\u00a0", " ").replace("\t", " ")
    return _COMPOSABLE.sub(lambda found: unicodedata.normalize("NFC", found[0]), _UNDRAWN.sub("", text))


@lru_cache(maxsize=1)
def default_case() -> Case:
    """Return the one case of this process."""
    return Case(FONTS)
