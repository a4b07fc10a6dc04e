"""Tables as files: CSV that Excel opens rightly, XLSX, JSON; written row by row, with flat memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
Rows = Iterable[Sequence[Any]]


def write_csv(out: BinaryIO, columns: Sequence[str], rows: Rows, zone: ZoneInfo) -> int:
    """With a byte order mark, without which Excel reads Japanese as something else; times in `zone`. A text that a
    spreadsheet would run as a formula has an apostrophe before it (OWASP, CSV Injection). Says how many rows."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    sheet, count = csv.writer(text), 0
    sheet.writerow(columns)
    for count, row in enumerate(rows, start=1):  # noqa: B007 (the last number is the count)
        sheet.writerow([_cell(value, zone) for value in row])
    text.flush()
    text.detach()
    return count


def write_json(out: BinaryIO, columns: Sequence[str], rows: Rows, zone: ZoneInfo) -> int:
    """One array of objects, one object a line; times as RFC 3339 in `zone`. Says how many rows."""
    count = 0
    out.write(b"[")
    for count, row in enumerate(rows, start=1):
        values = (value.astimezone(zone).isoformat() if isinstance(value, datetime) else value for value in row)
        line = json.dumps(dict(zip(columns, values, strict=True)), ensure_ascii=False)
        out.write(f"{',' if count > 1 else ''}\n{line}".encode())
    out.write(b"\n]\n")
    return count


def write_xlsx(out: BinaryIO, columns: Sequence[str], rows: Rows, zone: ZoneInfo) -> int:
    """One sheet with a fixed first line and real times, in `zone`; a text is never a formula. Says how many rows."""
    import xlsxwriter  # noqa: PLC0415 (for who exports a workbook only)

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    moment, bold = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}), book.add_format({"bold": True})
    sheet, count = book.add_worksheet(), 0
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 20)
    sheet.write_row(0, 0, columns, bold)
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(count, column, value.astimezone(zone).replace(tzinfo=None), moment)
            elif isinstance(value, str):
                sheet.write_string(count, column, value)
            elif value is not None:
                sheet.write_number(count, column, value)
    book.close()
    return count


WRITERS: Mapping[str, Callable[[BinaryIO, Sequence[str], Rows, ZoneInfo], int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "json": write_json,
}


def _cell(value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else str(value)
