"""The command line as its user meets it: real processes, what they print, how they end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from factories import SEED, SLUG


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "TICKETING_INSTANCE": str(tmp_path), "DATABASE_URL": database_url}


def run(environment: dict[str, str], *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ticketing", *arguments]
    return subprocess.run(command, env=environment, input=given, capture_output=True, text=True, timeout=60)


def test_an_event_goes_in_and_comes_out_the_same(environment: dict[str, str], tmp_path: Path) -> None:
    assert run(environment, "event", "import", str(SEED)).stdout == f"{SLUG}: starts 2025-10-26 10:00\n"
    first = run(environment, "event", "export", SLUG).stdout
    (tmp_path / "again.toml").write_text(first, encoding="utf-8")
    assert run(environment, "event", "import", str(tmp_path / "again.toml")).returncode == 0
    assert run(environment, "event", "export", SLUG).stdout == first
    moved = run(environment, "event", "import", str(SEED), "--starts-at", "2026-05-02T18:30+09:00")
    assert moved.stdout == f"{SLUG}: starts 2026-05-02 18:30\n"


def test_a_database_that_is_not_prepared_is_told_in_one_line(environment: dict[str, str], tmp_path: Path) -> None:
    empty = {**environment, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}
    done = run(empty, "event", "import", str(SEED))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: The database cannot be reached, or it is not prepared")
    assert "Traceback" not in done.stderr
    assert run(empty, "init").returncode == 0
    assert run(empty, "event", "import", str(SEED)).returncode == 0


def test_a_bad_event_file_is_refused_with_line_and_fault(environment: dict[str, str], tmp_path: Path) -> None:
    source = SEED.read_text(encoding="utf-8").replace("price = 2000", "price = 2000.5")
    line = next(number for number, text_ in enumerate(source.splitlines(), 1) if "2000.5" in text_)
    (tmp_path / "bad.toml").write_text(source, encoding="utf-8")
    done = run(environment, "event", "import", str(tmp_path / "bad.toml"))
    assert done.returncode == 1
    assert f"bad.toml:{line}: tiers[0].price" in done.stderr
    assert run(environment, "event", "import", str(tmp_path / "nowhere.toml")).returncode == 1
    assert "offset" in run(environment, "event", "import", str(SEED), "--starts-at", "2026-05-02T18:30").stderr


def test_a_pairing_code_for_programs(environment: dict[str, str]) -> None:
    assert "event import" in run(environment, "device", "code", "--gate", "A").stderr
    run(environment, "event", "import", str(SEED))
    made = json.loads(run(environment, "device", "code", "--gate", "B", "--json").stdout)
    assert set(made) == {"code", "gate", "event", "expires_at"}
    assert (made["gate"], made["event"]) == ("B", SLUG)
    assert "there are A, B" in run(environment, "device", "code", "--gate", "Z").stderr
    assert json.loads(run(environment, "device", "list", "--json").stdout) == []


def test_staff_need_a_password_worth_the_name(environment: dict[str, str]) -> None:
    add = ("staff", "add", "owner@example.com", "--role", "owner")
    assert run(environment, *add, given="correct horse battery\n").returncode == 0
    weak = run(environment, *add, given="short\n")
    assert (weak.returncode, "10 characters" in weak.stderr) == (1, True)


def test_the_doctor_finds_a_counter_that_is_wrong(environment: dict[str, str], database_url: str) -> None:
    run(environment, "event", "import", str(SEED))
    assert json.loads(run(environment, "doctor", "--json").stdout) == {"ok": True, "findings": []}
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE stock SET sold = 3 WHERE id = 1"))
        connection.execute(text("UPDATE occupancy SET untracked = 2"))
    engine.dispose()
    done = run(environment, "doctor", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"]) == (1, False)
    assert {finding["code"] for finding in found["findings"]} == {"stock_count", "room_count"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_settings_that_do_not_fit_end_a_command_with_one_line(environment: dict[str, str]) -> None:
    for command in ("web", "worker", "init", "serve"):
        done = run({**environment, "STRIPE_SECRET_KEY": "sk_live_1"}, command)
        assert done.returncode == 1
        assert done.stderr.strip().splitlines()[-1].startswith("Error: STRIPE_SECRET_KEY is a live key")
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_port_that_is_taken_is_told_before_anything_starts(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run({**environment, "PORT": str(port)}, "serve")
    assert (done.returncode, done.stderr) == (
        1,
        f"Error: PORT {port} is in use: end what listens there, or choose another one.\n",
    )
