"""What is wrong with an event file: every fault with its line, its place and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Path = tuple[str | int, ...]
"""Where something stands in the file: ("tiers", 1, "price")."""

SHOWN = 40


class Said(str):
    """A sentence in English that can be told again in another language: `template` is in the catalogs, `facts` fill
    it. A fact that is Said itself is told again too."""

    __slots__ = ("facts", "template")
    template: str
    facts: dict[str, Any]

    def __new__(cls, template: str, facts: dict[str, Any]) -> Said:
        """The English sentence."""
        filled = {name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in facts.items()}
        said = super().__new__(cls, template % filled if filled else template)
        said.template, said.facts = template, facts
        return said


def say(template: str, **facts: object) -> Said:
    """Imported as `_`, so that the catalogs find what is said."""
    return Said(template, facts)


@dataclass(frozen=True, order=True)
class Fault:
    """One fault. `line` counts from 1, `where` is like `tiers[1].price` and empty for the file as a whole."""

    line: int
    where: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.where}: {self.message}" if self.where else f"line {self.line}: {self.message}"


class BadEventFile(Exception):
    """The event file cannot be used. `faults` are all of them, in the order of their lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


def where(path: Path) -> str:
    """The path as people read it: `tiers[1].price`, counted from 0."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def shown(value: object) -> str:
    """A value as it may be quoted in a message: short, and written as in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value[:SHOWN]}…"' if len(value) > SHOWN else f'"{value}"'
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int | float | date):
        return str(value)[:SHOWN]
    return "a list" if isinstance(value, list) else "a table"
