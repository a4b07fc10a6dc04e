"""Tables as files: CSV that Excel opens rightly, XLSX, JSON; written row by row, with flat memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from ticketing.reports.export_xlsx import xlsx_blocks

# How a formula begins: OWASP, CSV Injection. Japanese and Chinese spreadsheets read the wide signs as well.
FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")
BLOCK = 64 * 1024
BOM = b"\xef\xbb\xbf"
"""The byte order mark, without which Excel reads Japanese as something else."""
Rows = Iterable[Sequence[Any]]
Blocks = Callable[[Sequence[str], Rows, ZoneInfo], Iterator[bytes]]


def write_csv(out: BinaryIO, columns: Sequence[str], rows: Rows, zone: ZoneInfo) -> int:
    """The same as `csv_blocks`, into a file. Says how many rows."""
    return _written(out, csv_blocks, (columns, rows, zone))


def _written(out: BinaryIO, blocks: Blocks, table: tuple[Sequence[str], Rows, ZoneInfo]) -> int:
    columns, rows, zone = table
    count = 0

    def counted() -> Iterator[Sequence[Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    out.writelines(blocks(columns, counted(), zone))
    return count


def csv_blocks(columns: Sequence[str], rows: Rows, zone: ZoneInfo) -> Iterator[bytes]:
    """A table as CSV with a byte order mark and times in `zone`, block by block, none of them kept. A text that a
    spreadsheet would run as a formula has an apostrophe before it."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text)
    yield BOM
    sheet.writerow(columns)
    for row in rows:
        sheet.writerow([_cell(value, zone) for value in row])
        if text.tell() > BLOCK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def write_json(out: BinaryIO, columns: Sequence[str], rows: Rows, zone: ZoneInfo) -> int:
    """One array of objects, one object a line; times as RFC 3339 in `zone`. Says how many rows."""
    count = 0
    out.write(b"[")
    for count, row in enumerate(rows, start=1):
        values = (_plain(value, zone) for value in row)
        line = json.dumps(dict(zip(columns, values, strict=True)), ensure_ascii=False)
        out.write(f"{',' if count > 1 else ''}\n{line}".encode())
    out.write(b"\n]\n")
    return count


def write_xlsx(out: BinaryIO, columns: Sequence[str], rows: Rows, zone: ZoneInfo) -> int:
    """The same as `xlsx_blocks`, into a file. Says how many rows."""
    return _written(out, xlsx_blocks, (columns, rows, zone))


BLOCKS: Mapping[str, Blocks] = {"csv": csv_blocks, "xlsx": xlsx_blocks}
"""The forms that are sent while they are read."""
WRITERS: Mapping[str, Callable[[BinaryIO, Sequence[str], Rows, ZoneInfo], int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "json": write_json,
}


def _plain(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _cell(value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else str(value)
