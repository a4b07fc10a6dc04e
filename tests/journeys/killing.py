"""Web, worker and stand-in as processes that are killed at any moment and started again at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
from running import PARAMETERS

from ticketing.serving import free_port

SECRET = "whsec_of_the_kills"


@dataclass
class Process:
    """One process of the house; whatever happens to it, it is started again with the same command."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    kills: int = 0
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(self.command, env=self.environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """`kill -9`, in the middle of whatever it does."""
        assert self.running is not None
        self.running.send_signal(signal.SIGKILL)
        self.running.wait(30)
        self.kills += 1

    def keep_up(self) -> None:
        """Start it again if it has ended."""
        if self.running is None or self.running.poll() is not None:
            self.start()


@dataclass
class Mortals:
    """The house whose processes die."""

    url: str
    standin: str
    environment: dict[str, str]
    processes: list[Process]
    stop: threading.Event = field(default_factory=threading.Event)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `ticketing …` with the same environment."""
        command = [sys.executable, "-m", "ticketing", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120, check=False)

    def murder(self, rng: random.Random) -> None:
        """Kill one after the other, in any order, until told to stop; between two deaths all have come to life."""
        while not self.stop.is_set():
            for victim in rng.sample(self.processes, len(self.processes)):
                self.wait_until_ready()
                if self.stop.wait(rng.uniform(0, 2.5)):
                    return
                victim.kill()
                victim.start()

    def wait_until_ready(self) -> None:
        """All of them live."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for process in self.processes:
                process.keep_up()
            try:
                if requests.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise AssertionError("\n".join(process.log.read_text()[-2000:] for process in self.processes))


@contextmanager
def mortals(folder: Path, database: str, starts_at: str, event: Path) -> Iterator[Mortals]:
    """The house with its event, its processes alive."""
    port, standin = free_port(21000), free_port(22000)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PARAMETERS)}
    environment = {
        **clean,
        "TICKETING_INSTANCE": str(folder / "instance"),
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "STRIPE_API_BASE": f"http://127.0.0.1:{standin}",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "TICKETING_RATE_LIMITS": "off",
        "WEB_PROCESSES": "2",
        **({"DATABASE_URL": database} if database else {}),
    }
    python = [sys.executable, "-m"]
    notify = f"http://127.0.0.1:{port}/stripe/webhook"
    state = str(folder / "standin.sqlite3")
    commands = {
        "web": [*python, "ticketing", "web"],
        "worker": [*python, "ticketing", "worker"],
        "standin": [*python, "ticketing.standin", "--port", str(standin), "--notify", notify, "--state", state],
    }
    made = [Process(name, command, environment, folder / f"{name}.log") for name, command in commands.items()]
    house = Mortals(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{standin}", environment, made)
    for arguments in (("init",), ("event", "import", str(event), "--starts-at", starts_at)):
        done = house.command(*arguments)
        assert done.returncode == 0, done.stderr
    try:
        house.wait_until_ready()
        yield house
    finally:
        for process in made:
            if process.running is not None and process.running.poll() is None:
                process.kill()
