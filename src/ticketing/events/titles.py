"""How an event is called on screens and paper: its short title, broken as the poster breaks it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog

UPRIGHT = re.compile(r"(?<![A-Za-z0-9])([A-Za-z0-9]{1,4})(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Run:
    """A part of a vertical column; `upright` marks short Latin words that stand in one cell (AI, 3D)."""

    text: str
    upright: bool


def title_lines(catalog: Catalog, lang: str) -> tuple[str, ...]:
    """The lines of the poster in this language; the whole title as one line where the event names none."""
    named = catalog.page.get("title_lines") or {}
    return tuple(named.get(lang) or (pick(catalog.title, lang),))


def short_title(catalog: Catalog, lang: str) -> str:
    """The title as people say it: the poster's lines run together, with spaces only where the language has them."""
    return ("" if lang == "ja" else " ").join(title_lines(catalog, lang))


def vertical(line: str) -> tuple[Run, ...]:
    """A line cut into runs for vertical setting."""
    parts = UPRIGHT.split(line)
    return tuple(Run(part, index % 2 == 1) for index, part in enumerate(parts) if part)
