"""The ticket as a PDF: read back by independent readers of PDF and QR, in both languages, with hard names."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from printed import ART, EN, EVENT_ONLY, JA, ONE_DAY, ticket
from ticketing.tickets.code import grouped
from ticketing.tickets.fonts import Case
from ticketing.tickets.pdf import EventTexts, TicketPage, render

LONG_NAMES = [
    "寿限無寿限無五劫のすりきれ海砂利水魚の水行末雲来末風来末食う寝るところに住むところやぶらこうじのぶらこうじ",
    "Wolfeschlegelsteinhausenbergerdorff Konstantinopolitanischer Maximilian von und zu Hohenlohe-Langenburg",
    "W" * 100,
]


def _text(written: bytes, page: int = 0) -> str:
    return str(pypdfium2.PdfDocument(written)[page].get_textpage().get_text_range())


def _picture(written: bytes, dpi: int, page: int = 0) -> np.ndarray:
    drawn = pypdfium2.PdfDocument(written)[page].render(scale=dpi / 72)
    return np.asarray(drawn.to_pil().convert("L"))


def _fonts(written: bytes) -> Iterator[tuple[str, bool]]:
    """Every font that the first page names: base name, embedded or not."""
    for font in PdfReader(io.BytesIO(written), strict=True).pages[0]["/Resources"]["/Font"].values():
        yield font["/BaseFont"], "/FontFile2" in font["/FontDescriptor"]


@pytest.mark.parametrize("page", [ticket("山田 花子"), ticket("Misaki Takahashi", 3, EN, EVENT_ONLY)], ids=["ja", "en"])
def test_a_ticket_says_who_when_where_and_which(page: TicketPage) -> None:
    text = _text(render([page], ART))
    event = page.event
    for part in (page.attendee, event.date, event.times, event.venue, page.tier.name, page.count, page.price):
        assert part in text
    assert f"{page.order_code}-{page.number}" in text
    assert grouped(page.code) in text


def test_every_ticket_of_an_order_has_its_own_sheet_of_a4() -> None:
    pages = [ticket("山田 花子"), ticket("佐藤 健", 2), ticket("鈴木 一郎", 3, tier=replace(ONE_DAY, name="2 DAYS"))]
    written = render(pages, ART)
    sheets = PdfReader(io.BytesIO(written), strict=True).pages
    assert [[round(float(side)) for side in sheet.mediabox[2:]] for sheet in sheets] == [[595, 842]] * 3
    assert [page.attendee in _text(written, number) for number, page in enumerate(pages)] == [True] * 3
    assert "2 DAYS" in _text(written, 2)


@pytest.mark.parametrize("dpi", [72, 150])
def test_two_readers_read_the_code_from_the_printed_page(dpi: int) -> None:
    pages = [ticket("山田 花子"), ticket("佐藤 健", 2), ticket("Misaki Takahashi", 3, EN, EVENT_ONLY)]
    written = render(pages, ART)
    for number, page in enumerate(pages):
        picture = _picture(written, dpi, number)
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [page.code]
        assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == page.code


@pytest.mark.parametrize(
    "name", ["𠮷田 太郎", "髙﨑 渚", "葛城 𩸽", "渡邉 邊", "Åse Müller-Đorđević", "신철", "陈 张伟"]
)
def test_rare_characters_are_drawn_and_copied_right(name: str) -> None:
    written = render([ticket(name)], ART)
    assert name in _text(written)
    assert name in PdfReader(io.BytesIO(written), strict=True).pages[0].extract_text()


def test_a_variation_selector_is_left_out_and_a_loose_voicing_mark_joined() -> None:
    assert "葛城 がく" in _text(render([ticket("葛\U000e0100城 か\u3099く")], ART))


def test_what_no_font_has_is_a_geta_and_counted_without_the_name(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        written = render([ticket("ไท 山田")], ART)
    assert "〓〓 山田" in _text(written)
    assert [record.getMessage()[:12] for record in caplog.records] == ["2 characters"]
    assert "山田" not in caplog.text


@pytest.mark.parametrize("name", ["山田 花子", "𠮷田 髙﨑"])
def test_every_font_is_embedded_as_a_subset(name: str) -> None:
    fonts = dict(_fonts(render([ticket(name)], ART)))
    assert {"BIZUDPGothic-Regular", "BIZUDPGothic-Bold", "LeagueGothic-Regular"} <= {
        font.partition("+")[2] for font in fonts
    }
    assert all(fonts.values())
    assert all(font[7] == "+" for font in fonts)


@pytest.mark.parametrize(("event", "language"), [(JA, "ja"), (EN, "en")])
def test_language_and_title_are_set(event: EventTexts, language: str) -> None:
    read = PdfReader(io.BytesIO(render([ticket("A", 1, event)], ART)), strict=True)
    assert read.trailer["/Root"]["/Lang"] == language
    assert read.metadata is not None
    assert (
        read.metadata.title
        == {
            "ja": "AIと映画制作の未来 K7M2QFX",
            "en": "The Future of Filmmaking with AI K7M2QFX",
        }[language]
    )


@pytest.mark.parametrize("name", ["山田 花子", LONG_NAMES[0], "𠮷田 髙﨑 花子"])
def test_the_file_of_one_ticket_is_small(name: str) -> None:
    assert len(render([ticket(name)], ART)) <= 150_000


@pytest.mark.parametrize("name", LONG_NAMES)
def test_a_long_name_never_reaches_the_qr(name: str) -> None:
    short, long = (_picture(render([ticket(each, event=EN)], ART), 72) for each in ("A", name))
    changed = np.argwhere(short != long)
    own_code = (changed[:, 1] > 139 * 72 / 25.4) | (changed[:, 0] > 275 * 72 / 25.4)
    assert changed[~own_code].size > 0
    assert changed[~own_code][:, 1].max() <= 134.5 * 72 / 25.4
    assert changed[~own_code][:, 0].max() <= (148.5 + 94) * 72 / 25.4


def test_long_fixed_texts_stay_inside_the_margins() -> None:
    title = ("An Evening of Short Films From Eleven Countries With Talks by Their Makers and a Reception",)
    long = replace(EN, title_lines=title, venue="A hall " * 40, notes=("Please read. " * 60,), organizer="Ltd. " * 99)
    tier = replace(EVENT_ONLY, name="SATURDAY AND SUNDAY, BALCONY, WITH RECEPTION", admits=("A program.",) * 20)
    picture = _picture(render([ticket("A", event=long, tier=tier)], ART), 72)
    margin = int(9.5 * 72 / 25.4)
    assert picture[:, :margin].min() == picture[:, -margin:].min() == picture[-margin:].min() == 255


@pytest.mark.parametrize(
    "title", ["「短編」、映画とアートフェスティバルの夜に集う人びとの記録", "A", "Tokyo International"]
)
def test_any_japanese_title_stays_above_the_fold(title: str) -> None:
    picture = _picture(render([ticket("A", event=replace(JA, title_lines=(title,), other_title=""))], ART), 72)
    empty = picture[int(141 * 72 / 25.4) : int(147.5 * 72 / 25.4)]
    assert empty.min() == 255


def test_a_rehearsal_ticket_carries_a_black_band() -> None:
    rehearsal = replace(EN, rehearsal="REHEARSAL: not valid for entry")
    plain, marked = (render([ticket("A", event=event)], ART) for event in (EN, rehearsal))
    assert "REHEARSAL: not valid for entry" in _text(marked)
    band = slice(int(150 * 72 / 25.4), int(154 * 72 / 25.4))
    dark = [(_picture(written, 72)[band, 40:550] < 60).mean() for written in (plain, marked)]
    assert dark[0] == 0
    assert dark[1] > 0.7


@pytest.mark.parametrize("sign", "●◐▲■◆")
def test_each_tier_sign_looks_different(sign: str) -> None:
    others = set("●◐▲■◆") - {sign}
    pictures = [
        _picture(render([ticket("A", event=EN, tier=replace(EVENT_ONLY, sign=each))], ART), 72).tobytes()
        for each in (sign, *others)
    ]
    assert pictures.count(pictures[0]) == 1


def test_threads_may_print_at_the_same_time() -> None:
    names = [f"{family} {given}" for family in ("山田", "𠮷田", "Smith") for given in ("花子", "一郎", "Ann")]
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda name: render([ticket(name)], ART), names))
    assert [name in _text(each) for name, each in zip(names, written, strict=True)] == [True] * len(names)


def test_no_tickets_and_no_fonts_are_errors_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        render([], ART)
    with pytest.raises(FileNotFoundError, match="scripts/setup"):
        render([ticket("A")], ART, Case(tmp_path))
