"""What one running stand-in consists of, and the action: one transaction with the time it happens at."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from ticketing.standin.clock import Clock
from ticketing.standin.errors import unknown_object
from ticketing.standin.store import Obj, Store, dump, load


@dataclass(frozen=True)
class Settings:
    """How this stand-in was started."""

    base_url: str
    notify: str
    secret: str


@dataclass(frozen=True)
class Posting:
    """One planned delivery of an event: when (machine time), in which state, in which lane."""

    state: str
    due: float
    lane: int


class Post(Protocol):
    """Where new events are handed in for delivery."""

    def plan(self, event_type: str, about: str) -> list[Posting]:
        """The deliveries of a new event about the payment or object `about`."""

    def wake(self) -> None:
        """Says that new deliveries are committed."""


@dataclass
class Action:
    """One transaction. Objects are plain JSON values; `private` holds what the API never shows."""

    db: sqlite3.Connection
    now: int
    settings: Settings
    post: Post
    request: Obj = field(default_factory=lambda: {"id": None, "idempotency_key": None})

    def add(self, obj: Obj, private: Obj | None = None) -> Obj:
        """Stores a new object."""
        self.db.execute(
            "INSERT INTO objects (id, kind, created, intent, body, private) VALUES (?, ?, ?, ?, ?, ?)",
            (obj["id"], obj["object"], obj["created"], _intent(obj), dump(obj), dump(private or {})),
        )
        return obj

    def save(self, obj: Obj) -> Obj:
        """Stores the new state of an object."""
        self.db.execute("UPDATE objects SET body = ?, intent = ? WHERE id = ?", (dump(obj), _intent(obj), obj["id"]))
        return obj

    def find(self, kind: str, object_id: str) -> Obj | None:
        """The object, or nothing."""
        found = self.db.execute("SELECT body FROM objects WHERE id = ? AND kind = ?", (object_id, kind))
        row = found.fetchone()
        return load(row[0]) if row else None

    def get(self, kind: str, object_id: str, param: str = "id") -> Obj:
        """The object, or Stripe's 404."""
        obj = self.find(kind, object_id)
        if obj is None:
            raise unknown_object(kind, object_id, param)
        return obj

    def of_intent(self, kind: str, intent: str) -> list[Obj]:
        """All objects of a kind that belong to a payment intent, oldest first."""
        rows = self.db.execute("SELECT body FROM objects WHERE intent = ? AND kind = ? ORDER BY seq", (intent, kind))
        return [load(row[0]) for row in rows]

    def private(self, object_id: str) -> Obj:
        """What only the stand-in knows about an object."""
        row = self.db.execute("SELECT private FROM objects WHERE id = ?", (object_id,)).fetchone()
        return dict(load(row[0])) if row else {}

    def remember(self, object_id: str, **items: Any) -> None:
        """Adds to what only the stand-in knows."""
        body = dump(self.private(object_id) | items)
        self.db.execute("UPDATE objects SET private = ? WHERE id = ?", (body, object_id))

    def set_timer(self, at: int, action: str, object_id: str) -> None:
        """Has `action` done to the object once the clock shows `at`."""
        self.db.execute("INSERT OR REPLACE INTO timers VALUES (?, ?, ?)", (at, action, object_id))

    def drop_timers(self, object_id: str) -> None:
        """Nothing more is to happen to the object by itself."""
        self.db.execute("DELETE FROM timers WHERE id = ?", (object_id,))


def _intent(obj: Obj) -> str | None:
    intent = obj.get("payment_intent")
    return intent if isinstance(intent, str) else None


@dataclass
class World:
    """The parts that everything else is given."""

    store: Store
    clock: Clock
    settings: Settings
    post: Post

    @contextmanager
    def action(self, now: int | None = None, request: Obj | None = None) -> Iterator[Action]:
        """One transaction; afterwards the deliveries that it made are on their way."""
        with self.store.transaction() as db:
            action = Action(db, self.clock.now() if now is None else now, self.settings, self.post)
            if request is not None:
                action.request = request
            yield action
        self.post.wake()
