"""Tables as files: CSV that Excel opens rightly, XLSX, JSON; written row by row, with flat memory."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

# How a formula begins: OWASP, CSV Injection. Japanese and Chinese spreadsheets read the wide signs as well.
FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")
BLOCK = 64 * 1024
LONGEST_IN_A_CELL = 32_767
"""What Excel keeps of a text; a longer one would be left out."""
BOM = b"\xef\xbb\xbf"
"""The byte order mark, without which Excel reads Japanese as something else."""
Rows = Iterable[Sequence[Any]]
Blocks = Callable[[Sequence[str], Rows, ZoneInfo], Iterator[bytes]]


def write_csv(out: BinaryIO, columns: Sequence[str], rows: Rows, zone: ZoneInfo) -> int:
    """The same as `csv_blocks`, into a file. Says how many rows."""
    count = 0

    def counted() -> Iterator[Sequence[Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    out.writelines(csv_blocks(columns, counted(), zone))
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
    """One sheet with a fixed first line and real times, in `zone`; a text is never a formula. Says how many rows.

    Rows go to the disk as they come, none is kept; `out` gets the workbook when the last one was read.
    """
    import xlsxwriter  # noqa: PLC0415 (for who exports a workbook only)

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    moment, bold = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}), book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet, count = book.add_worksheet(), 0
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 20)
    sheet.write_row(0, 0, columns, bold)
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(count, column, value.astimezone(zone).replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(count, column, value, day)
            elif isinstance(value, str):
                sheet.write_string(count, column, value[:LONGEST_IN_A_CELL])
            elif value is not None:
                sheet.write_number(count, column, value)
    book.close()
    return count


def xlsx_blocks(columns: Sequence[str], rows: Rows, zone: ZoneInfo) -> Iterator[bytes]:
    """The same, block by block from a file on the disk: a workbook cannot leave before its last row was read."""
    with tempfile.TemporaryFile() as book:
        write_xlsx(book, columns, rows, zone)
        book.seek(0)
        while block := book.read(BLOCK):
            yield block


BLOCKS: Mapping[str, Blocks] = {"csv": csv_blocks, "xlsx": xlsx_blocks}
"""The forms that are sent block by block."""
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
