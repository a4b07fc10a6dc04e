"""Tables taken out of an event: complete, in three forms, without formulas."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from back_office import code_of
from factories import House
from ticketing import cli_house
from ticketing.cli import main
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading
from ticketing.reports import export_rows
from ticketing.reports.export_files import BLOCKS, WRITERS
from ticketing.reports.exports import EXPORTS

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EVIL = '=HYPERLINK("http://evil.example")'


def taken(house: House, what: str, form: str) -> bytes:
    out, catalog, table = io.BytesIO(), house.catalog(), EXPORTS[what]
    with house.app.app_context():
        WRITERS[form](out, table.columns, table.rows(catalog), catalog.zone)
    return out.getvalue()


def rows(house: House, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(taken(house, what, "json"))
    return found


@pytest.mark.parametrize("at_once", [1, 2, 1000])
def test_every_row_comes_once_however_many_come_at_a_time(
    house: House, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    paths = [house.buy(day=2) for _ in range(3)]
    tablet = house.tablet()
    scanned = [tablet.scan(code)["id"] for path in paths for code in house.codes(path)]
    monkeypatch.setattr(export_rows, "AT_ONCE", at_once)
    assert sorted(row["order"] for row in rows(house, "orders")) == sorted(map(code_of, paths))
    assert len({(row["order"], row["n"]) for row in rows(house, "attendees")}) == 6
    assert sorted(row["scan"] for row in rows(house, "scans")) == sorted(scanned)


def test_the_tables_say_what_is_so(house: House) -> None:
    path = house.buy(day=1, name="山田 花子", kana="ヤマダ ハナコ", email="hanako@example.com")
    house.tablet().scan(house.codes(path)[0])
    house.tablet().scan("no ticket")
    (order,), (attendee,) = rows(house, "orders"), rows(house, "attendees")
    assert (order["name"], order["reading"], order["tickets"], order["total"]) == (
        "山田 花子",
        "やまだ はなこ",
        1,
        2000,
    )
    assert order["ordered_at"] == "2025-10-26T09:40:00+09:00"
    assert (attendee["tier"], attendee["state"], attendee["entries"]) == ("1-DAY", "valid", 1)
    scans = {row["reason"]: row["n"] for row in rows(house, "scans")}
    assert scans == {None: 1, "malformed": None}


def test_csv_is_read_by_excel_and_runs_nothing(house: House) -> None:
    house.buy(day=1, name=EVIL)
    raw = taken(house, "orders", "csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert (row["name"], row["total"], row["ordered_at"]) == (f"'{EVIL}", "2000", "2025-10-26 09:40:00")


def test_a_workbook_has_times_and_numbers_and_no_formula(house: House) -> None:
    house.buy(day=1, name=EVIL)
    with zipfile.ZipFile(io.BytesIO(taken(house, "orders", "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "HYPERLINK" in sheet
    assert "<f>" not in sheet
    assert "<v>2000</v>" in sheet
    assert re.search(r'<c r="C2" s="\d"><v>45956\.40277', sheet)  # 26 October 2025, 9:40, as a workbook counts days


def test_csv_leaves_while_it_is_read() -> None:
    read = 0

    def endless() -> Iterator[list[str]]:
        nonlocal read
        while True:
            read += 1
            yield [str(read)]

    blocks = BLOCKS["csv"](["n"], endless(), ZoneInfo("Asia/Tokyo"))
    assert (next(blocks), read) == (b"\xef\xbb\xbf", 0)
    next(blocks)
    assert 0 < read < 20_000
    blocks.close()


def test_a_workbook_leaves_in_blocks_and_holds_what_xml_cannot() -> None:
    texts = ["<&>\x0b _x0041_", "長" * 40_000, *(f"{number * 7919 % 100_003}" for number in range(50_000))]
    blocks = list(BLOCKS["xlsx"](["A"], [[text] for text in texts], ZoneInfo("Asia/Tokyo")))
    assert len(blocks) > 2
    with zipfile.ZipFile(io.BytesIO(b"".join(blocks))) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 (our own)
        _head, odd, long, *others = ("".join(cell.itertext()) for cell in sheet.iter(f"{{{SHEET}}}c"))
    assert (odd, len(long)) == ("<&>_x000B_ _x005F_x0041_", 32_767)
    assert others == texts[2:]


@pytest.mark.parametrize("form", list(WRITERS))
def test_an_event_without_orders_makes_a_table_without_rows(house: House, form: str) -> None:
    assert rows(house, "orders") == []
    assert taken(house, "orders", form)


def test_the_command_writes_a_file_or_to_standard_output_and_leaves_a_trace(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    house.buy(day=2)
    monkeypatch.setattr(cli_house, "house", lambda: house.app)
    said = CliRunner().invoke(main, ["export", "attendees", "--format", "json"])
    assert (said.exit_code, len(json.loads(said.stdout)), said.stderr) == (0, 2, "attendees: 2 rows\n")
    for form in ("csv", "xlsx"):
        file = tmp_path / f"orders.{form}"
        assert CliRunner().invoke(main, ["export", "orders", "--format", form, "--output", str(file)]).exit_code == 0
        assert file.read_bytes() == taken(house, "orders", form) or form == "xlsx"
    refused = CliRunner().invoke(main, ["export", "orders", "--output", str(tmp_path / "nowhere" / "x.csv")])
    assert (refused.exit_code, "cannot be written" in refused.stderr) == (1, True)
    with house.app.app_context(), reading() as session:
        kept = session.query(AuditEntry).filter_by(action="event.export").order_by(AuditEntry.id)
        assert [(entry.actor, entry.facts["what"]) for entry in kept][:2] == [("cli", "attendees"), ("cli", "orders")]
