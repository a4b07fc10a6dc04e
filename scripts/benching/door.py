"""The door's figures: from a camera's frame to the verdict on the screen, and the list that tablets carry.

Real Chromium without a screen, its camera a film of tickets, the real house behind it. The clock is the browser's own:
each frame of a film carries the moment it was captured.
"""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from fake_camera import camera_arguments, write_clip
from figures import Table
from house_at_the_door import HAS_LIST
from playwright.sync_api import Page, Playwright, sync_playwright
from scanner import ticket_image
from stage import Stage, on_stage

from chromium import NO_CAMERA, launch
from ticketing.app import create_app
from ticketing.core import clock
from ticketing.core.db import writing
from ticketing.staff import devices
from ticketing.tickets.issue import Seat, issue

TICKETS = 30
EMPTY, HELD, GAP = 10.0, 0.8, 0.5
SLOWED = 4
LISTS = (300, 10_000, 100_000)
LOOKUPS = 20

NO_FILM_YET = """
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("not yet", "NotFoundError"));
"""
STOPWATCH = """
  let captured = null, read = null, last = null;
  window.waits = [];
  const ask = HTMLVideoElement.prototype.requestVideoFrameCallback;
  HTMLVideoElement.prototype.requestVideoFrameCallback = function (then) {
    return ask.call(this, (now, frame) => { captured = frame.captureTime ?? now; then(now, frame); });
  };
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (data.text && data.text !== last) [read, last] = [this.captured, data.text];
      });
    }
    postMessage(data, ...rest) {
      if (data.pixels) this.captured = captured;
      return super.postMessage(data, ...rest);
    }
  };
  const afterPaint = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = then;
    port1.postMessage(null);
  });
  document.addEventListener("DOMContentLoaded", () => {
    const root = document.getElementById("verdict");
    new MutationObserver(() => {
      if (root.dataset.verdict !== "admit" || read === null) return;
      const since = read;
      read = null;
      afterPaint(() => window.waits.push(performance.now() - since));
    }).observe(root, { attributes: true, attributeFilter: ["data-verdict"] });
  });
"""


@dataclass(frozen=True)
class Way:
    """How a film of tickets is shown: with the server or without it, and how much slower the page's processor is."""

    online: bool
    slowed: int

    @property
    def name(self) -> str:
        """For the table."""
        slower = f", {SLOWED} × slower" if self.slowed > 1 else ""
        return f"frame to verdict, {'online' if self.online else 'offline'}{slower}"


def measure(folder: Path, database: str) -> Table:
    """All figures of the door; the four ways of scanning on one stage, then lists of three sizes."""
    table = Table(database or "sqlite")
    with sync_playwright() as playwright:
        with on_stage(folder / "scans", database, 4 * TICKETS) as stage:
            waits = {
                (online, slowed): _film(playwright, stage, Way(online, slowed), folder)
                for online in (False, True)
                for slowed in (1, SLOWED)
            }
            _judge(table, waits)
        if not database:
            for tickets in LISTS:
                with on_stage(folder / f"list-{tickets}", "", tickets) as stage:
                    _list(playwright, stage, tickets, table)
    return table


def _judge(table: Table, waits: dict[tuple[bool, int], list[float]]) -> None:
    for (online, slowed), found in waits.items():
        name = Way(online, slowed).name
        middle, late = statistics.median(found), statistics.quantiles(found, n=20)[-1]
        table.verdicts.append((f"{name}: tickets read", len(found), TICKETS, len(found) >= TICKETS))
        plain = {"p50 ms": (middle, 100.0), "p95 ms": (late, 250.0)} if not online else {"p95 ms": (late, 500.0)}
        if slowed == 1:
            for part, (value, most) in plain.items():
                table.verdicts.append((f"{name}: {part}, at most", value, most, value <= most))
        else:
            ratio = late / statistics.quantiles(waits[online, 1], n=20)[-1]
            table.verdicts.append((f"{name}: p95, times that at full speed, at most", ratio, 3.0, ratio <= 3))
            table.notes.append((f"{name}, p50", middle, "ms"))


def _film(playwright: Playwright, stage: Stage, way: Way, folder: Path) -> list[float]:
    """The waits in milliseconds, one for each ticket of a film that was let in."""
    first = TICKETS * (2 * way.online + (way.slowed > 1))
    codes = stage.codes[first : first + TICKETS]
    clip = folder / f"{first}.mjpeg"
    write_clip(clip, [ticket_image(code) for code in codes], empty=EMPTY, held=HELD, gap=GAP)
    browser = launch(playwright, *camera_arguments(clip))
    try:
        context = browser.new_context()
        before = context.new_page()
        before.add_init_script(NO_FILM_YET)
        _pair(before, stage, f"film-{first}")
        before.close()
        page = context.new_page()
        page.add_init_script(STOPWATCH)
        page.goto(_address(stage))
        context.set_offline(not way.online)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": way.slowed})
        page.locator("#start-shift").click()
        page.wait_for_timeout(1000 * (EMPTY + TICKETS * (HELD + GAP) + 2))
        waits: list[float] = page.evaluate("window.waits")
    finally:
        browser.close()
    clip.unlink()
    return waits


def _pair(page: Page, stage: Stage, name: str) -> float:
    """Pair a tablet; the milliseconds until its list is there."""
    page.goto(_address(stage))
    page.locator("[name=name]").fill(name)
    page.locator("[name=pairing]").fill(_code(stage))
    began = time.perf_counter()
    page.locator("[name=pairing]").press("Enter")
    page.locator(
        "[name=code]"
    ).wait_for()  # the page has opened its store: whoever looks earlier would make an empty one
    while not page.evaluate(HAS_LIST):
        page.wait_for_timeout(10)
    ready = (time.perf_counter() - began) * 1000
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return ready


def _address(stage: Stage) -> str:
    return f"http://{stage.web[0]}:{stage.web[1]}/door?lang=en"


def _code(stage: Stage) -> str:
    with create_app(stage.settings).app_context(), writing() as session:
        gate = stage.catalog.gates[0].id
        return devices.make_code(session, stage.catalog.id, gate, clock.now(), "cli")[0]


def _list(playwright: Playwright, stage: Stage, tickets: int, table: Table) -> None:
    """Size of the list, time until a tablet can use it, time of a lookup, size of what ten more tickets add."""
    began = time.perf_counter()
    whole = _ask(stage, "/api/v1/door/manifest")
    name = f"list of {tickets:,}"
    table.note(f"{name}: made and sent", (time.perf_counter() - began) * 1000, "ms")
    table.note(f"{name}: size", len(whole) / 1000, "kB")
    table.note(f"{name}: size over the wire", len(gzip.compress(whole, 6)) / 1000, "kB")
    with launch(playwright, *NO_CAMERA) as browser:
        page = browser.new_page()
        table.note(f"{name}: usable after pairing", _pair(page, stage, "list"), "ms")
        page.context.set_offline(True)
        page.wait_for_selector("#offline-banner:not([hidden])", timeout=30_000)
        table.note(f"{name}: typed code to verdict, offline", statistics.median(_lookups(page, stage.codes)), "ms")
    known = json.loads(whole)["list_version"]
    time.sleep(31)  # what changed within half a minute before is told again
    known = json.loads(_ask(stage, f"/api/v1/door/manifest?since={known}"))["list_version"]
    time.sleep(31)
    with create_app(stage.settings).app_context(), writing() as session:
        issue(session, stage.catalog.id, "TENMORE", [Seat(stage.catalog.tiers[0].id, "山田 花子")] * 10, clock.now())
    table.note(f"{name}: ten changes", _delta(stage, known) / 1000, "kB")


def _lookups(page: Page, codes: Sequence[str]) -> Iterator[float]:
    timed = """code => new Promise((done) => {
      const root = document.getElementById("verdict"), began = performance.now();
      const seen = new MutationObserver(() => {
        if (!root.dataset.verdict || root.dataset.verdict === "checking") return;
        seen.disconnect();
        done(performance.now() - began);
      });
      seen.observe(root, { attributes: true, attributeFilter: ["data-verdict"] });
      document.querySelector("[name=code]").value = code;
      document.getElementById("typing-form").requestSubmit();
    })"""
    for code in codes[:LOOKUPS]:
        yield page.evaluate(timed, code)
        page.evaluate("document.getElementById('verdict-next').click()")


def _delta(stage: Stage, known: int) -> int:
    body = {"epoch": 1, "scans": [], "returns": [], "released": [], "list_version": known}
    revision = json.loads(_ask(stage, "/api/v1/door/sync", body))["revision"]
    answer = _ask(stage, "/api/v1/door/sync", {**body, "revision": revision})
    changes = json.loads(answer)["changes"]
    if len(changes["tickets"]) != 10:
        raise SystemExit(f"ten tickets were sold, {len(changes['tickets'])} are told")
    return len(answer)


def _ask(stage: Stage, path: str, body: Any = None) -> bytes:
    headers = {"Authorization": f"Bearer {stage.token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    asked = Request(f"http://{stage.web[0]}:{stage.web[1]}{path}", data, headers)
    with urlopen(asked, timeout=60) as answer:  # noqa: S310
        found: bytes = answer.read()
        return found
