"""Charts as data: what `_chart.js` draws on a canvas, in the language in force. The table beside says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Series:
    """One row of bars. `values` has one for each label; those of a `down` one are drawn downwards."""

    name: str
    values: Sequence[int]
    down: bool = False


@dataclass(frozen=True)
class Ahead:
    """What may come, for the labels from `start` on: likely, with a range."""

    start: int
    likely: Sequence[int]
    low: Sequence[int]
    high: Sequence[int]


@dataclass(frozen=True)
class Chart:
    """Stacked bars over labels, under a dashed line at `limit` where there is one (0: none). `blocks`: one for each."""

    labels: Sequence[str]
    series: Sequence[Series]
    limit: int = 0
    ahead: Ahead | None = None
    blocks: bool = False

    def plain(self) -> dict[str, Any]:
        """The same for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Table:
    """The same as rows: the first cell of each is its head."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
