"""The QR symbol, read back by two independent readers."""

import io
import re

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw
from qrcode.exceptions import DataOverflowError

from ticketing.tickets import qr
from ticketing.tickets.code import derive

CODES = [derive(b"a key of the tests, 32 bytes long", "ticket", issue) for issue in range(1, 9)]


def _image(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


@pytest.mark.parametrize("code", CODES)
def test_two_readers_read_the_code_back(code: str) -> None:
    image = _image(qr.png(code, 6))
    assert cv2.QRCodeDetector().detectAndDecode(image)[0] == code
    [found] = zxingcpp.read_barcodes(image)
    assert (found.text, found.ec_level) == (code, "Q")


def test_the_symbol_is_version_2_with_a_quiet_zone_of_four_modules() -> None:
    rows = qr.matrix(CODES[0])
    assert (len(rows), {len(row) for row in rows}) == (25, {25})
    image = _image(qr.png(CODES[0], 3))
    assert image.shape == (99, 99)
    assert image[:12].min() == image[-12:].min() == image[:, :12].min() == image[:, -12:].min() == 255


def test_a_png_is_black_and_white_and_small() -> None:
    written = qr.png(CODES[0], 12)
    assert Image.open(io.BytesIO(written)).mode == "1"
    assert len(written) < 1500


def test_the_svg_path_draws_the_same_modules() -> None:
    image = Image.new("L", (33, 33), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", qr.svg_path(CODES[0])):
        draw.line((int(x), int(y), int(x) + int(length) - 1, int(y)), fill=0)
    assert np.array_equal(np.asarray(image), _image(qr.png(CODES[0], 1)))


def test_a_text_that_does_not_fit_is_refused() -> None:
    with pytest.raises(DataOverflowError):
        qr.matrix(CODES[0] + "1")
