"""One commit for several writers on SQLite, where a commit waits for the disk and everybody else for the commit.

What comes while another transaction is under way is gathered, and carried out by whoever is next, in one transaction of
all. Each piece of work stands inside a savepoint: one that fails takes nothing of the others with it. Nobody is
answered before the commit is on the disk. PostgreSQL's server shares its commits by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Lock
from typing import Any

from sqlalchemy.engine import Connection

from ticketing.core.errors import Refused

LARGEST_GROUP = 16

Work = Callable[[Connection], Any]


class _Piece:
    """One writer's work; `error` is what it raised, or what kept it from the disk."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.woken = Event()
        self.is_over = False
        self.result: Any = None
        self.error: Exception | None = None

    def carry_out(self, connection: Connection) -> None:
        connection.exec_driver_sql("SAVEPOINT piece")
        try:
            self.result = self._work(connection)
        except Exception as error:  # noqa: BLE001 (raised again where the work came from)
            self.error = error
            connection.exec_driver_sql("ROLLBACK TO piece")
        connection.exec_driver_sql("RELEASE piece")

    def carry_out_alone(self, connection: Connection) -> None:
        self.result = self._work(connection)


class SharedCommits:
    """The writers of this process on one database. `opened` opens a transaction that is committed at its end."""

    def __init__(self, opened: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._opened = opened
        self._lock = Lock()
        self._waiting: list[_Piece] = []
        self._is_led = False

    def run(self, work: Work) -> Any:
        """What the work returns, once it is committed. Raises what it raises, or what ended the transaction."""
        mine = _Piece(work)
        if self._wait_behind_another(mine):
            mine.woken.wait()
        if not mine.is_over:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.result

    def _wait_behind_another(self, mine: _Piece) -> bool:
        with self._lock:
            self._waiting.append(mine)
            is_led, self._is_led = self._is_led, True
            return is_led

    def _lead(self) -> None:
        """Carry out what waits, the leader's own first, then wake the next leader, whatever happened."""
        group: list[_Piece] = []
        ended: Exception | None = Refused("busy", 503)  # where even this thread is ended in between
        try:
            with self._opened() as connection:
                group = self._gathered()
                for piece in group:
                    (piece.carry_out if len(group) > 1 else piece.carry_out_alone)(connection)
            ended = None
        except Exception as error:  # noqa: BLE001 (raised again by each of the group)
            ended = error
        finally:
            self._hand_over(group or self._gathered(), ended)

    def _gathered(self) -> list[_Piece]:
        with self._lock:
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
            return group

    def _hand_over(self, group: list[_Piece], ended: Exception | None) -> None:
        for piece in group:
            piece.error = piece.error or ended
            piece.is_over = True
            piece.woken.set()
        with self._lock:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].woken.set()
