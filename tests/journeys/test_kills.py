"""Processes die at any moment during purchases: every buyer gets what they paid for, and both books stay equal."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests
from killing import Mortals, mortals
from running import SLUG, hours_from_now, pay

from ticketing.app import PACKAGE

SEED = PACKAGE / "events" / f"{SLUG}.toml"
PURCHASES = int(os.environ.get("PURCHASES", "12"))
DEATHS = max(1, PURCHASES // 20)
PATIENCE = 240.0


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, or none for SQLite in the instance folder."""
    if request.param == "sqlite":
        return ""
    cluster = request.getfixturevalue("pg_cluster")
    return str(cluster.create_database(f"kills_{uuid.uuid4().hex[:8]}"))


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_nothing_is_lost_or_doubled_while_everything_dies(
    database: str, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    event = tmp_path / "event.toml"
    event.write_text(SEED.read_text(encoding="utf-8").replace("capacity = 300", "capacity = 3000"), encoding="utf-8")
    with mortals(tmp_path, database, hours_from_now(240), event, 20 * DEATHS) as house:
        kind, began = "postgresql" if database else "sqlite", time.monotonic()
        with house.dying(), ThreadPoolExecutor(4) as buyers:
            shopping = [buyers.submit(shop, house) for _ in range(4)]
            pages = [page for one in shopping for page in one.result()]
        record_testsuite_property(f"{kind} seconds", round(time.monotonic() - began))
        for process in house.processes:
            record_testsuite_property(f"{kind} {process.name}", f"kills {process.kills}, of its own {process.limbs}")
        house.wait_until_ready()
        tickets = [ticket["code"] for page in pages for ticket in paid(page)["tickets"]]
        assert len(tickets) == len(set(tickets)) == len(pages) * 2
        same_books(house, len(pages))


def shop(house: Mortals) -> list[str]:
    """Buy one order after the other, until there are enough and every process has died often; their pages."""
    pages: list[str] = []
    while len(pages) < PURCHASES / 4 or not all(process.kills >= DEATHS for process in house.processes):
        pages.append(buy(house))
        if len(pages) > PURCHASES / 4:
            time.sleep(1)  # places are not without end
    return pages


def same_books(house: Mortals, purchases: int) -> None:
    """Nothing is left to say about any order, and every yen matches."""
    done = house.command("reconcile", "--json")
    found = json.loads(done.stdout)
    assert (found["matches"], found["differences"], done.returncode) == (True, [], 0)
    done = house.command("doctor", "--json")
    assert json.loads(done.stdout) == {"ok": True, "findings": []}
    ledger = requests.get(f"{house.standin}/_control/ledger", timeout=20).json()
    assert len([one for one in ledger["charges"] if one["paid"]]) == purchases
    assert ledger["refunds"] == []


def buy(house: Mortals) -> str:
    """A buyer who tries again until there is an order page; its address."""
    browser = requests.Session()
    form = {"qty-1-DAY": "1", "qty-EVENT-ONLY": "1", "name": "山田 花子", "form_key": uuid.uuid4().hex}
    form["email"] = f"{uuid.uuid4().hex}@example.com"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            house.send_now()
            placed = browser.post(f"{house.url}/e/{SLUG}/orders", data=form, allow_redirects=False, timeout=30)
            if placed.status_code != 303:
                assert placed.status_code in (500, 503), placed.text
                continue
            if "/o/" in placed.headers["Location"]:
                return urljoin(house.url, placed.headers["Location"])
            house.send_now()
            back = pay(browser, placed.headers["Location"])
            if "/o/" in back.url:
                return back.url.partition("?")[0]
        except (requests.RequestException, AssertionError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"a buyer gave up: {form['email']}")


def paid(page: str) -> dict[str, list[dict[str, str]]]:
    """What the order's status says once it is paid."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        facts: dict[str, list[dict[str, str]]] = requests.get(f"{page}/status.json", timeout=30).json()
        if facts["state"] == "paid":
            return facts
        time.sleep(0.2)
    raise AssertionError(f"never paid: {page}")
