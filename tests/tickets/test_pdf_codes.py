"""The codes of printed tickets, read by three programs that have nothing in common: zxing-cpp, OpenCV and jsQR."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from node_tablet import node

from printed import ART, EN, EVENT_ONLY, ticket
from ticketing.tickets.pdf import PHONE, SHEET, Sheet, render

HERE = Path(__file__).parent
Picture = np.ndarray
PAGES = [ticket("山田 花子"), ticket("佐藤 健", 2), ticket("Misaki Takahashi", 3, EN, EVENT_ONLY)]


def _soft(picture: Picture) -> Picture:
    """Out of focus, by a pixel and a half."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.5), np.uint8)


def _cheap_ink(picture: Picture) -> Picture:
    """A pale printer on grey paper: ink that runs into its neighbours, half the contrast, a camera's grain."""
    run = cv2.GaussianBlur(cv2.erode(picture, np.ones((2, 2), np.uint8)), (0, 0), 1.2)
    grain = cv2.GaussianBlur(np.random.default_rng(7).normal(0, 8, run.shape), (0, 0), 0.8)
    return np.asarray(np.clip(80 + 0.5 * run + grain, 0, 255), np.uint8)


PRINTS: Mapping[str, Callable[[Picture], Picture]] = {"sharp": np.asarray, "soft": _soft, "cheap ink": _cheap_ink}


def _read_by_jsqr(pictures: list[Picture], folder: Path) -> list[str]:
    files = []
    for number, picture in enumerate(pictures):
        path = folder / f"{number}-{picture.shape[1]}x{picture.shape[0]}.rgba"
        path.write_bytes(cv2.cvtColor(picture, cv2.COLOR_GRAY2RGBA).tobytes())
        files.append(str(path))
    done = subprocess.run([node(), str(HERE / "jsqr.mjs"), *files], capture_output=True, text=True, check=True)
    read: list[str] = json.loads(done.stdout)
    return read


@pytest.mark.parametrize("print_name", PRINTS)
@pytest.mark.parametrize("dpi", [100, 150])
@pytest.mark.parametrize(("sheet", "below"), [(SHEET, 0.5), (PHONE, 0.27)], ids=["A4", "phone"])
def test_three_readers_read_the_code_of_every_sheet(
    sheet: Sheet, below: float, dpi: int, print_name: str, tmp_path: Path
) -> None:
    written = pypdfium2.PdfDocument(render(PAGES, ART, sheet=sheet))
    drawn = [np.asarray(page.render(scale=dpi / 72).to_pil().convert("L")) for page in written]
    pictures = [PRINTS[print_name](picture) for picture in drawn]
    # jsQR takes the first thing that looks like a symbol, which may be the art: it is shown what stands below that.
    tickets = [PRINTS[print_name](picture[round(below * len(picture)) :]) for picture in drawn]
    codes = [page.code for page in PAGES]
    assert [found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)] == codes
    assert [cv2.QRCodeDetector().detectAndDecode(picture)[0] for picture in pictures] == codes
    assert _read_by_jsqr(tickets, tmp_path) == codes
