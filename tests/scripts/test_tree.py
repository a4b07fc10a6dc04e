"""What the tracked files may not hold, wherever they are: this machine, an index of packages, another host."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SELF = Path(__file__).resolve().relative_to(ROOT)
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:work|root|home|Users)/\w[\w./-]*")
PACKAGE_INDEX = re.compile(
    r"pypi\.org|pythonhosted|npmjs|yarnpkg|jsdelivr|unpkg|--(?:extra-)?index-url|--find-links", re.I
)
ADDRESS = re.compile(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+[^\s\"'<>)]*")
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/1999/xhtml"}
LARGEST_BYTES = 600_000


def tracked() -> list[Path]:
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return [Path(name) for name in names if name and (ROOT / name).is_file()]


def texts(*suffixes: str) -> dict[Path, str]:
    chosen = [path for path in tracked() if path != SELF and (not suffixes or path.suffix in suffixes)]
    return {path: (ROOT / path).read_text(encoding="utf-8", errors="replace") for path in chosen}


def found(pattern: re.Pattern[str], among: dict[Path, str]) -> list[str]:
    return [f"{path}: {hit.group()}" for path, text in among.items() for hit in pattern.finditer(text)]


def test_no_file_names_a_folder_of_some_machine() -> None:
    assert found(MACHINE_PATH, texts()) == []


def test_no_file_names_an_index_of_packages() -> None:
    assert found(PACKAGE_INDEX, texts()) == []


def test_lock_files_hold_versions_and_hashes_but_no_address() -> None:
    locks = {path: text for path, text in texts().items() if path.suffix == ".lock" or path.name == "package-lock.json"}
    assert len(locks) == 5
    assert found(re.compile(r"\w+://\S+|\bresolved\b"), locks) == []


def test_every_locked_python_package_has_its_hashes() -> None:
    for path, text in texts(".lock").items():
        for entry in re.split(r"\n(?=\w)", text)[1:]:
            assert re.match(r"[\w.-]+==[\w.]+(?: ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}", entry), (path, entry)


def test_every_locked_browser_package_has_its_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, facts in packages.items() if name and "integrity" not in facts] == []


def test_pages_styles_and_scripts_name_no_other_host() -> None:
    pages = {path: text for path, text in texts(".css", ".js", ".html", ".svg").items() if path.parts[0] != "docs"}
    foreign = [hit for hit in found(ADDRESS, pages) if hit.split(": ", 1)[1] not in NAMESPACES]
    assert foreign == []


def test_no_file_is_large() -> None:
    assert [str(path) for path in tracked() if (ROOT / path).stat().st_size > LARGEST_BYTES] == []


@pytest.mark.parametrize("folder", ["scripts", ".ci"])
def test_commands_can_be_run_as_they_are(folder: str) -> None:
    commands = [path for path in tracked() if path.parts[0] == folder and not path.suffix]
    assert commands
    for path in commands:
        assert os.access(ROOT / path, os.X_OK), path
        assert (ROOT / path).read_text(encoding="utf-8").startswith("#!/usr/bin/env "), path
