"""Every text on every page exists in Japanese, and no translation is left over."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from ticketing.app import PACKAGE

ROOT = Path(__file__).parents[2]


def extracted(tmp_path: Path) -> Catalog:
    """The texts that stand in the code and the templates now."""
    pot = tmp_path / "messages.pot"
    arguments = ["pybabel", "-q", "extract", "-F", str(ROOT / "pyproject.toml"), "-k", "lazy_gettext"]
    CommandLineInterface().run([*arguments, "-o", str(pot), str(ROOT)])
    return read_po(BytesIO(pot.read_bytes()))


def japanese() -> Catalog:
    """The Japanese catalog as it is committed."""
    return read_po(BytesIO((PACKAGE / "locale/ja/LC_MESSAGES/messages.po").read_bytes()))


def test_every_text_is_translated_and_none_is_left_over(tmp_path: Path) -> None:
    wanted = {message.id for message in extracted(tmp_path) if message.id}
    there = {message.id: message for message in japanese() if message.id}
    assert wanted == set(there)
    assert [m.id for m in there.values() if not m.string or m.fuzzy] == []


def test_translations_use_the_same_placeholders() -> None:
    for message in japanese():
        named = [sorted(re.findall(r"%\((\w+)\)s", str(text))) for text in (message.id, message.string)]
        assert named[0] == named[1], message.id
