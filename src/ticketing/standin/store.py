"""The stand-in's memory: Stripe objects as JSON in one SQLite file, timers, idempotency keys, deliveries.

One connection, one lock: every action is one short transaction, and all of them stand in one line. The file
is locked for as long as the process lives, so that two stand-ins can never share it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

Obj = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  created INTEGER NOT NULL,
  intent TEXT,
  body TEXT NOT NULL,
  private TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS objects_of_a_kind ON objects (kind, created);
CREATE INDEX IF NOT EXISTS objects_of_an_intent ON objects (intent) WHERE intent IS NOT NULL;
CREATE TABLE IF NOT EXISTS timers (
  at INTEGER NOT NULL, action TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (id, action)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS timers_by_time ON timers (at);
CREATE TABLE IF NOT EXISTS keys (
  key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event TEXT NOT NULL,
  lane INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'pending', 'delivered', 'failed', 'dropped')),
  due REAL NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  answer TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (lane, due) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_of_an_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

# Inside one process a lost power supply is the only danger that NORMAL leaves open: fit for a rehearsal.
_PRAGMAS = ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL", "temp_store = MEMORY")


def dump(value: Any) -> str:
    """JSON as short as it gets."""
    return msgspec.json.encode(value).decode()


def load(text: str) -> Any:
    """The value of a JSON text."""
    return msgspec.json.decode(text)


class StateInUse(Exception):
    """Another stand-in holds the state file."""


class Store:
    """The file and its lock. `path` may be `:memory:`."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.5)
        try:
            for pragma in _PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.executescript(_TABLES)
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._connection.close()
            raise StateInUse(f"{path}: {error}") from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: commits at the end, rolls back on any exception."""
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Ends the use of the file; everything committed is in it."""
        with self._lock:
            self._connection.close()
