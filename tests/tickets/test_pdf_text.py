"""Line breaking, fallback of fonts and vertical setting, without looking at a page."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from ticketing.tickets import vertical
from ticketing.tickets.fonts import BODY, BOLD, DISPLAY, default_case, drawable
from ticketing.tickets.fonts_embed import to_unicode
from ticketing.tickets.pdf_text import Setter, Style

STYLE = Style(9, 13)
SETTER = Setter(Canvas(io.BytesIO()), default_case())
MIXED = st.text(st.sampled_from("あいうンー、。「」（）漢字映画 AIabc,.-&1234𠮷髙"), max_size=80)


@settings(deadline=None)
@given(text=MIXED, width=st.integers(40, 200))
def test_no_line_is_wider_than_its_column_and_nothing_is_lost(text: str, width: int) -> None:
    lines = SETTER.wrap(text, width, STYLE)
    assert all(SETTER.width(line, STYLE) <= width + 0.01 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_no_line_starts_with_a_mark_that_belongs_to_the_line_before() -> None:
    text = "写真をネットに載せないでください。転売されたチケットは、入場をお断りすることがあります（例）。"
    for width in range(60, 200, 7):
        assert not [line for line in SETTER.wrap(text, width, STYLE) if line[0] in "、。）ー" or line[-1] == "（"]


def test_latin_words_stay_whole_where_they_fit() -> None:
    words = "Resold tickets may be refused at the door"
    lines = SETTER.wrap(words, 60, STYLE)
    assert " ".join(lines) == words


@settings(deadline=None)
@given(text=MIXED, most=st.integers(1, 3))
def test_fitted_text_keeps_to_its_lines(text: str, most: int) -> None:
    lines, style = SETTER.fit([text * 3], 60, most, STYLE)
    assert len(lines) * style.leading <= most * STYLE.leading + 0.2
    assert all(SETTER.width(line, style) <= 60.01 for line in lines)


@pytest.mark.parametrize(
    ("text", "chain", "fonts"),
    [
        ("山田", BODY, ["BIZUDPGothic-Regular"]),
        ("𠮷田", BOLD, ["NotoSansJP-Bold", "BIZUDPGothic-Bold"]),
        ("1 DAYチケット", DISPLAY, ["LeagueGothic-Regular", "BIZUDPGothic-Bold"]),
    ],
)
def test_each_character_comes_from_the_first_font_that_has_it(
    text: str, chain: tuple[str, ...], fonts: list[str]
) -> None:
    assert [run.font for run in default_case().runs(text, chain)] == fonts


def test_characters_without_a_picture_are_not_drawn() -> None:
    assert drawable("葛\U000e0100\ufe0f\u200d城\u00a0か\u3099") == "葛城 が"


def test_the_map_back_to_unicode_writes_surrogate_pairs() -> None:
    written = to_unicode([0x41, 0x20BB7]).decode()
    assert "<00> <0041>" in written
    assert "<01> <D842DFB7>" in written


def test_the_map_back_to_unicode_keeps_to_blocks_of_100() -> None:
    counts = re.findall(r"(\d+) beginbfchar", to_unicode(range(32, 282)).decode())
    assert counts == ["100", "100", "50"]


def test_a_vertical_title_sets_short_latin_upright_and_long_marks_lying() -> None:
    kinds = [(cell.text, cell.kind) for cell in vertical.cells("AI、ショー「Tokyo」", SETTER)]
    assert kinds == [
        ("AI", "upright"),
        ("、", "stop"),
        ("シ", "plain"),
        ("ョ", "small"),
        ("ー", "lying"),
        ("「", "lying"),
        ("Tokyo", "lying"),
        ("」", "lying"),
    ]


@settings(deadline=None)
@given(lines=st.lists(MIXED.filter(str.strip), min_size=1, max_size=3))
def test_a_vertical_title_fits_its_box(lines: list[str]) -> None:
    title = vertical.fit(lines, (311, 328), SETTER, 56)
    assert len(title.columns) * vertical.COLUMN * title.size <= 311
    for number, column in enumerate(title.columns):
        height = sum(cell.height for cell in column) + vertical.LOWER * (number % 2)
        assert height * title.size <= 328 + title.size


def test_no_column_of_a_title_starts_with_a_mark() -> None:
    title = vertical.fit(["アートフェスティバル、ショートショートの夜。"], (311, 328), SETTER, 56)
    assert not [column for column in title.columns if column[0].text in "ー、。ョ"]
