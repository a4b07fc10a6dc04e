"""What the scans of one ticket come to, all of them in the order of their true times: a pure function.

Tablets tell late what happened, so nothing here asks in which order it was told: the same scans give the same result.
The law counts scans: an exit takes one person out. Who cannot be told apart (two people with copies of one ticket) is
left to people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# Somebody scanned out twice at two doors, within this and the clocks' errors, is one leaver.
ONE_LEAVER = timedelta(seconds=1)


@dataclass(frozen=True)
class Passage:
    """One admitted scan. `at` is its corrected time, give or take `error`; `queue` its tablet and place in the queue.

    `ends` is the stay that an exit has ended already, `left` the word that an entry's stay was ended by. `settled_at`
    is when a person said that who came in then is out, `seen_at` when a person had looked at what was strange with it.
    """

    id: str
    kind: str
    at: datetime
    error: timedelta
    room_id: int
    queue: tuple[str, int] | None = None
    ends: str | None = None
    left: str | None = None
    settled_at: datetime | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True)
class Emptied:
    """The room was found empty."""

    room_id: int
    at: datetime
    mark: str


@dataclass
class Judgement:
    """`doubles` are entries of a ticket that was inside, `crowded` exits of which nobody knows who left.

    `leaves` says by which word each stay has ended, by the entry's id: an exit's id or an emptying's mark.
    """

    doubles: list[str] = field(default_factory=list)
    crowded: list[str] = field(default_factory=list)
    leaves: dict[str, str] = field(default_factory=dict)


def judge(passages: Sequence[Passage], emptied: Sequence[Emptied]) -> Judgement:
    """Walk through all that happened to one ticket."""
    walk = _Walk()
    steps: list[Passage | Emptied] = [*passages, *emptied]
    for step in sorted(steps, key=_place):
        if isinstance(step, Emptied):
            walk.empty(step)
        elif step.kind == "entry":
            walk.enter(step)
        else:
            walk.leave(step)
    return walk.found


def _place(step: Passage | Emptied) -> tuple[datetime, int, int, str]:
    if isinstance(step, Emptied):
        return step.at, 1, 0, step.mark
    return step.at, 0, step.queue[1] if step.queue else 0, step.id


def surely_before(entry: Passage, leaving: Passage) -> bool:
    """Whether the entry was before the exit whatever the clocks' errors; one tablet's own order is certain."""
    if entry.queue and leaving.queue and entry.queue[0] == leaving.queue[0]:
        return entry.queue[1] < leaving.queue[1]
    return entry.at + entry.error + leaving.error <= leaving.at


class _Walk:
    def __init__(self) -> None:
        self.found = Judgement()
        self._inside: list[Passage] = []
        self._last_out: Passage | None = None
        self._doubles: list[Passage] = []

    def enter(self, entry: Passage) -> None:
        self._settle(entry.at)
        if self._inside:
            self.found.doubles.append(entry.id)
            self._doubles.append(entry)
        self._inside.append(entry)

    def _settle(self, at: datetime) -> None:
        """From a person's word on, who they said is out is out."""
        self._inside = [one for one in self._inside if one.settled_at is None or at < one.settled_at]

    def _is_tangled(self, at: datetime) -> bool:
        return any(one.seen_at is None or at < one.seen_at for one in self._doubles)

    def leave(self, leaving: Passage) -> None:
        self._settle(leaving.at)
        before, self._last_out = self._last_out, leaving
        if leaving.ends is not None:
            self._inside = [one for one in self._inside if one.id != leaving.ends]
            return
        if leaving.seen_at is not None:
            return
        if before and leaving.at - before.at <= ONE_LEAVER + leaving.error + before.error:
            return
        near = [one for one in self._inside if one.room_id == leaving.room_id and surely_before(one, leaving)]
        if not near:
            return
        if len(near) > 1 or self._is_tangled(leaving.at):
            self.found.crowded.append(leaving.id)
            return
        self._inside.remove(near[0])
        self.found.leaves[near[0].id] = leaving.id

    def empty(self, emptied: Emptied) -> None:
        """Who came in before is out; an entry told late waits for its holder's word like all others."""
        for one in [one for one in self._inside if one.room_id == emptied.room_id]:
            if one.at + one.error < emptied.at:
                self.found.leaves[one.id] = emptied.mark
            elif one.left != emptied.mark:
                continue
            self._inside.remove(one)
        if not self._inside:
            self._doubles.clear()
