"""What tests do with the scanner page again and again."""

import json
from typing import Any

import cv2
import numpy as np
from door_double import PAIRING_CODE, ROOT, DoorDouble
from fake_camera import Picture
from playwright.sync_api import BrowserContext, Page, expect

from ticketing.tickets import qr

VECTORS: dict[str, Any] = json.loads((ROOT / "tests" / "vectors" / "codes.json").read_text(encoding="utf-8"))
CODES: list[str] = [row["code"] for row in VECTORS["valid"]]
FIRST, SECOND, THIRD = CODES[:3]
REASONS = (
    *("already_inside", "already_used", "not_inside", "room_full", "wrong_program"),
    *("too_early", "too_late", "revoked", "other_event", "unknown"),
)

TYPE_RAW = """text => {
  document.querySelector("[name=code]").value = text;
  document.getElementById("typing-form").requestSubmit();
}"""

RECORD_VERDICTS = """
  window.verdicts = [];
  document.addEventListener("DOMContentLoaded", () => {
    const root = document.getElementById("verdict");
    new MutationObserver(() => {
      const { verdict, reason } = root.dataset;
      if (verdict && verdict !== "checking") window.verdicts.push(`${verdict} ${reason}`.trim());
    }).observe(root, { attributes: true, attributeFilter: ["data-verdict"] });
  });
"""


def pair(page: Page, server: DoorDouble, lang: str = "ja") -> Page:
    """Open the scanner, pair it as A-2 and wait for the idle screen."""
    return pair_with(page, f"{server.url}/door?lang={lang}", PAIRING_CODE)


def pair_with(page: Page, address: str, pairing_code: str) -> Page:
    """Open the scanner at `address` and pair it as A-2."""
    page.goto(address)
    page.locator("[name=name]").fill("A-2")
    page.locator("[name=pairing]").fill(pairing_code)
    page.locator("[name=pairing]").press("Enter")
    expect(page.locator("[name=code]")).to_be_visible()
    return page


def listed(server: DoorDouble, permits: int = 4) -> None:
    """Put the first four codes on the list as one order, the last for the event alone; the server admits them."""
    server.list.permits = permits
    for n, code in enumerate(CODES[:4], start=1):
        server.list.add(code, "K7M2QF", n, tier="EVENT-ONLY" if n == 4 else "1-DAY")
        server.admit(code)


def with_list(page: Page, server: DoorDouble, lang: str = "ja") -> Page:
    """Pair the page and wait until it has its list and its places."""
    pair(page, server, lang)
    expect(page.locator("#idle [data-status=list]")).to_contain_text(":", timeout=15_000)
    return page


def cut_off(
    context: BrowserContext, server: DoorDouble, permits: int, *, listing: bool = True, lang: str = "ja"
) -> Page:
    """A scanner with a list and so many places, whose server does not answer any more."""
    if listing:
        listed(server)
    server.list.permits = permits
    page = with_list(context.new_page(), server, lang)
    server.failing = 10**6
    return page


def type_code(page: Page, code: str) -> None:
    """Type a code by hand and send it off."""
    page.locator("[name=code]").fill(code)
    page.locator("[name=code]").press("Enter")


def expect_verdict(page: Page, verdict: str, reason: str = "") -> None:
    """Wait until this verdict is on the screen."""
    shown = page.locator(f"#verdict[data-verdict={verdict}][data-reason='{reason}']")
    expect(shown).to_be_visible(timeout=15_000)


def next_ticket(page: Page) -> None:
    """Tap the verdict away."""
    page.locator("#verdict-next").click()
    expect(page.locator("#verdict")).to_be_hidden()


def ticket_image(code: str) -> Picture:
    """The QR symbol of a ticket code on white paper."""
    encoded = np.frombuffer(qr.png(code, scale=10), np.uint8)
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), dtype=np.uint8)


def foreign_image(text: str) -> Picture:
    """A QR symbol that is not ours."""
    drawn = cv2.QRCodeEncoder.create().encode(text)
    return np.asarray(cv2.resize(drawn, None, fx=10, fy=10, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
