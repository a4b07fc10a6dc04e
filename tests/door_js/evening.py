"""Any evening at the door: guests, copies of tickets, tablets that lose the network, answers that never come.

The guests are the truth here: who stands in the room by the words of the tablets. Everything else is compared with it.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from node_tablet import NodeTablet
from sqlalchemy import delete, func, select, update

from factories import House
from ticketing.core.db import snapshot, writing
from ticketing.door.models import Conflict, Count, Emptying, Occupancy, PermitMove, Presence, Scan, Station, Stay
from ticketing.reports.doctor import examine

LIMIT = 5
TABLETS = 3
COPIES = 2
A_SCAN = timedelta(seconds=4)
SKEWS = (timedelta(milliseconds=-300), timedelta(), timedelta(milliseconds=300))
BOOKS = (Conflict, PermitMove, Station, Stay, Presence, Emptying, Count, Scan)


@dataclass
class Stage:
    """The house, its address, a few tickets and tablets; used for one evening after the other."""

    house: House
    address: str
    codes: list[str]
    tablets: list[NodeTablet]
    gates: tuple[str, ...] = ("A", "B", "A")

    def begin(self) -> None:
        """A new evening: nobody inside, tablets out of the box, each paired and with its list."""
        with self.house.app.app_context(), writing() as session:
            for table in BOOKS:
                session.execute(delete(table))
            session.execute(update(Occupancy).values(inside=0, untracked=0, reserved=0))
        for gate, tablet in zip(self.gates, self.tablets, strict=True):
            tablet.do("reset")
            tablet.set_clock(self.house.clock.now())
            tablet.do("load", base=self.address, paired=self.house.tablet(gate, uuid.uuid4().hex[:8]).facts)
            tablet.do("sync")


@dataclass
class Body:
    """Somebody who holds a ticket, or a copy of one."""

    code: str
    inside: bool = False


@dataclass
class Last:
    """The last admission, as long as it may be taken back."""

    tablet: int
    body: Body
    answer: dict[str, Any]
    was_inside: bool = field(default=False)
    doubled: bool = field(default=False)
    """Whether it was this one that brought a second person in."""


class Evening(RuleBasedStateMachine):
    """One evening.

    Every rule may come at any time and does nothing where it makes no sense: what is drawn then never depends on
    answers, which real processes do not give in the same way twice.
    """

    stage: ClassVar[Stage]

    def __init__(self) -> None:
        super().__init__()
        self.stage.begin()
        self.bodies = [Body(code) for code in self.stage.codes for _ in range(COPIES)]
        self.said: dict[str, tuple[str, str]] = {}
        self.doubled: set[str] = set()
        self.last: Last | None = None
        self.acting: NodeTablet | None = None

    tablets = st.integers(0, TABLETS - 1)

    @rule(n=tablets, who=st.integers(0, 99))
    def somebody_comes(self, n: int, who: int) -> None:
        outside = [body for body in self.bodies if not body.inside]
        if outside:
            self._scan(n, outside[who % len(outside)], "entry")

    @rule(n=tablets, who=st.integers(0, 99), twice=st.sampled_from([None, None, None, *range(TABLETS)]))
    def somebody_leaves(self, n: int, who: int, twice: int | None) -> None:
        inside = [body for body in self.bodies if body.inside]
        if not inside:
            return
        body = inside[who % len(inside)]
        self._scan(n, body, "exit")
        # Two who hold one ticket cannot be told apart: scanned out twice, the other one counts as gone as well.
        is_alone = not any(one.inside for one in self.bodies if one.code == body.code)
        if twice is not None and is_alone:
            self._scan(twice, body, "exit", wait=timedelta(milliseconds=500))
            self.last = None

    def _scan(self, n: int, body: Body, kind: str, wait: timedelta = A_SCAN) -> None:
        self.stage.house.clock.advance(wait)
        tablet = self._at(n)
        answer = tablet.decide(body.code, kind)
        self.said[answer["id"]] = (answer["decision"], answer["mode"])
        self.last = Last(n, body, answer, body.inside)
        body.inside = kind == "entry" and (answer["decision"] == "admit" or body.inside)
        if kind == "entry" and sum(one.inside for one in self.bodies if one.code == body.code) > 1:
            self.last.doubled = body.code not in self.doubled
            self.doubled.add(body.code)

    def _at(self, n: int) -> NodeTablet:
        tablet = self.stage.tablets[n]
        # One tablet waited for others, or for an answer: that time has passed for everybody.
        if self.acting is not None:
            self.stage.house.clock.advance(timedelta(milliseconds=self.acting.do("slept")))
        self.acting = tablet
        tablet.set_clock(self.stage.house.clock.now() + SKEWS[n])
        return tablet

    @rule()
    def the_last_tap_was_wrong(self) -> None:
        last, self.last = self.last, None
        if last is None or last.answer["decision"] != "admit":
            return
        if self.stage.tablets[last.tablet].do("undo", id=last.answer["id"])["ok"]:
            last.body.inside = last.was_inside
            if last.doubled:
                self.doubled.discard(last.body.code)

    @rule(n=tablets)
    def the_network_goes(self, n: int) -> None:
        self.stage.tablets[n].cut()

    @rule(n=tablets)
    def the_network_comes(self, n: int) -> None:
        self.stage.tablets[n].cut(False)

    @rule(n=tablets, before=st.integers(0, 4), after=st.integers(0, 4))
    def some_messages_get_lost(self, n: int, before: int, after: int) -> None:
        self.stage.tablets[n].do("net", dropBefore=before, dropAfter=after)

    @rule(n=tablets)
    def a_tablet_tells_its_news(self, n: int) -> None:
        self._at(n).do("sync")

    @rule(n=tablets)
    def a_page_is_closed_and_opened(self, n: int) -> None:
        tablet = self._at(n)
        tablet.do("close")
        tablet.do("load", base=self.stage.address)

    @rule(seconds=st.integers(1, 60))
    def time_passes(self, seconds: int) -> None:
        self.stage.house.clock.advance(timedelta(seconds=seconds))

    @invariant()
    def the_room_never_holds_too_many(self) -> None:
        assert sum(body.inside for body in self.bodies) <= LIMIT
        with self.stage.house.app.app_context(), snapshot() as session:
            room = session.scalars(select(Occupancy)).first()
            assert room is not None
            assert room.inside + room.untracked + room.reserved <= LIMIT

    def teardown(self) -> None:
        """Everybody is connected again: nothing is lost, nothing is doubled untold, all counts agree."""
        for tablet in self.stage.tablets:
            tablet.do("net", cut=False, dropBefore=0, dropAfter=0)
        for _, n in itertools.product(range(4), range(TABLETS)):
            self.stage.house.clock.advance(timedelta(seconds=1))
            assert self._at(n).do("sync")
        with self.stage.house.app.app_context(), snapshot() as session:
            self._every_scan_is_kept(session)
            self._counts_agree(session)
            self._doubles_are_told(session)

    def _every_scan_is_kept(self, session: Any) -> None:
        kept = {scan.id: scan for scan in session.scalars(select(Scan))}
        assert self.said.keys() - kept.keys() == set()
        # An exit that the server had refused unheard is booked as it said; nobody was kept from leaving.
        entries = {id: said for id, said in self.said.items() if kept[id].kind == "entry"}
        assert {id: (kept[id].decision, kept[id].mode) for id in entries} == entries

    def _counts_agree(self, session: Any) -> None:
        room = session.scalars(select(Occupancy)).first()
        permits = [tablet.state["permits"] for tablet in self.stage.tablets]
        assert room.reserved == sum(permits)
        stays = select(func.count()).select_from(Stay).where(Stay.closed_at.is_(None))
        assert room.inside == session.scalar(stays)
        assert sum(body.inside for body in self.bodies) <= room.inside
        assert [str(one) for one in examine(session) if one.code not in ("letter_failed", "payment_flag")] == []

    def _doubles_are_told(self, session: Any) -> None:
        rows = session.execute(select(Conflict.kind, Scan.code_hash).join(Scan, Scan.id == Conflict.scan_id))
        told = {hashed for kind, hashed in rows if kind in ("double_entry", "many_inside")}
        hashes = {code: self.stage.tablets[0].do("hash", code=code) for code in self.doubled}
        assert {code for code, hashed in hashes.items() if hashed not in told} == set()
