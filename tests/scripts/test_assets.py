"""What scripts/assets builds: every name leads to a file, nothing leads elsewhere, running servers keep theirs."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ticketing.tickets.fonts import BODY, BOLD

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "src" / "ticketing" / "static" / "build"
FOREIGN = re.compile(rb"(?:url\(|@import|src=)\s*[\"']?(?:https?:)?//[^\s\"')]+")


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    names: dict[str, str] = json.loads((BUILD / "manifest.json").read_text())
    return names


def test_every_name_leads_to_a_file_with_its_hash(manifest: dict[str, str]) -> None:
    for name, built in manifest.items():
        assert (BUILD / built).is_file(), name
        assert re.search(r"-[A-Z2-7]{8}\.\w+$", built), built


def test_texts_are_there_compressed_as_well(manifest: dict[str, str]) -> None:
    for built in manifest.values():
        if Path(built).suffix in {".css", ".js", ".svg", ".wasm"}:
            packed = BUILD / f"{built}.gz"
            assert gzip.decompress(packed.read_bytes()) == (BUILD / built).read_bytes()


def test_no_style_sheet_fetches_from_another_host(manifest: dict[str, str]) -> None:
    sheets = [built for built in manifest.values() if built.endswith(".css")]
    assert sheets
    assert [hit for built in sheets for hit in FOREIGN.findall((BUILD / built).read_bytes())] == []


def test_the_scanner_and_the_font_are_the_ones_of_their_packages(manifest: dict[str, str]) -> None:
    modules = ROOT / "node_modules"
    scanner = modules / "zxing-wasm/dist/reader/zxing_reader.wasm"
    font = modules / "@fontsource/league-gothic/files/league-gothic-latin-400-normal.woff2"
    assert (BUILD / manifest["door/zxing_reader.wasm"]).read_bytes() == scanner.read_bytes()
    assert (BUILD / manifest["fonts/league-gothic.woff2"]).read_bytes() == font.read_bytes()


@pytest.mark.parametrize("font", [*BODY, *BOLD])
def test_fonts_for_the_pdf_come_with_their_licence(font: str) -> None:
    assert (BUILD / "fonts" / f"{font}.ttf").read_bytes()[:4] == b"\x00\x01\x00\x00"
    licence = (BUILD / "fonts" / f"{font.split('-')[0]}-LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence.upper()


def test_one_list_holds_all_licences() -> None:
    text = (BUILD / "LICENSES.txt").read_text(encoding="utf-8")
    fonts = ("BIZ UDPGothic", "Noto Sans JP", "Noto Sans KR", "Noto Sans SC", "League Gothic")
    for words in (*fonts, "zxing-wasm", "Apache License"):
        assert words in text


class Checkout:
    """A small copy of the project that shares the fetched packages with this one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "scripts").mkdir()
        shutil.copy(ROOT / "scripts" / "assets", root / "scripts")
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / name, root)
        for name in ("node_modules", ".venv"):
            (root / name).symlink_to(ROOT / name)
        self.sheet = root / "src/ticketing/static/css/shop.css"
        self.sheet.parent.mkdir(parents=True)
        self.sheet.write_text("p { color: red }")

    def build(self) -> str:
        command = [sys.executable, "scripts/assets", "build", "--test"]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout

    def sheets(self) -> set[str]:
        return {path.name for path in self.sheet.parents[1].glob("build/css/*.css")}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_second_build_does_nothing(checkout: Checkout) -> None:
    assert "built" in checkout.build()
    assert checkout.build() == ""


def test_a_change_gives_a_new_name_and_the_build_before_stays(checkout: Checkout) -> None:
    checkout.build()
    first = checkout.sheets()
    checkout.sheet.write_text("p { color: blue }")
    checkout.build()
    both = checkout.sheets()
    checkout.sheet.write_text("p { color: green }")
    checkout.build()
    assert len(first) == 1
    assert first < both
    assert len(both) == 2
    assert len(checkout.sheets()) == 2
    assert not first & checkout.sheets()


def test_parts_of_others_are_not_built_on_their_own(checkout: Checkout) -> None:
    checkout.sheet.with_name("_tokens.css").write_text("p { margin: 0 }")
    checkout.sheet.write_text('@import "./_tokens.css";')
    checkout.build()
    (built,) = checkout.sheets()
    assert built.startswith("shop-")


def test_a_broken_source_is_told_and_builds_nothing(checkout: Checkout) -> None:
    checkout.sheet.with_suffix(".js").write_text("let let")
    with pytest.raises(subprocess.CalledProcessError) as told:
        checkout.build()
    assert "shop.js" in told.value.stderr
    assert not (checkout.sheet.parents[1] / "build" / "manifest.json").exists()
