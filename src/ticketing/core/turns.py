"""Taking turns to write on SQLite: one writer at a time is its law, and its own way of waiting is to sleep and try
again, ever longer. Here the next writer starts as soon as the one before has ended.

Only a queue before the door: SQLite's own lock still keeps out whoever does not queue.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from ticketing.core.errors import Refused

PATIENCE = 5.0
LOOK_AGAIN = 0.0003

_threads = Lock()
_open_queue: dict[tuple[str, int], int] = {}


@contextmanager
def turn(database: str) -> Iterator[None]:
    """Wait for the turn of this database file, among this process's threads and the machine's processes.

    Raises Refused("busy", 503) after five seconds. The turn of a process that dies ends with it.
    """
    deadline = time.monotonic() + PATIENCE
    if not _threads.acquire(timeout=PATIENCE):
        raise Refused("busy", 503)
    try:
        file = _queue(database)
        while not _free(file):
            if time.monotonic() > deadline:
                raise Refused("busy", 503)
            time.sleep(LOOK_AGAIN)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
    finally:
        _threads.release()


def _free(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _queue(database: str) -> int:
    """An open file of this very process: one that was opened before a fork would be shared with the parent."""
    key = (database, os.getpid())
    if key not in _open_queue:
        while _open_queue:
            os.close(_open_queue.popitem()[1])
        _open_queue[key] = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return _open_queue[key]
