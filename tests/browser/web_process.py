"""The web command as a process of its own on a test house's database: it can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import update

from factories import House
from ticketing.core.db import writing
from ticketing.door.stations import facts_changed
from ticketing.events.models import Program

PARAMETERS = ("STRIPE_", "DATABASE_", "TICKETING_", "PUBLIC_URL", "SECRET_KEY", "SMTP_", "PORT")
START_SECONDS = 30


def doors_open_now(house: House) -> None:
    """The house's clock shows the present, and all its programs are on."""
    now = datetime.now(UTC)
    house.clock.advance(now - house.clock.now())
    with house.app.app_context(), writing() as session:
        on = {"doors_open_at": now - timedelta(hours=1), "starts_at": now, "ends_at": now + timedelta(hours=6)}
        session.execute(update(Program).values(**on))
        facts_changed(session, house.catalog().id)


def a_port() -> int:
    """A port of the system's choice: two runs at once on one machine take different ones."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@dataclass
class WebProcess:
    """`ticketing web` with one process for requests; `port` stays the same over its lives."""

    database_url: str
    instance: Path
    port: int = field(default_factory=a_port)
    _process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start it and wait until it answers."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(PARAMETERS)}
        told = {"TICKETING_INSTANCE": str(self.instance), "DATABASE_URL": self.database_url, "WEB_PROCESSES": "1"}
        house = {"SECRET_KEY": "a secret of the tests", "STRIPE_API_BASE": "http://127.0.0.1:9"}
        address = {"PORT": str(self.port), "PUBLIC_URL": f"http://127.0.0.1:{self.port}"}
        with (self.instance / "web.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ticketing", "web"],
                env={**clean, **told, **house, **address, "TICKETING_RATE_LIMITS": "off"},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, (self.instance / "web.log").read_text()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return True
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        """As if the machine had lost its power: all its processes at once, in the middle of whatever they do."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None
