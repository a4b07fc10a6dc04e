"""Lists of guests as people have them: CSV from Excel in any of its encodings, or lines that were typed."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.office.guest_line import Fault, GuestLine, Standard, plain
from ticketing.office.guest_words import COLUMNS, column_word
from ticketing.payments.comps import Guest

MOST_LINES = 500
LARGEST_FILE = 300_000
WITHOUT_HEADER = ("name", "email", "tier", "count", "kana", "language", "purpose")
"""What stands where in a list without a header; what is missing at the end is as for the whole list."""


@dataclass
class Listed:
    """A list that was read: guests by the number of their line, and every fault."""

    guests: dict[int, Guest] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def decoded(raw: bytes) -> str:
    """The text of a file: UTF-8 with or without its mark, UTF-16 as Excel's "Unicode text", else Shift_JIS as Excel in
    Japan writes CSV (cp932, which has ① and 髙). Raises Refused("list_unreadable", 400)."""
    if len(raw) > LARGEST_FILE:
        raise Refused("list_unreadable", 400)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Sequence[str] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(one) == "Cc" and one not in "\r\n\t" for one in text):
            return text
    raise Refused("list_unreadable", 400)


def read_guests(catalog: Catalog, text: str, standard: Standard) -> Listed:
    """Every line with every fault of it; raises Refused("list_empty", 400), Refused("list_too_long", 400), and
    Refused("list_unreadable", 400) for what is no table, such as a quotation mark that is never closed."""
    found = Listed()
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        raise Refused("list_unreadable", 400) from error
    if not rows:
        raise Refused("list_empty", 400)
    columns: Sequence[str] = WITHOUT_HEADER
    if any(plain(cell) in COLUMNS for cell in rows[0][1]):
        line, header = rows.pop(0)
        columns = [COLUMNS.get(plain(cell), "") for cell in header]
        found.faults += _of_header(line, header, columns)
    if len(rows) > MOST_LINES:
        raise Refused("list_too_long", 400, limit=MOST_LINES)
    if not rows:
        raise Refused("list_empty", 400)
    for line, cells in rows:
        read = GuestLine(catalog, line, _named(cells, columns), standard)
        guest = read.guest()
        found.faults += read.faults
        if guest is not None:
            found.guests[line] = guest
    return found


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, with their numbers, from 1."""
    first = text.lstrip("\r\n").partition("\n")[0]
    mark = max("\t,;、", key=first.count)
    lines = text.replace("、", ",") if mark == "、" else text
    reader = csv.reader(lines.splitlines(keepends=True), delimiter="," if mark == "、" else mark)
    before = 0
    for row in reader:
        cells = [" ".join(cell.split()) for cell in row]
        if any(cells):
            yield before + 1, cells
        before = reader.line_num


def _of_header(line: int, header: Sequence[str], columns: Sequence[str]) -> Iterator[Fault]:
    for cell, column in zip(header, columns, strict=True):
        if cell and not column:
            known = ", ".join(column_word(name) for name in WITHOUT_HEADER)
            yield Fault(line, cell, cell, _("This column is not known. Known are: %(known)s.", known=known))
    if "name" not in columns:
        yield Fault(line, column_word("name"), "", _("There is no column for the name."))


def _named(cells: Sequence[str], columns: Sequence[str]) -> Mapping[str, str]:
    named = dict(zip(columns, cells, strict=False))
    extra = [cell for cell in cells[len(columns) :] if cell]
    return {**named, "": " ".join(extra)} if extra else {**named, "": ""}
