"""A real Chromium, the double of the door's server, and a paired scanner page."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from door_double import DoorDouble, copy_of_built_assets, serve_double
from fake_camera import Picture, camera_arguments, write_clip
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from scanner import RECORD_VERDICTS, pair
from werkzeug.serving import make_server

from chromium import launch
from factories import House

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_built_assets(tmp_path_factory.mktemp("assets") / "build")


@pytest.fixture
def server(assets: Path) -> Iterator[DoorDouble]:
    with serve_double(DoorDouble(assets)) as double:
        yield double


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 820, "height": 1180}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, server: DoorDouble) -> Page:
    """A scanner in Japanese, paired as A-2, on its idle screen."""
    return pair(context.new_page(), server)


@pytest.fixture
def filmed(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens an empty page in a Chromium whose camera sees the given pictures, and whose verdicts are written down."""
    opened: list[Browser] = []

    def show(*images: Picture, **timing: float) -> Page:
        clip = write_clip(tmp_path / "film.mjpeg", images, **timing)
        opened.append(launch(playwright, *camera_arguments(clip)))
        page = opened[-1].new_page()
        page.add_init_script(RECORD_VERDICTS)
        return page

    yield show
    for one in opened:
        one.close()


@pytest.fixture
def film(filmed: Callable[..., Page], server: DoorDouble) -> Callable[..., Page]:
    """Opens a paired scanner whose camera sees the given pictures."""
    return lambda *images, **timing: pair(filmed(*images, **timing), server)


@pytest.fixture
def address(house: House) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens a path in a new visitor's browser; complaints about the content policy and broken scripts are kept."""
    opened = []

    def go(path: str, **options: object) -> Page:
        context = browser.new_context(**{"viewport": PHONE, "reduced_motion": "reduce", **options})  # type: ignore[arg-type]
        opened.append(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.goto(address + path)
        assert complaints == []
        return page

    yield go
    for context in opened:
        context.close()
