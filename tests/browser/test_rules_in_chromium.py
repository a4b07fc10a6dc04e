"""The rule of the door in a real Chromium: the vectors that Python passes, on the file that tablets run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from door_double import ROOT
from node_tablet import esbuild
from playwright.sync_api import Browser

from door_vectors import CASES, javascript_facts

pytestmark = pytest.mark.browser


def test_chromium_judges_as_the_server_does(browser: Browser, tmp_path: Path) -> None:
    bundled = tmp_path / "rules.js"
    source = ROOT / "src" / "ticketing" / "static" / "door" / "_rules.js"
    esbuild(source, bundled, "--format=iife", "--global-name=rules")
    page = browser.new_page()
    page.add_script_tag(path=bundled)
    said: list[Any] = page.evaluate("(all) => all.map((facts) => rules.judge(facts))", [*map(javascript_facts, CASES)])
    page.close()
    assert dict(zip([one["name"] for one in CASES], said, strict=True)) == {one["name"]: one["expect"] for one in CASES}
