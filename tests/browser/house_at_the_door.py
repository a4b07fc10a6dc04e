"""The real house on a port that can be shut and opened again, and tablets in real browsers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, make_server

from factories import House
from ticketing.core.db import reading, writing
from ticketing.staff import devices

A_MOMENT = 100
LONG = 30_000
"""Generous: a tablet looks for the server every three seconds."""


@dataclass
class Door:
    """The house as tablets reach it."""

    house: House
    port: int = 0
    wrap: Callable[[Any], Any] = field(default=lambda app: app)
    _server: BaseWSGIServer | None = field(default=None)
    _thread: threading.Thread | None = field(default=None)

    def open(self) -> None:
        """Listen; on the same port as before, if there was one."""
        self._server = make_server("127.0.0.1", self.port, self.wrap(self.house.app), threaded=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def shut(self) -> None:
        """As if the server had lost its power."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = None

    @property
    def address(self) -> str:
        """The scanner's page."""
        return f"http://127.0.0.1:{self.port}/door?lang=ja"

    def tablet(self, browser: Browser, gate: str = "A") -> Page:
        """A tablet of its own, paired, with its list, its permits and its service worker."""
        context = browser.new_context(viewport={"width": 820, "height": 1180}, reduced_motion="reduce")
        page = context.new_page()
        self.pair(page, gate, f"{gate}-{len(browser.contexts)}")
        ready(page)
        return page

    def pair(self, page: Page, gate: str, name: str = "A-1") -> None:
        """Make this page a tablet of this gate."""
        page.goto(self.address)
        page.locator("[name=name]").fill(name)
        page.locator("[name=pairing]").fill(self.code(gate))
        page.locator("[name=pairing]").press("Enter")
        expect(page.locator("[name=code]")).to_be_visible()

    def code(self, gate: str) -> str:
        """A pairing code of this gate."""
        catalog = self.house.catalog()
        gate_id = next(one.id for one in catalog.gates if one.code == gate)
        with self.house.app.app_context(), writing() as session:
            return devices.make_code(session, catalog.id, gate_id, self.house.clock.now(), "cli")[0]

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table."""
        with self.house.app.app_context(), reading() as session:
            found = list(session.scalars(select(table)))
            session.expunge_all()
            return found


def ready(page: Page) -> None:
    """Wait until the page would open without a network, and has its list."""
    page.evaluate("navigator.serviceWorker.ready")
    wait_until(page, HAS_LIST)


def wait_until(page: Page, promise: str) -> None:
    """Ask the page until this expression resolves to something true."""
    for _ in range(LONG // A_MOMENT):
        if page.evaluate(promise):
            return
        page.wait_for_timeout(A_MOMENT)
    raise AssertionError(f"the page never came to {promise}")


def cut(context: BrowserContext, is_cut: bool = True) -> None:
    """Cut this tablet off, or connect it again."""
    context.set_offline(is_cut)


def start_shift(page: Page) -> None:
    """The tap after a reload."""
    page.locator("#start-shift").click()
    expect(page.locator("[name=code]")).to_be_visible()


READ_STORE = """new Promise((resolve, reject) => {
  const opening = indexedDB.open("ticketing-door");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const db = opening.result;
    const work = db.transaction(["meta", "queue"]);
    const [news, counters, queue] = ["news", "counters"]
      .map((key) => work.objectStore("meta").get(key)).concat(work.objectStore("queue").getAll());
    work.oncomplete = () => {
      db.close();
      resolve({ news: news.result, counters: counters.result, queue: queue.result });
    };
  };
})"""
HAS_LIST = f"{READ_STORE}.then(({{ news, counters }}) => Boolean(news?.listVersion && counters))"
