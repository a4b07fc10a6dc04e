"""On which line everything in a TOML text stands; the standard library's reader does not say.

Walks over text that `tomllib` has accepted, so it need not check the grammar (toml.io, version 1.0) a second time.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

from ticketing.events.file_faults import Path

BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
BARE = re.compile(r"[A-Za-z0-9_-]+")
DOT = re.compile(r"[ \t]*\.[ \t]*")
EQUALS = re.compile(r"[ \t]*=[ \t]*")
SCALAR = re.compile(r"[^,\]}#\r\n]*")
# A long string may end in one or two quotes of its own before the three that close it.
STRINGS = {
    '"""': re.compile(r'"""(?:[^"\\]|\\.|"(?!"")|""(?!"))*"{3,5}', re.DOTALL),
    "'''": re.compile(r"'''(?:[^']|'(?!'')|''(?!'))*'{3,5}", re.DOTALL),
    '"': re.compile(r'"(?:[^"\\]|\\.)*"'),
    "'": re.compile(r"'[^']*'"),
}


class Positions:
    """The lines of a valid TOML text, by path."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._starts = [match.end() for match in re.finditer("\n", text)]
        self._counts: dict[Path, int] = {}
        self.lines: dict[Path, int] = {(): 1}
        self._document()

    def line(self, path: Path) -> int:
        """The line of `path`; for what is missing, the line of the nearest table that it should stand in."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]

    def _document(self) -> None:
        table: Path = ()
        self._skip(BLANK)
        while self._at < len(self._text):
            table = self._header() if self._text[self._at] == "[" else self._pair(table)
            self._skip(BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"no TOML that was read before: line {self._line()}")
        self._at = match.end()
        return match.group()

    def _line(self) -> int:
        return bisect_right(self._starts, self._at) + 1

    def _note(self, path: Path, line: int) -> None:
        for end in range(1, len(path) + 1):
            self.lines.setdefault(path[:end], line)

    def _header(self) -> Path:
        line = self._line()
        many = self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        self._skip(BLANK)
        keys = self._keys()
        self._skip(BLANK)
        self._at += 2 if many else 1
        path = self._inside((), keys[:-1])
        last = (*path, keys[-1])
        if many:
            self._note(last, line)
            self._counts[last] = self._counts.get(last, -1) + 1
        path = self._inside(path, keys[-1:])
        self._note(path, line)
        return path

    def _inside(self, path: Path, keys: list[str]) -> Path:
        """Follow `keys`; a list of tables stands for its last table."""
        for key in keys:
            path = (*path, key)
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while match := DOT.match(self._text, self._at):
            self._at = match.end()
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        quote = self._text[self._at]
        if quote not in "\"'":
            return self._skip(BARE)
        key: str = tomllib.loads(f"key = {self._skip(STRINGS[quote])}")["key"]
        return key

    def _pair(self, table: Path) -> Path:
        line = self._line()
        path = (*table, *self._keys())
        self._note(path, line)
        self._skip(EQUALS)
        self._value(path)
        return table

    def _value(self, path: Path) -> None:
        start = self._text[self._at]
        if start in "\"'":
            triple = self._text[self._at : self._at + 3]
            self._skip(STRINGS[triple if triple in STRINGS else start])
        elif start == "[":
            self._list(path)
        elif start == "{":
            self._table(path)
        else:
            self._skip(SCALAR)

    def _list(self, path: Path) -> None:
        self._at += 1
        count = 0
        while self._goes_on("]"):
            self._note((*path, count), self._line())
            self._value((*path, count))
            count += 1

    def _table(self, path: Path) -> None:
        self._at += 1
        while self._goes_on("}"):
            self._pair(path)

    def _goes_on(self, end: str) -> bool:
        """Step to the next item of a list or table; at its end, step out of it."""
        self._skip(BLANK)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(BLANK)
        if self._text[self._at] != end:
            return True
        self._at += 1
        return False
