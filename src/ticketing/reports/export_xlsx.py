"""A table as a workbook, sent while it is read: one sheet, written by hand, because libraries close a workbook before
its first byte can leave. ECMA-376, part 1 (SpreadsheetML)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

BLOCK = 64 * 1024
LONGEST = 32_767
"""What a cell holds; Excel calls a workbook with more in one damaged."""
DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (workbooks know no zones)
_PLAIN, _HEAD, _MOMENT, _DAY = range(4)
# XML has no way to write these; part 1, 22.9.2.19 has one, and what looks like it is written in it too.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # The four looks of cells, in the order of the numbers above.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>'
    '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
_BEGIN = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView tabSelected="1" workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<cols><col min="1" max="{last}" width="20" customWidth="1"/></cols><sheetData>'
)
_END = "</sheetData></worksheet>"


class _Pipe(io.RawIOBase):
    """Where the archive is written; it cannot go back, so sizes stand behind the parts, as the format allows."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self.parts.append(part)
        self.size += len(part)
        return len(part)

    def take(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts, self.size = [], 0
        return taken


def xlsx_blocks(columns: Sequence[str], rows: Iterable[Sequence[Any]], zone: ZoneInfo) -> Iterator[bytes]:
    """One sheet with a fixed first line and real times in `zone`, block by block, none of them kept. A text is never a
    formula."""
    pipe, letters = _Pipe(), [_letters(number) for number in range(len(columns))]
    with ZipFile(pipe, "w", ZIP_DEFLATED) as book:
        for name, text in _PARTS.items():
            book.writestr(_part(name), _XML + text)
        with book.open(_part("xl/worksheets/sheet1.xml"), "w") as sheet:
            head = (_text(f"{letter}1", column, _HEAD) for letter, column in zip(letters, columns, strict=True))
            sheet.write(f'{_BEGIN.replace("{last}", str(len(columns)))}<row r="1">{"".join(head)}</row>'.encode())
            yield pipe.take()
            for number, row in enumerate(rows, start=2):
                cells = (_cell(f"{letter}{number}", value, zone) for letter, value in zip(letters, row, strict=True))
                sheet.write(f'<row r="{number}">{"".join(cells)}</row>'.encode())
                if pipe.size > BLOCK:
                    yield pipe.take()
            sheet.write(_END.encode())
    yield pipe.take()


def _part(name: str) -> ZipInfo:
    """Without the time of making, so that the same rows make the same file."""
    part = ZipInfo(name)
    part.compress_type = ZIP_DEFLATED
    return part


def _letters(number: int) -> str:
    """A column's name: A to Z, AA, AB."""
    before, last = divmod(number, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _cell(place: str, value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _text(place, value, _PLAIN)
    if isinstance(value, datetime):
        return _number(place, _days(value.astimezone(zone).replace(tzinfo=None)), _MOMENT)
    if isinstance(value, date):
        return _number(place, int(_days(datetime.combine(value, time()))), _DAY)
    return _number(place, value, _PLAIN)


def _days(moment: datetime) -> float:
    """As a workbook counts: days since its day zero, to the microsecond."""
    return round((moment - DAY_ZERO).total_seconds() / 86_400, 11)


def _number(place: str, value: float, look: int) -> str:
    return f'<c r="{place}" s="{look}"><v>{value}</v></c>' if look else f'<c r="{place}"><v>{value}</v></c>'


def _text(place: str, text: str, look: int) -> str:
    written = escape(_UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text[:LONGEST]))
    return f'<c r="{place}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'
