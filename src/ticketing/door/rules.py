"""The rule of the door: a pure function of facts. It exists in JavaScript too; both pass tests/vectors/door.json."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ADMIT, REFUSE = "admit", "refuse"


@dataclass(frozen=True)
class Window:
    """A program in this gate's room: people are let in from when the doors open until the last entry, or its end."""

    program: str
    doors_open_at: datetime
    ends_at: datetime
    last_entry_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether people are still let in, of a program that is on."""
        return self.last_entry_at is None or now < self.last_entry_at


@dataclass(frozen=True)
class Facts:
    """All that the rule looks at. `people` counts everybody in the room, with or without a ticket."""

    kind: str
    revoked: bool
    admits: frozenset[str]
    reentry: bool
    inside: bool
    entries: int
    people: int
    capacity: int
    windows: tuple[Window, ...]
    now: datetime


def decide(facts: Facts) -> str | None:
    """None to admit, otherwise the reason of the refusal, the gravest first.

    Who is inside may always leave, whatever became of the ticket since.
    """
    if facts.kind == "exit":
        return None if facts.inside else "not_inside"
    if facts.revoked:
        return "revoked"
    return _time(facts) or _place(facts)


def _time(facts: Facts) -> str | None:
    on_now = [window for window in facts.windows if window.doors_open_at <= facts.now < window.ends_at]
    if on_now:
        admitting = [window for window in on_now if window.program in facts.admits]
        if not admitting:
            return "wrong_program"
        return None if any(window.is_open(facts.now) for window in admitting) else "too_late"
    mine = [window for window in facts.windows if window.program in facts.admits]
    if not mine:
        return "wrong_program"
    return "too_early" if any(facts.now < window.doors_open_at for window in mine) else "too_late"


def _place(facts: Facts) -> str | None:
    if facts.inside:
        return "already_inside"
    if facts.entries and not facts.reentry:
        return "already_used"
    return "room_full" if facts.people >= facts.capacity else None
