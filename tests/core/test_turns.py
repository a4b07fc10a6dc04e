"""Taking turns: one at a time, over threads and processes, and nobody waits for the dead."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ticketing.core import turns
from ticketing.core.errors import Refused
from ticketing.core.turns import turn

HOLD = """
import sys
from ticketing.core.turns import turn
with turn(sys.argv[1]):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_threads_of_a_process_go_one_after_another(tmp_path: Path) -> None:
    inside, most = 0, 0

    def go(_: int) -> None:
        nonlocal inside, most
        with turn(str(tmp_path / "db")):
            inside += 1
            most = max(most, inside)
            threading.Event().wait(0.001)
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(go, range(40)))
    assert (most, inside) == (1, 0)


def test_another_process_is_waited_for_and_a_dead_one_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = str(tmp_path / "db")
    command = [sys.executable, "-c", HOLD, database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "mine\n"
        monkeypatch.setattr(turns, "PATIENCE", 0.05)
        with pytest.raises(Refused) as refusal, turn(database):
            pass
        assert (refusal.value.code, refusal.value.status) == ("busy", 503)
        other.send_signal(signal.SIGKILL)
        other.wait(5)
    with turn(database):
        assert Path(f"{database}-turn").exists()


def test_a_fault_inside_ends_the_turn(tmp_path: Path) -> None:
    database = str(tmp_path / "db")
    with pytest.raises(RuntimeError), turn(database):
        raise RuntimeError
    with turn(database):
        pass
