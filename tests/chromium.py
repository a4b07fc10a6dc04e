"""The system's Chromium for tests. Playwright can run only once in a process: every test takes it from here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

# As root Chromium has no sandbox to offer; nothing may call home.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
# Typing and keys are tested without a picture, so that nothing else is scanned meanwhile.
NO_CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=0"]


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """Start Chromium with these arguments besides the usual ones."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*ARGUMENTS, *arguments])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver, as long as this process tests."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium without a camera for all tests of this process; each opens a context of its own."""
    with launch(playwright, *NO_CAMERA) as running:
        yield running
