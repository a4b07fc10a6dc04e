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
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests
from running import PARAMETERS

from ticketing.serving import free_port

SECRET = "whsec_of_the_kills"
LONGEST_LIFE = 2.0
"""How many seconds a process lives at most, or as long as a birth takes on a busy machine."""
IN_THE_CRADLE, AT_A_MOMENT, ONE_LIMB = 0.15, 0.4, 0.2
"""How many of the deaths come before it lives, right after a request, or only to a part of it."""


@dataclass
class Process:
    """One process of the house; whatever happens to it, it is started again with the same command.

    `health` is an address that answers once it lives, empty where it has none; `born_in` is how long that took, in
    seconds. `kills` counts its deaths, `limbs` those of one of its own processes, which it replaces itself.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    health: str = ""
    born_in: float = 0.0
    kills: int = 0
    limbs: int = 0
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

    def maim(self, rng: random.Random) -> None:
        """`kill -9` for one of its own processes."""
        assert self.running is not None
        children = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children")
        with suppress(FileNotFoundError, ProcessLookupError):  # it may be dead already
            if pids := children.read_text().split():
                os.kill(int(rng.choice(pids)), signal.SIGKILL)
                self.limbs += 1

    def keep_up(self) -> None:
        """Start it again if it has ended."""
        if self.running is None or self.running.poll() is not None:
            self.start()

    def answers(self) -> bool:
        """Whether it lives, as far as one can ask."""
        try:
            return not self.health or requests.get(self.health, timeout=2).ok
        except requests.RequestException:
            return False


@dataclass
class Mortals:
    """The house whose processes die."""

    url: str
    standin: str
    environment: dict[str, str]
    processes: list[Process]
    most_kills: int
    stop: threading.Event = field(default_factory=threading.Event)
    moment: threading.Condition = field(default_factory=threading.Condition)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `ticketing …` with the same environment."""
        command = [sys.executable, "-m", "ticketing", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120, check=False)

    def send_now(self) -> None:
        """A buyer is about to send something: a good moment to die."""
        with self.moment:
            self.moment.notify_all()

    @contextmanager
    def dying(self) -> Iterator[None]:
        """Each process dies again and again, at moments of its own."""
        killers = [threading.Thread(target=self._haunt, args=(process,)) for process in self.processes]
        for killer in killers:
            killer.start()
        try:
            yield
        finally:
            self.stop.set()
            for killer in killers:
                killer.join()

    def _haunt(self, process: Process) -> None:
        """Some deaths come while it starts, some right after a buyer has sent something, the others at any moment."""
        rng = random.Random()  # noqa: S311 (no secret)
        while process.kills < self.most_kills and not self.stop.is_set():
            if rng.random() > IN_THE_CRADLE:
                self._grow_up(process)
            life = rng.uniform(0, max(LONGEST_LIFE, *(one.born_in for one in self.processes)))
            if self.stop.wait(life):
                return
            if rng.random() < AT_A_MOMENT:
                with self.moment:
                    self.moment.wait(LONGEST_LIFE)
                self.stop.wait(rng.uniform(0, 0.08))
            if rng.random() < ONE_LIMB:
                process.maim(rng)
            else:
                process.kill()
                process.start()

    def _grow_up(self, process: Process) -> None:
        began = time.monotonic()
        while not self.stop.wait(0.1):
            process.keep_up()
            if process.answers():
                process.born_in = time.monotonic() - began
                return

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
def mortals(folder: Path, database: str, starts_at: str, event: Path, most_kills: int) -> Iterator[Mortals]:
    """The house with its event, its processes alive; none will be killed more often than that."""
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
    health = {"web": f"http://127.0.0.1:{port}/healthz", "standin": f"http://127.0.0.1:{standin}/healthz"}
    made = [
        Process(name, command, environment, folder / f"{name}.log", health.get(name, ""))
        for name, command in commands.items()
    ]
    house = Mortals(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{standin}", environment, made, most_kills)
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
