"""Several programs under one roof: started together, kept running, ended together.

Knows nothing of what it runs. Linux only, as `ticketing serve` is; in production systemd or containers do this.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from ticketing.core.lifeline import start_tied

TAIL_LINES = 15
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Child:
    """One program: its name in the log, what to run, what to add to the environment.

    What to run is a command, or a function of ours: that one runs in a fork of this process and finds every module
    loaded already. Close database connections before, a fork may not share them; there may be no threads either.
    A child is ready when `ready_url` (this machine's) answers 200; without one, as soon as it is started."""

    name: str
    program: Sequence[str] | Callable[[], object]
    env: Mapping[str, str] = field(default_factory=dict)
    ready_url: str | None = None


@dataclass(frozen=True)
class Patience:
    """How long, in seconds, and how often. A child that ran for `steady` starts counting its restarts anew."""

    ready: float = 60.0
    grace: float = 10.0  # between the request to end and the kill
    restarts: int = 5
    first_pause: float = 0.5  # before the first restart; each further pause is twice as long
    steady: float = 60.0


class Supervisor:
    """Runs children until it is told to stop, by Ctrl-C or a signal, or until one of them cannot be kept running.

    Promises: no child outlives it, not even when it is killed with -9; a child that ends is started again, with
    growing pauses, but not for ever; output goes to `<log_folder>/<name>.log` (the run before:
    `.log.1`). Must run in the main thread, because the kernel ties the children's life to the thread that
    started them. `say` gets one line at a time for people."""

    def __init__(
        self,
        children: Sequence[Child],
        log_folder: Path,
        say: Callable[[str], object],
        patience: Patience = Patience(),
    ) -> None:
        self._log_folder = log_folder
        self._say = say
        self._patience = patience
        self._running = [_Running(child, log_folder / f"{child.name}.log", patience) for child in children]
        self._stop_requests = 0

    def run(self, when_ready: Callable[[], object]) -> int:
        """Start all, call `when_ready` once all answer, watch them; returns the exit code for the shell."""
        self._log_folder.mkdir(parents=True, exist_ok=True)
        with self._wakeups() as wakeup:
            try:
                for running in self._running:
                    running.keep_last_log()
                    running.start()
                if not self._become_ready(wakeup):
                    return 0 if self._stop_requests else 1
                when_ready()
                return self._watch(wakeup)
            finally:
                self._stop_all(wakeup)

    def _become_ready(self, wakeup: socket.socket) -> bool:
        deadline = time.monotonic() + self._patience.ready
        waiting = list(self._running)
        while not self._stop_requests:
            for running in self._running:
                if running.has_ended():
                    self._say(f"{running.child.name} did not start: {running.sweep()}. {running.tail()}")
                    return False
            waiting = [running for running in waiting if not running.answers()]
            if not waiting:
                return True
            if time.monotonic() > deadline:
                late = waiting[0]
                self._say(f"{late.child.name} gives no answer at {late.child.ready_url}. {late.tail()}")
                return False
            _pause(wakeup, 0.05)
        return False

    def _watch(self, wakeup: socket.socket) -> int:
        while not self._stop_requests:
            now = time.monotonic()
            for running in self._running:
                if running.has_ended():
                    how = running.sweep()
                    if not running.plan_restart(now):
                        self._say(f"{running.child.name} does not stay up: {how}. {running.tail()}")
                        return 1
                    self._say(f"{running.child.name} ended: {how}. Starting it again. {running.tail()}")
                running.start_if_due(now)
            due = [running.restart_at - now for running in self._running if running.restart_at is not None]
            _pause(wakeup, max(0.0, min([*due, 5.0])))
        return 0

    def _stop_all(self, wakeup: socket.socket) -> None:
        """First the leaders, who know in which order their own workers may go; whoever is left, all of its group."""
        alive = [running for running in reversed(self._running) if running.pid is not None]
        for signal_group, seconds in ((False, self._patience.grace / 4), (True, self._patience.grace * 3 / 4)):
            for running in alive:
                running.ask_to_end(signal_group)
            deadline = time.monotonic() + seconds
            while alive and time.monotonic() < deadline and self._stop_requests < 2:
                _pause(wakeup, 0.2)
                for running in [running for running in alive if running.has_ended()]:
                    running.sweep()
                    alive.remove(running)
        for running in alive:
            self._say(f"{running.child.name} did not end when asked and was killed.")
            running.sweep()

    @contextmanager
    def _wakeups(self) -> Iterator[socket.socket]:
        """Every signal that matters ends a pause, so that nothing has to be polled often."""
        reader, writer = socket.socketpair()
        reader.setblocking(False)
        writer.setblocking(False)
        before = {number: signal.signal(number, self._on_stop) for number in _STOP_SIGNALS}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        old_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield reader
        finally:
            signal.set_wakeup_fd(old_fd)
            for number, handler in before.items():
                signal.signal(number, handler)
            reader.close()
            writer.close()

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requests += 1


class _Running:
    """One child and what has happened to it so far."""

    def __init__(self, child: Child, log: Path, patience: Patience) -> None:
        self.child = child
        self.pid: int | None = None
        self.restart_at: float | None = None
        self._log = log
        self._patience = patience
        self._started_at = 0.0
        self._ends_in_a_row = 0

    def keep_last_log(self) -> None:
        if self._log.exists():
            self._log.replace(self._log.with_name(f"{self._log.name}.1"))

    def start(self) -> None:
        self.restart_at = None
        self._started_at = time.monotonic()
        self.pid = start_tied(self.child.program, self.child.env, self._log)

    def start_if_due(self, now: float) -> None:
        if self.restart_at is not None and now >= self.restart_at:
            self.start()

    def plan_restart(self, now: float) -> bool:
        """False when it has ended too often in a row."""
        steady = now - self._started_at >= self._patience.steady
        self._ends_in_a_row = 1 if steady else self._ends_in_a_row + 1
        if self._ends_in_a_row > self._patience.restarts:
            return False
        self.restart_at = now + self._patience.first_pause * 2 ** (self._ends_in_a_row - 1)
        return True

    def has_ended(self) -> bool:
        """Whether it has, leaving its process id taken, so that `sweep` cannot hit a stranger's group."""
        return self.pid is not None and os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def ask_to_end(self, group: bool) -> None:
        """The leader, or it and all that it started: a worker that was just starting may have missed it."""
        if self.pid is not None:
            (os.killpg if group else os.kill)(self.pid, signal.SIGTERM)

    def sweep(self) -> str:
        """Kill what is left of the group, collect the leader; returns how it ended, for people."""
        pid, self.pid = self.pid, None
        if pid is None:
            return "not started"
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def answers(self) -> bool:
        if self.child.ready_url is None:
            return True
        url = urlsplit(self.child.ready_url)
        connection = _connection(url.scheme, url.hostname or "", url.port)
        try:
            connection.request("GET", url.path or "/")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def tail(self) -> str:
        """The last lines of its log, for the terminal."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
        text = "".join(f"\n  {line}" for line in lines)
        return f"Last lines of {self._log}:{text}" if text else f"Its log is empty ({self._log})."


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    """Whose certificate it is does not matter here: nothing is told, and only whether it answers is asked."""
    if scheme == "http":
        return HTTPConnection(host, port, timeout=2)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return HTTPSConnection(host, port, timeout=2, context=context)


def _pause(wakeup: socket.socket, seconds: float) -> None:
    """Sleep, but not longer than until the next signal."""
    if select.select([wakeup], [], [], seconds)[0]:
        wakeup.recv(4096)
