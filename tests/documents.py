"""Reading the documents: tables by the name of their first column, code, examples, headings, links."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|href)=\"([^\"]+)\"")

Row = tuple[str, ...]


def document(name: str) -> str:
    """The text of one document, by its path from the top."""
    return (ROOT / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    """The text without its fenced blocks."""
    return FENCED.sub("", text)


def blocks(text: str) -> str:
    """The fenced blocks alone."""
    return "\n".join(body for _, body in FENCED.findall(text))


def codes(text: str) -> list[str]:
    """What stands between backticks in a line."""
    return re.findall(r"`([^`\n]+)`", prose(text))


def rows(text: str, header: str) -> list[Row]:
    """The rows of all tables whose first column has this name."""
    found: list[Row] = []
    inside = False
    for line in prose(text).splitlines():
        cells = tuple(cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))
        if not line.startswith("|"):
            inside = False
        elif cells[0] == header:
            inside = True
        elif inside and cells[0].strip("-: "):
            found.append(cells)
    return found


def named(text: str, header: str) -> dict[str, Row]:
    """The same rows by the code in their first column; one name may not have two rows."""
    found = rows(text, header)
    by_name = {codes(row[0])[0]: row for row in found}
    assert len(by_name) == len(found), f"a name stands twice under {header}"
    return by_name


def section(text: str, heading: str) -> str:
    """What stands under this heading, up to the next one."""
    match = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", prose(text), re.MULTILINE | re.DOTALL)
    assert match, f"there is no heading {heading!r}"
    return match[1]


def example(text: str, label: str) -> Any:
    """The JSON of the fenced block that begins with "json" and this label."""
    found = [body for info, body in FENCED.findall(text) if info == f"json {label}"]
    assert len(found) == 1, f"{len(found)} examples {label!r}"
    return json.loads(found[0])


def anchors(text: str) -> set[str]:
    """The names by which links reach the headings."""
    titles = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(text: str) -> list[str]:
    """Where links and pictures of the text lead."""
    return [bracketed or quoted for bracketed, quoted in LINK.findall(prose(text))]
