"""What the report of an event says, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Rows of as many cells as there are heads; the first cell names its row. `sums`: the last row is the sum; `within`
    are the numbers of rows that are a part of the one above them, and no term of the sum."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: bool = False
    within: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Chart:
    """Bars from left to right, each with what stands under it; `said` tells the same in a sentence."""

    title: str
    said: str
    bars: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Report:
    """The whole report in one language; `page` holds `{page}` and `{pages}`."""

    language: str
    title: str
    event: str
    about: tuple[str, ...]
    tables: tuple[Table, ...]
    chart: Chart
    page: str
