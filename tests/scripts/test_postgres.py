"""The server that tests use: databases are copies, and nothing of it stays behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import postgres

PATIENCE_SECONDS = 30


@pytest.fixture
def name(pg_cluster: postgres.Cluster) -> Iterator[str]:
    name = f"copy_{uuid.uuid4().hex[:8]}"
    yield name
    pg_cluster.drop_database(name)
    pg_cluster.drop_database(f"{name}_2")


def plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def test_a_copy_has_what_its_template_has(pg_cluster: postgres.Cluster, name: str) -> None:
    with psycopg.connect(plain(pg_cluster.create_database(name))) as connection:
        connection.execute("CREATE TABLE place AS SELECT 300 AS taken")
    with psycopg.connect(plain(pg_cluster.create_database(f"{name}_2", template=name))) as connection:
        assert connection.execute("SELECT taken FROM place").fetchall() == [(300,)]


def test_a_database_is_dropped_although_someone_is_connected(pg_cluster: postgres.Cluster, name: str) -> None:
    with psycopg.connect(plain(pg_cluster.create_database(name))) as connection:
        pg_cluster.drop_database(name)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def start(folder: Path, *command: str) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    program = str(Path(postgres.__file__))
    folder.chmod(0o755)
    return subprocess.Popen([sys.executable, program, *command], env={**environment, "TMPDIR": str(folder)})


def servers_in(folder: Path) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"postgres" in (process / "cmdline").read_bytes() and str(folder) in str((process / "cwd").readlink()):
                found.append(int(process.name))
        except OSError:
            continue  # ended meanwhile
    return found


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A short path that the user `postgres` can reach, as sockets and PostgreSQL want it."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_the_command_gets_the_server_and_its_exit_code_counts(public_folder: Path) -> None:
    probe = "import os, psycopg; psycopg.connect(os.environ['TEST_DATABASE_URL'].replace('+psycopg', '')); exit(7)"
    assert start(public_folder, sys.executable, "-c", probe).wait(PATIENCE_SECONDS) == 7
    assert servers_in(public_folder) == []
    assert list(public_folder.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_does_not_outlive_whoever_started_it(public_folder: Path, how: signal.Signals) -> None:
    process = start(public_folder, sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not servers_in(public_folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(how)
    process.wait(PATIENCE_SECONDS)
    while servers_in(public_folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert servers_in(public_folder) == []
