"""A PostgreSQL of its own for tests: from Debian's programs, in a temporary folder, reached by a socket in there.

    python tests/postgres.py COMMAND…    runs the command with TEST_DATABASE_URL set, then ends the server

Where TEST_DATABASE_URL is set already, that server is used and nothing is started.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from ticketing.core.lifeline import die_with_parent

START_SECONDS = 30.0
STOP_SECONDS = 10.0
# Lost with the machine's next crash, and so much faster; nothing a test can see is different.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "listen_addresses": "",
}


class Cluster:
    """A running server, known by the URL of its `postgres` database."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)

    @property
    def url(self) -> str:
        """For the environment of others."""
        return self._url.render_as_string(hide_password=False)

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make a database, as a copy of `template` where one is named (nobody may be connected to that one).

        Returns its URL as settings want it, `postgresql+psycopg://…`."""
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(command.format(sql.Identifier(name), sql.Identifier(template or "template1")))
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, name: str) -> None:
        """Remove it, whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, command: sql.Composed) -> None:
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(command)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """The server that TEST_DATABASE_URL names, or one that lives as long as the block."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield Cluster(url)
        return
    folder = Path(tempfile.mkdtemp(prefix="ticketing-postgres-"))
    try:
        with _server(folder):
            yield Cluster(f"postgresql+psycopg://postgres@/postgres?host={folder}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(folder: Path) -> Iterator[None]:
    """Runs in the foreground as our child, so that it cannot outlive us, however we end."""
    owner = _owner(folder)
    data = str(folder / "data")
    initdb = [str(programs() / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, user=owner, cwd=folder)
    options = [f"--{name}={value}" for name, value in FAST.items()]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(programs() / "postgres"), "-D", data, "-k", str(folder), *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            user=owner,
            cwd=folder,
            process_group=0,
            preexec_fn=partial(die_with_parent, os.getpid()),
        )
    try:
        _wait_until_ready(process, folder)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # "fast": ends all connections, then itself
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _owner(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: Debian's package brings a user for it."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name


def programs() -> Path:
    """The folder of `initdb` and `postgres`; Debian does not put it on the PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is missing: apt-get install postgresql")
    return Path(found).parent


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(f"postgresql://postgres@/postgres?host={folder}").close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}") from error
            time.sleep(0.05)
        else:
            return


def main(command: Sequence[str]) -> int:
    """Run the command beside a server; its exit code is ours."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    with cluster() as running:
        environment = {**os.environ, "TEST_DATABASE_URL": running.url}
        return subprocess.call(command, env=environment, preexec_fn=partial(die_with_parent, os.getpid()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
