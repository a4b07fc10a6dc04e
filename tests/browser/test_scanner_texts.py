"""The two columns of the scanner's texts say the same things, and hold whatever the page asks for."""

import re

import pytest
from door_double import ROOT
from scanner import REASONS

from ticketing.door.screen_texts import screen_texts

JAPANESE, ENGLISH = screen_texts()["ja"], screen_texts()["en"]


def test_both_languages_have_the_same_texts_with_the_same_gaps() -> None:
    gaps = re.compile(r"\{\w+\}")
    assert JAPANESE.keys() == ENGLISH.keys()
    for key, text in JAPANESE.items():
        assert set(gaps.findall(text)) == set(gaps.findall(ENGLISH[key])), key


DETAILS = ("not_listed", "no_permit", "not_home", "no_list", "storage", "other_tab")


@pytest.mark.parametrize("reason", [*REASONS, *DETAILS, "malformed", "undecided", "device_revoked", "undone"])
def test_every_reason_is_explained(reason: str) -> None:
    assert JAPANESE[f"{reason}.why"] != ENGLISH[f"{reason}.why"]


@pytest.mark.parametrize("detail", DETAILS)
def test_every_open_question_says_what_to_do(detail: str) -> None:
    assert JAPANESE[f"{detail}.do"] != ENGLISH[f"{detail}.do"]


def test_whatever_the_page_names_is_there() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates" / "door").iterdir())
    folder = ROOT / "src" / "ticketing" / "static" / "door"
    scripts = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    named = re.findall(r'(?:say\(texts, lang, |texts\[lang\]\[)["\']([\w.]+)["\'][)\]]', pages)
    named += re.findall(r'(?:say|tell|complain|forget)\("([\w.]+)"', scripts)
    assert len(named) > 50
    assert set(named) - JAPANESE.keys() == set()
