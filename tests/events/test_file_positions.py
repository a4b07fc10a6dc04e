"""Every value of a TOML text is found on its line, however the text is written."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketing.events.file_faults import Path
from ticketing.events.file_positions import Positions

ODD = '''\
# a comment with [brackets] and = signs
top = 1

[ "sec tion" . b ]   # a comment
'lit.key'.x = "a # no comment ] }"
x."y\\"z" = """ends in two quotes"""""
long = """
[not.a.header]
also = "not a key"
"""
raw = \'\'\'
[[nor.this]]\'\'\'
next = true

[[rows]]
code = "a"
list = [
  1,
  # in between
  { p = [2, 3], q.r = 1979-05-27 07:32:00Z }, "four, not five", [
  ],
]
[rows.sub]
deep = -1.5e3

[[rows]]
code = 'b'
[[rows.parts]]
n = 0x1F
[[rows.parts]]
n = inf
[rows.parts.last]
empty = {}
[after]
at = 2025-10-26T10:00:00+09:00'''


def paths(value: Any, path: Path = ()) -> set[Path]:
    if isinstance(value, dict):
        return {path}.union(*(paths(item, (*path, key)) for key, item in value.items()))
    if isinstance(value, list):
        return {path}.union(*(paths(item, (*path, number)) for number, item in enumerate(value)))
    return {path}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("sec tion",), 4),
        (("sec tion", "b"), 4),
        (("sec tion", "b", "lit.key", "x"), 5),
        (("sec tion", "b", "x", 'y"z'), 6),
        (("sec tion", "b", "long"), 7),
        (("sec tion", "b", "raw"), 11),
        (("sec tion", "b", "next"), 13),
        (("rows",), 15),
        (("rows", 0), 15),
        (("rows", 0, "list"), 17),
        (("rows", 0, "list", 0), 18),
        (("rows", 0, "list", 1, "p", 1), 20),
        (("rows", 0, "list", 1, "q", "r"), 20),
        (("rows", 0, "list", 2), 20),
        (("rows", 0, "list", 3), 20),
        (("rows", 0, "sub", "deep"), 24),
        (("rows", 1), 26),
        (("rows", 1, "parts", 0, "n"), 29),
        (("rows", 1, "parts", 1), 30),
        (("rows", 1, "parts", 1, "last", "empty"), 33),
        (("after", "at"), 35),
    ],
)
def test_a_value_is_found_on_its_line(path: Path, line: int) -> None:
    assert Positions(ODD).lines[path] == line


def test_exactly_what_the_text_holds_is_found() -> None:
    assert Positions(ODD).lines.keys() == paths(tomllib.loads(ODD))


def test_what_is_missing_is_told_at_the_table_that_lacks_it() -> None:
    positions = Positions(ODD)
    assert positions.line(("rows", 1, "name", "ja")) == 26
    assert positions.line(("nowhere",)) == 1


def test_windows_line_ends_count_once() -> None:
    assert Positions(ODD.replace("\n", "\r\n")).lines == Positions(ODD).lines


keys = st.one_of(st.sampled_from(["a", "b", "c-d", "_1"]), st.text(max_size=4))
scalars = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.datetimes().map(lambda at: at.replace(microsecond=0)),
)
documents = st.dictionaries(
    keys,
    st.recursive(
        scalars, lambda part: st.lists(part, max_size=4) | st.dictionaries(keys, part, max_size=4), max_leaves=9
    ),
    max_size=5,
)


def quoted(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in safe) + '"'


class Typist:
    """Writes documents in one of the many ways that TOML allows, and knows on which line it put what."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[Path, int] = {(): 1}

    def put(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def blank(self) -> None:
        self.text += self.draw(st.sampled_from(["", " ", "\n", " # [x]\n\t"]))

    def value(self, value: Any, path: Path) -> None:
        if isinstance(value, dict):
            self.text += "{ "
            for number, (key, item) in enumerate(value.items()):
                self.text += ", " if number else ""
                self.pair(key, item, path)
            self.text += " }"
        elif isinstance(value, list):
            self.listed(value, path)
        elif isinstance(value, str):
            self.string(value)
        elif isinstance(value, bool):
            self.text += str(value).lower()
        else:
            self.text += str(value)

    def listed(self, value: list[Any], path: Path) -> None:
        self.text += "["
        for number, item in enumerate(value):
            self.blank()
            self.put((*path, number))
            self.value(item, (*path, number))
            self.blank()
            self.text += ","
        self.blank()
        self.text += "]"

    def string(self, text: str) -> None:
        if "'" not in text and text.isprintable() and self.draw(st.booleans()):
            self.text += f"'{text}'"
        elif self.draw(st.booleans()):
            self.text += f'""{quoted(text)[:-1]}\n[no]\n"""'
        else:
            self.text += quoted(text)

    def pair(self, key: str, value: Any, path: Path) -> None:
        self.put((*path, key))
        self.text += f"{quoted(key)} = "
        self.value(value, (*path, key))

    def document(self, document: dict[str, Any]) -> None:
        sections = {key: part for key, part in document.items() if isinstance(part, dict) and self.draw(st.booleans())}
        for key, part in document.items():
            if key not in sections:
                self.blank()
                self.text += "\n"
                self.pair(key, part, ())
                self.text += "\n"
        for key, part in sections.items():
            self.put((key,))
            self.text += f"[{quoted(key)}] # here\n"
            for name, item in part.items():
                self.pair(name, item, (key,))
                self.text += "\n"


@settings(deadline=None)
@given(st.data())
def test_any_text_is_walked_through(data: st.DataObject) -> None:
    typist = Typist(data.draw)
    typist.document(data.draw(documents))
    assert paths(tomllib.loads(typist.text)) == typist.lines.keys()
    assert Positions(typist.text).lines == typist.lines
