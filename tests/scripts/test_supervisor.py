"""`ticketing.supervisor` with real processes: each test runs it in a Python of its own and counts who is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOF = Path(__file__).with_name("roof.py")
PATIENCE_SECONDS = 30


class Roof:
    """A supervisor in its own process, and everything that descends from it, found by a mark in the environment."""

    def __init__(self, folder: Path, children: str) -> None:
        self._mark = f"ROOF_MARK={uuid.uuid4()}"
        name, value = self._mark.split("=")
        self._said = folder / f"said-{value}"
        with self._said.open("w") as said:
            command = [sys.executable, str(ROOF), children, str(folder)]
            self.process = subprocess.Popen(command, env={**os.environ, name: value}, stdout=said)

    def family(self) -> list[int]:
        """Process ids of all that live and carry the mark."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self._mark.encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue  # ended meanwhile
        return found

    def said(self) -> str:
        return self._said.read_text()

    def says(self, words: str) -> bool:
        """Whether it says so sooner or later."""
        return eventually(lambda: words in self.said())

    def exit_code(self) -> int:
        return self.process.wait(PATIENCE_SECONDS)


Start = Callable[[str], Roof]


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    roofs: list[Roof] = []

    def _start(children: str) -> Roof:
        roofs.append(Roof(tmp_path, children))
        return roofs[-1]

    yield _start
    for roof in roofs:
        for pid in roof.family():
            os.kill(pid, signal.SIGKILL)
        roof.exit_code()


FORMS = pytest.mark.parametrize("form", ["", "forked-"], ids=["commands", "functions"])


@FORMS
def test_a_signal_ends_all_children_and_is_a_success(start: Start, form: str) -> None:
    roof = start(f"{form}web,{form}forks,{form}sleeps")
    assert roof.says("all are ready")
    assert eventually(lambda: len(roof.family()) == 1 + 1 + 3 + 1)
    roof.process.send_signal(signal.SIGINT)
    assert roof.exit_code() == 0
    assert roof.family() == []


@FORMS
@pytest.mark.parametrize("after_ms", [0, 50, 120, 200, 350, 700])
def test_the_children_do_not_outlive_a_killed_supervisor(start: Start, after_ms: int, form: str) -> None:
    roof = start(f"{form}forks,{form}web,{form}sleeps")
    time.sleep(after_ms / 1000)
    roof.process.kill()
    assert eventually(lambda: roof.family() == [])


@FORMS
def test_a_child_that_fails_at_the_start_ends_everything_and_shows_why(start: Start, form: str) -> None:
    roof = start(f"sleeps,{form}fails")
    assert roof.exit_code() == 1
    assert f"{form}fails did not start: exit code 3" in roof.said()
    assert "the port is taken" in roof.said()
    assert roof.family() == []


@FORMS
def test_a_child_that_ends_is_started_again(start: Start, tmp_path: Path, form: str) -> None:
    roof = start(f"{form}dies-once,sleeps")
    assert roof.says(f"{form}dies-once ended: signal SIGKILL. Starting it again.")
    assert eventually((tmp_path / "second-life").exists)


def test_a_child_that_keeps_ending_ends_everything(start: Start) -> None:
    roof = start("keeps-dying,sleeps")
    assert roof.exit_code() == 1
    assert roof.said().count("Starting it again") == 2
    assert "keeps-dying does not stay up: exit code 4" in roof.said()
    assert roof.family() == []


def test_who_does_not_listen_is_killed_with_all_its_children(start: Start) -> None:
    roof = start("deaf")
    assert eventually(lambda: len(roof.family()) == 3)
    roof.process.terminate()
    assert roof.exit_code() == 0
    assert "deaf did not end when asked" in roof.said()
    assert roof.family() == []


def test_what_an_ended_child_left_behind_is_swept(start: Start, tmp_path: Path) -> None:
    roof = start("leaves-a-child")
    assert roof.says("leaves-a-child ended")
    left = int((tmp_path / "left").read_text())
    assert left not in roof.family()


def test_the_output_of_the_run_before_is_kept(start: Start, tmp_path: Path) -> None:
    for _ in range(2):
        assert start("fails").exit_code() == 1
    assert (tmp_path / "log" / "fails.log").read_text() == "the port is taken\n"
    assert (tmp_path / "log" / "fails.log.1").read_text() == "the port is taken\n"
