"""Run by test_supervisor: a supervisor over small children that behave as their names say."""

from __future__ import annotations

import http.server
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ticketing.core.lifeline import die_with_parent
from ticketing.supervisor import Child, Patience, Supervisor

NAP = [sys.executable, "-c", "import time; time.sleep(600)"]


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


def web(folder: Path) -> None:
    http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answers).serve_forever()


def sleeps(folder: Path) -> None:
    time.sleep(600)


def forks(folder: Path) -> None:
    """As a web server does: workers that load late and only then tie themselves to their parent."""
    for _ in range(2):
        multiprocessing.get_context("fork").Process(target=_late_worker).start()
    signal.pause()


def _late_worker() -> None:
    time.sleep(0.2)
    die_with_parent()
    time.sleep(600)


def fails(folder: Path) -> None:
    sys.exit(_complain("the port is taken", 3))


def dies_once(folder: Path) -> None:
    if (folder / "first-life").exists():
        (folder / "second-life").touch()
        time.sleep(600)
    (folder / "first-life").touch()
    _wait_for(folder / "ready")
    os.kill(os.getpid(), signal.SIGKILL)


def keeps_dying(folder: Path) -> None:
    _wait_for(folder / "ready")
    sys.exit(4)


def deaf(folder: Path) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with subprocess.Popen(NAP):
        time.sleep(600)


def leaves_a_child(folder: Path) -> None:
    _wait_for(folder / "ready")
    (folder / "left").write_text(str(subprocess.Popen(NAP).pid))


def _wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.02)


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"{text}\n")
    return code


def behaviour_of(name: str) -> Callable[[Path], object]:
    behaviour: Callable[[Path], object] = globals()[name.replace("-", "_")]
    return behaviour


def main() -> int:
    if sys.argv[1] == "--child":
        behaviour_of(sys.argv[2])(Path(sys.argv[3]))
        return 0
    names, folder = sys.argv[1].split(","), sys.argv[2]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    children = [
        Child(
            name,
            partial(behaviour_of(name.removeprefix("forked-")), Path(folder))
            if name.startswith("forked-")
            else [sys.executable, __file__, "--child", name, folder],
            {"PORT": str(port)},
            f"http://127.0.0.1:{port}/" if name.removeprefix("forked-") in {"web", "fails"} else None,
        )
        for name in names
    ]
    patience = Patience(ready=20, grace=1, restarts=2, first_pause=0.1)
    supervisor = Supervisor(children, Path(folder) / "log", lambda line: print(line, flush=True), patience)  # noqa: T201

    def when_ready() -> None:
        (Path(folder) / "ready").touch()
        print("all are ready", flush=True)  # noqa: T201

    return supervisor.run(when_ready)


if __name__ == "__main__":
    sys.exit(main())
