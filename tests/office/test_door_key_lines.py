"""Lines keyed in from paper, as tired people type them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import Babel

from ticketing.office.door_key_lines import MOST_LINES, Day, Keyed, Unread, read_lines

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = Day(date(2025, 10, 26), TOKYO, datetime(2025, 10, 26, 6, 0, tzinfo=UTC))  # 15:00 in Tokyo


@pytest.fixture(autouse=True)
def speaking() -> Iterator[None]:
    """Refusals of lines are texts, which need an app."""
    app = Flask("lines")
    Babel(app)
    with app.app_context():
        yield


@pytest.mark.parametrize(
    "line",
    [
        "K7M2QFA-1 10:42",
        "  k7m2qfa-1   10:42  ",
        "Ｋ７Ｍ２ＱＦＡ－１　１０：４２",
        "K7M2QFA 1, 10.42",
        "K7M2QFAー1\t10時42分",
        "K7M2QFA–1;10:42 in",
        "K7M2QFA-1 10:42:00",
    ],
)
def test_a_line_is_understood_however_it_is_typed(line: str) -> None:
    (read,) = read_lines(line, DAY)
    assert isinstance(read, Keyed)
    assert (read.code, read.number, read.kind) == ("K7M2QFA", 1, "entry")
    assert read.at == datetime(2025, 10, 26, 10, 42, tzinfo=TOKYO)


@pytest.mark.parametrize("word", ["out", "OUT", "退場"])
def test_who_left_is_marked(word: str) -> None:
    (read,) = read_lines(f"K7M2QFA-1 10:42 {word}", DAY)
    assert isinstance(read, Keyed)
    assert read.kind == "exit"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("K7M2QFA 10:42", "Write the code"),
        ("K7M2QFA-1", "Write the code"),
        ("ten past nine", "Write the code"),
        ("K7M2QFA-1 25:00", "no such time"),
        ("K7M2QFA-1 10:61", "no such time"),
        ("K7M2QFA-1 16:30", "still to come"),
    ],
)
def test_what_cannot_be_read_says_why_and_keeps_what_was_typed(line: str, says: str) -> None:
    (read,) = read_lines(line, DAY)
    assert isinstance(read, Unread)
    assert read.text == line
    assert says in read.why


def test_empty_lines_are_nothing_and_too_many_are_kept_for_later() -> None:
    assert list(read_lines("\n \n", DAY)) == []
    found = list(read_lines("K7M2QFA-1 10:42\n\n" * (MOST_LINES + 2), DAY))
    assert sum(isinstance(one, Keyed) for one in found) == MOST_LINES
    assert sum(isinstance(one, Unread) for one in found) == 2
