"""Every verdict on every screen, in both languages: fits, can be read by all, and is told apart by the colour-blind.

`PICTURES=FOLDER scripts/test tests/browser/test_every_verdict.py` keeps a picture of each, also as people see it who
lack the receptors for red (protanopia) or green (deuteranopia)."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
from door_double import DoorDouble
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Page, expect
from scanner import expect_verdict, next_ticket
from test_scanner_screens import axe
from verdicts import Act, offline_verdicts, online_verdicts, still_page

pytestmark = pytest.mark.browser

SIZES = {
    "phone": (390, 844),
    "portrait": (820, 1180),
    "landscape": (1180, 820),
    "small-phone": (320, 568),
    "flat-phone": (844, 390),
}
PICTURED = ("phone", "portrait", "landscape")
VISIONS = {"all-colours": "none", "protanopia": "protanopia", "deuteranopia": "deuteranopia"}
FOLDER = os.environ.get("PICTURES")
FAR_APART = 53
"""CIE76; what the palette was chosen for. Green and red of traffic lights come down to 16."""

# The sign of CHECKING turns: the corners of its box leave the screen, where nothing is drawn.
OVERFLOW = """() => [...document.querySelectorAll("#verdict *")].filter((element) => {
  const box = element.getBoundingClientRect();
  const turns = element.closest(".verdict[data-look=wait] .verdict-sign");
  const out = box.right > innerWidth + 1 || box.left < -1 || box.bottom > innerHeight + 1;
  const cut = element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
  return (out && !turns) || (cut && element.matches(".verdict-face, .verdict-body, .key"));
}).map((element) => element.id || element.className)"""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_verdict_fits_every_screen(context: BrowserContext, server: DoorDouble, lang: str) -> None:
    page = still_page(context, server, lang)
    for name, act in online_verdicts():
        look_at(page, server, name, act)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_verdict_without_a_connection_fits_too(context: BrowserContext, server: DoorDouble, lang: str) -> None:
    page = still_page(context, server, lang)
    server.failing = 10**6
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=12))
    for name, act in offline_verdicts():
        look_at(page, server, name, act)


def look_at(page: Page, server: DoorDouble, name: str, act: Act) -> None:
    """Bring the verdict about, look at it on every screen, and tap it away."""
    act(page, server)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(OVERFLOW) == [], f"{name} {size}"
        if FOLDER and size in PICTURED:
            keep_pictures(page, Path(FOLDER), f"{size}-{name}")
    page.set_viewport_size({"width": 820, "height": 1180})
    if page.locator("#verdict").get_attribute("data-verdict") == "checking":
        expect(page.locator("#verdict:not([data-verdict=checking])")).to_be_visible(timeout=20_000)
    assert axe(page) == [], name
    next_ticket(page)


def keep_pictures(page: Page, folder: Path, name: str) -> None:
    """One picture for each kind of eyes."""
    lang = page.locator("html").get_attribute("lang")
    for vision in VISIONS:
        (folder / f"{lang}-{vision}").mkdir(parents=True, exist_ok=True)
        (folder / f"{lang}-{vision}" / f"{name}.png").write_bytes(seen(page, vision))


def seen(page: Page, vision: str) -> bytes:
    """The page as these eyes see it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setEmulatedVisionDeficiency", {"type": VISIONS[vision]})
    picture = page.screenshot()
    devtools.send("Emulation.setEmulatedVisionDeficiency", {"type": "none"})
    devtools.detach()
    return picture


def ground(picture: bytes) -> NDArray[np.float32]:
    """The colour that most of the picture has, in CIE L*a*b*."""
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR).reshape(-1, 3)
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    most = colours[counts.argmax()].astype(np.float32).reshape(1, 1, 3) / 255
    return np.asarray(cv2.cvtColor(most, cv2.COLOR_BGR2LAB), dtype=np.float32).reshape(3)


@pytest.mark.parametrize("vision", VISIONS)
def test_go_ask_and_no_are_told_apart_by_all_eyes(context: BrowserContext, server: DoorDouble, vision: str) -> None:
    page = still_page(context, server, "en")
    wanted = {"go_in", "already_inside", "revoked"}
    grounds = {}
    for name, act in online_verdicts():
        if name in wanted:
            act(page, server)
            grounds[name] = ground(seen(page, vision))
            next_ticket(page)
    assert set(grounds) == wanted
    for one, other in combinations(grounds, 2):
        assert np.linalg.norm(grounds[one] - grounds[other]) >= FAR_APART, (one, other)


def test_an_order_is_not_offered_while_the_next_guest_is_checked(context: BrowserContext, server: DoorDouble) -> None:
    page = still_page(context, server, "ja")
    acts = dict(online_verdicts())
    acts["go_in"](page, server)
    expect(page.locator("[data-party=verdict]")).to_be_visible()
    acts["moment"](page, server)
    expect_verdict(page, "checking", "room_full")
    expect(page.locator("[data-party=verdict]")).to_be_hidden()
