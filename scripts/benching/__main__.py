"""The benchmark behind scripts/bench: real processes, driven over HTTP, each figure beside what it is held against."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from figures import MARKS, Table
from load import Requests, drive
from stage import Stage, on_stage
from wire import GetPage, PlaceOrder, ScanAgain, ScanTickets, bare_scan, hello

CLIENTS = (1, 8, 32)
TICKETS = 60_000


def main() -> None:
    """Run everything, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="", help="an empty database; without it SQLite in a temporary folder")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each step is driven")
    parser.add_argument("--only", default="", help="only the steps whose name holds this text")
    parser.add_argument("--json", default="bench.json", help="where the figures go")
    parser.add_argument("--door", action="store_true", help="the door's figures instead: camera, verdicts, lists")
    parser.add_argument("--office", action="store_true", help="the dashboard at 100,000 orders instead")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ticketing-bench-") as folder:
        if asked.door:
            import door

            table = door.measure(Path(folder), asked.database)
        elif asked.office:
            import office

            table = office.measure(Path(folder), asked.database)
        else:
            with on_stage(Path(folder), asked.database, TICKETS) as stage:
                table = measure(stage, asked.seconds, asked.only)
    print(table.text())
    Path(asked.json).write_text(json.dumps(table.facts(), indent=2), encoding="utf-8")


def measure(stage: Stage, seconds: float, only: str) -> Table:
    """All steps at 1, 8 and 32 clients; the bare route runs right before and after what it is compared with."""
    table = Table(stage.database)
    steps: list[tuple[str, tuple[str, int], Requests]] = [
        ("hello (bare)", stage.bare, hello()),
        ("event page", stage.web, GetPage(stage.event_path)),
        ("place order", stage.web, PlaceOrder(stage.event_path)),
        ("bare UPDATE + INSERT", stage.bare, bare_scan()),
        ("scan, entry", stage.web, ScanTickets(stage.token, stage.codes)),
        ("scan, duplicate", stage.web, ScanAgain(stage.token, stage.codes[0])),
        ("bare UPDATE + INSERT, again", stage.bare, bare_scan()),
        ("hello (bare), again", stage.bare, hello()),
    ]
    for name, address, requests in steps:
        if only not in name:
            continue
        drive(address, 8, 0.5, requests)  # warm up
        for clients in CLIENTS:
            table.add(name, drive(address, clients, seconds, requests))
    if not only:
        for figure in (stage.pdf, stage.cold_start, stage.memory):
            table.note(*figure())
        table.judge(MARKS)
    return table


if __name__ == "__main__":
    main()
