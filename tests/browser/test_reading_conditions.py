"""Tickets of our own, on paper and on phones, held before the camera as badly as doors see them.

READING_TICKETS=20 READING_REPORT=reading.txt scripts/test tests/browser/test_reading_conditions.py
"""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from conditions import CONDITIONS, film
from door_double import DoorDouble
from fake_camera import Picture, camera_arguments
from playwright.sync_api import Playwright, expect
from pypdfium2 import PdfDocument
from scanner import pair, ticket_image

from chromium import launch
from factories import House

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
TICKETS = int(os.environ.get("READING_TICKETS", "1"))
REPORT = os.environ.get("READING_REPORT", "")
HELD, GAP = 0.9, 0.4
PAGES_DPI = 150


@pytest.fixture
def tickets(house: House) -> list[tuple[str, Picture, Picture]]:
    """Bought tickets: the code, the page of the PDF, the symbol as a phone shows it."""
    found: list[tuple[str, Picture, Picture]] = []
    for _ in range(-(-TICKETS // 4)):
        path = house.buy(day=min(4, TICKETS - len(found)))
        pdf = PdfDocument(BytesIO(house.client.get(f"{path}/tickets.pdf").data))
        for number, code in enumerate(house.codes(path)):
            page = pdf[number].render(scale=PAGES_DPI / 72).to_numpy()
            found.append((code, _half(np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2BGR), np.uint8)), ticket_image(code)))
    return found


@pytest.fixture
def sheets(house: House) -> list[tuple[str, Picture, Picture]]:
    """The same tickets on sheets the size of a phone, shown whole on its screen."""
    path = house.buy(day=min(4, TICKETS))
    pdf = PdfDocument(BytesIO(house.client.get(f"{path}/tickets.pdf?size=phone").data))
    pages = [np.asarray(cv2.cvtColor(page.render(scale=2).to_numpy(), cv2.COLOR_RGB2BGR), np.uint8) for page in pdf]
    return [(code, page, page) for code, page in zip(house.codes(path), pages, strict=True)]


def _half(page: Picture) -> Picture:
    """The half with the ticket: the sheet is folded once."""
    return page[page.shape[0] // 2 :]


@pytest.fixture
def shown(server: DoorDouble, playwright: Playwright, tmp_path: Path) -> Callable[..., None]:
    """Holds tickets before the scanner's camera under a condition: all of them must be read."""

    def hold(condition: str, tickets: list[tuple[str, Picture, Picture]]) -> None:
        for code, _, _ in tickets:
            server.admit(code)
        scene = CONDITIONS[condition]
        clip = film(tmp_path / "film.mjpeg", [(scene, page, symbol) for _, page, symbol in tickets], held=HELD, gap=GAP)
        browser = launch(playwright, *camera_arguments(clip))
        try:
            page = pair(browser.new_page(), server)
            expect(page.locator("#camera-frame")).to_have_attribute("data-state", "live")
            read = watch(server, lambda: page.wait_for_timeout(500), len(tickets) * (HELD + GAP))
        finally:
            browser.close()
        if REPORT:
            with Path(REPORT).open("a", encoding="utf-8") as out:
                out.write(f"{condition}: {len(read)} of {len(tickets)}\n")
        assert read == {code for code, _, _ in tickets}

    return hold


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_ticket_is_read(
    condition: str, tickets: list[tuple[str, Picture, Picture]], shown: Callable[..., None]
) -> None:
    shown(condition, tickets)


@pytest.mark.parametrize("condition", ["paper", "paper, out of focus", "paper, dark foyer"])
def test_the_sheet_for_a_phone_is_read(
    condition: str, sheets: list[tuple[str, Picture, Picture]], shown: Callable[..., None]
) -> None:
    shown(condition, sheets)


def watch(server: DoorDouble, wait: Callable[[], None], seconds: float) -> set[str]:
    """Let the film run once and a half, for it may have been in its middle; says which codes were asked about."""
    for _ in range(round((seconds * 1.5 + 3) / 0.5)):
        wait()
        if len({scan["code"] for scan in server.scans}) == TICKETS:
            break
    return {scan["code"] for scan in server.scans}
