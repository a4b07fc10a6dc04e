"""Every page of the shop, in every state and both languages, under the eyes of the HTML validator."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories import House
from html_validator import faults_of
from shop_walk import Walk, pages_of_the_shop


class Files:
    """Keeps pages as files, by name."""

    def __init__(self, house: House, folder: Path, lang: str) -> None:
        self.house = house
        self.folder = folder
        self.lang = lang

    def page(self, name: str, path: str) -> None:
        """Keep the page at this path."""
        answer = self.house.client.get(f"{path}{'&' if '?' in path else '?'}lang={self.lang}")
        assert answer.mimetype == "text/html", (path, answer.status_code)
        self.answer(name, path, answer.text)

    def answer(self, name: str, path: str, text: str) -> None:
        """Keep what a form was answered with."""
        assert f'<html lang="{self.lang}"' in text, path
        (self.folder / f"{name}-{self.lang}.html").write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("with_wallets")
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_of_the_shop_is_valid_html(house: House, tmp_path: Path, lang: str) -> None:
    walk = Walk(house, Files(house, tmp_path, lang), lang, tmp_path)
    walk.everything()
    assert pages_of_the_shop(house) - walk.seen == set()
    assert len(list(tmp_path.glob("*.html"))) >= 50
    assert faults_of(tmp_path) == []
