"""The page from which a tablet learns to trust this house: read by all, on every screen, before anything is trusted."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from test_pages import PHONE, SMALLEST, findings, wide
from werkzeug.serving import make_server

from ticketing.lan.trust import Offered, create_trust

pytestmark = pytest.mark.browser
FINGERPRINT = ":".join(f"{n:02X}" for n in range(32))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    app = create_trust(Offered(b"der", FINGERPRINT, "https://192.168.1.5:8443/door"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    opened = context.new_page()
    opened.goto(f"http://127.0.0.1:{server.server_port}/")
    yield opened
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_can_be_read_by_all_and_fits_the_smallest_phone(page: Page) -> None:
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert findings(page) == [], scheme
    assert wide(page) <= SMALLEST["width"]


def test_both_ways_to_trust_are_told_and_the_certificate_is_one_tap_away(page: Page) -> None:
    for system in ("iPad・iPhone", "Android"):
        assert page.get_by_text(system, exact=True).is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Get the certificate").click()
    assert download.value.suggested_filename == "ticketing-ca.crt"
    assert page.get_by_role("link", name="Open the scanner").get_attribute("href") == "https://192.168.1.5:8443/door"
