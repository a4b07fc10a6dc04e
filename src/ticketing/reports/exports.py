"""What can be taken out of an event as a table, by name: in the office and by command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ticketing.events.catalog import Catalog
from ticketing.reports import accounting
from ticketing.reports.export_rows import TABLES, Table, rows_of

Row = Sequence[Any]


@dataclass(frozen=True)
class Export:
    """One kind of table: its columns, whose names and order others rely on (new ones come last), and what yields its
    rows, in transactions of its own."""

    columns: Sequence[str]
    rows: Callable[[Catalog], Iterator[Row]]


def _stored(table: Table, catalog: Catalog) -> Iterator[Row]:
    return rows_of(table, catalog.id)


EXPORTS: Mapping[str, Export] = {
    **{name: Export(table.columns, partial(_stored, table)) for name, table in TABLES.items()},
    "accounting": Export(accounting.COLUMNS, accounting.rows),
}
