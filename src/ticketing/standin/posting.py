"""How new events are handed to the webhook: the mode that `POST /_control/webhooks` has set, and the lanes.

Deliveries about one payment share a lane and leave in order; different payments do not wait for each other."""

import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from ticketing.standin.errors import invalid
from ticketing.standin.store import Store
from ticketing.standin.world import Posting

LANES = 4
MODES = ("normal", "drop", "duplicate", "delay", "reorder")
# Collected deliveries leave one after the other from this lane.
_REORDER_LANE = 0
_GAP = 0.001


@dataclass
class Mode:
    """The fault in force; `left` is for how many more events, None means until the next call."""

    name: str = "normal"
    left: int | None = None
    delay_ms: int = 0


class Outbox:
    """Plans deliveries and wakes the threads that make them."""

    def __init__(self, store: Store, machine: Callable[[], float] = time.time) -> None:
        self._store = store
        self._machine = machine
        self._lock = threading.Lock()
        self._mode = Mode()
        self._full = False
        self.bells = [threading.Event() for _ in range(LANES)]
        self._rung: set[int] = set()

    def set_mode(self, mode: Mode) -> None:
        """Changes the fault; what a former `reorder` has collected leaves now, newest first."""
        if mode.name not in MODES:
            raise invalid(f"mode must be one of {', '.join(MODES)}", "mode")
        self._release()
        with self._lock:
            self._mode = mode

    def plan(self, event_type: str, about: str) -> list[Posting]:
        """The deliveries of a new event about the payment or object `about`."""
        with self._lock:
            mode = self._mode
            if mode.left is not None and mode.name != "normal":
                mode.left -= 1
                if mode.left <= 0:
                    self._mode = Mode()
                    self._full = mode.name == "reorder"
        lane = zlib.crc32(about.encode()) % LANES
        now = self._machine()
        self._rung.add(lane)
        if mode.name == "drop":
            return [Posting("dropped", now, lane)]
        if mode.name == "reorder":
            return [Posting("held", now, _REORDER_LANE)]
        if mode.name == "delay":
            return [Posting("pending", now + mode.delay_ms / 1000, lane)]
        return [Posting("pending", now, lane)] * (2 if mode.name == "duplicate" else 1)

    def wake(self) -> None:
        """Says that new deliveries are committed."""
        if self._full:
            self._release()
        while self._rung:
            self.bells[self._rung.pop()].set()

    def _release(self) -> None:
        """Sends what was collected, in reverse order."""
        with self._lock:
            self._full = False
        with self._store.transaction() as db:
            held = db.execute("SELECT id FROM deliveries WHERE state = 'held' ORDER BY id DESC").fetchall()
            now = self._machine()
            for place, (delivery,) in enumerate(held):
                db.execute(
                    "UPDATE deliveries SET state = 'pending', due = ? WHERE id = ?", (now + place * _GAP, delivery)
                )
        self.bells[_REORDER_LANE].set()
