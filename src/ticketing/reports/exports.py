"""What can be taken out of an event as a table, by name: in the office and by command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ticketing.events.catalog import Catalog
from ticketing.reports import accounting, payouts
from ticketing.reports.export_rows import TABLES, Table, rows_of

Row = Sequence[Any]
Rows = Callable[[Catalog], Iterator[Row]]


@dataclass(frozen=True)
class Export:
    """One kind of table: its columns, whose names and order others rely on (new ones come last), and what yields its
    rows, in transactions of its own. `of_event` leaves out what belongs to the whole account at Stripe, for who may see
    this event only; None where nothing is left then."""

    columns: Sequence[str]
    rows: Rows
    of_event: Rows | None


def _stored(table: Table, catalog: Catalog) -> Iterator[Row]:
    return rows_of(table, catalog.id)


def _export(table: Table) -> Export:
    rows = partial(_stored, table)
    return Export(table.columns, rows, rows)


EXPORTS: Mapping[str, Export] = {
    **{name: _export(table) for name, table in TABLES.items()},
    "accounting": Export(accounting.COLUMNS, accounting.rows, accounting.rows_of_event),
    "payouts": Export(payouts.COLUMNS, payouts.rows, None),
}
