"""Writers that share a commit: one that fails takes nothing of the others with it, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection

from ticketing.core.errors import Refused
from ticketing.core.sharing import LARGEST_GROUP, SharedCommits


@dataclass
class Disk:
    """A database whose commits are counted, and held up or made to fail as a test likes."""

    engine: Engine
    commits: int = 0
    fate: BaseException | None = None
    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def opened(self) -> Iterator[Connection]:
        self.begun.set()
        self.go_on.wait(30)
        with self.engine.begin() as connection:
            yield connection
            fate, self.fate = self.fate, None
            if fate is not None:
                raise fate
        self.commits += 1

    def numbers(self) -> list[int]:
        with self.engine.connect() as connection:
            return sorted(connection.scalars(text("SELECT number FROM kept")))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    engine = create_engine(f"sqlite:///{tmp_path / 'db'}", connect_args={"check_same_thread": False})
    event.listen(engine, "connect", lambda driver, _: setattr(driver, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (number INTEGER PRIMARY KEY)"))
    yield Disk(engine)
    engine.dispose()


def keep(number: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO kept VALUES (:number)"), {"number": number})
        if number % 5 == 4:
            raise LookupError(number)
        return number

    return work


def all_at_once(disk: Disk, count: int) -> list[Future[Any]]:
    """The first waits for the disk until all others stand behind it."""
    commits = SharedCommits(disk.opened)
    with ThreadPoolExecutor(count) as pool:
        asked = [pool.submit(commits.run, keep(0))]
        disk.begun.wait(30)
        asked += [pool.submit(commits.run, keep(number)) for number in range(1, count)]
        while len(commits._waiting) < count:
            threading.Event().wait(0.001)
        disk.go_on.set()
    assert (commits._waiting, commits._is_led) == ([], False)
    return asked


def test_those_who_wait_share_commits_and_one_that_fails_takes_nothing_with_it(disk: Disk) -> None:
    count = LARGEST_GROUP + 4
    asked = all_at_once(disk, count)
    good = [number for number in range(count) if number % 5 != 4]
    assert [one.result() for one in asked if one.exception() is None] == good
    failed = [one.exception() for one in asked if one.exception() is not None]
    assert all(isinstance(error, LookupError) for error in failed)
    assert len(failed) == count - len(good)
    assert disk.numbers() == good
    assert disk.commits == 2


def test_without_a_commit_nobody_is_told_that_all_is_well(disk: Disk) -> None:
    disk.fate = OSError("disk full")
    asked = all_at_once(disk, 4)
    assert [str(one.exception()) for one in asked] == ["disk full"] * 4
    assert (disk.numbers(), disk.commits) == ([], 0)


def test_who_dies_while_carrying_out_the_work_of_all_leaves_nobody_waiting(disk: Disk) -> None:
    class Killed(BaseException):
        """The thread was ended."""

    disk.fate = Killed()
    asked = all_at_once(disk, 3)
    assert isinstance(asked[0].exception(), Killed)
    assert [(type(one.exception()), one.exception().code) for one in asked[1:]] == [(Refused, "busy")] * 2  # type: ignore[union-attr]
    assert disk.numbers() == []


def test_after_an_error_the_next_one_goes_on_as_ever(disk: Disk) -> None:
    disk.go_on.set()
    commits = SharedCommits(disk.opened)
    disk.fate = OSError("disk full")
    with pytest.raises(OSError, match="disk full"):
        commits.run(keep(1))
    with pytest.raises(LookupError):
        commits.run(keep(4))
    assert commits.run(keep(2)) == 2
    assert (disk.numbers(), disk.commits) == ([2], 1)
