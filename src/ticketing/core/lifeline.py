"""Processes that end with their parent, however that ends: nothing is left running behind."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

_PR_SET_PDEATHSIG = 1  # from linux/prctl.h; see prctl(2)
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel to kill this process when its parent ends, then end it if that came too late.

    `parent` is the process id that started this one. Without it, the one that `multiprocessing` knows counts,
    so a web worker calls this bare. The request outlives `exec` and is not inherited by children.
    The kernel watches the *thread* that started us: start children from the main thread only.
    Does nothing but the comparison where there is no Linux."""
    expected = _expected_parent() if parent is None else parent
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if expected is not None and os.getppid() != expected:
        os._exit(1)


def _expected_parent() -> int | None:
    starter = multiprocessing.parent_process()
    return starter.pid if starter is not None else None


def start_tied(program: Sequence[str] | Callable[[], object], env: Mapping[str, str], log: Path) -> int:
    """Start a command, or a function in a fork of this process, that ends when this process does; returns its id.

    It leads a process group of its own, so that Ctrl-C in a terminal does not reach it. Its output is added to `log`,
    `env` to its environment. No other thread may be running here, and no database connection may be open."""
    sys.stdout.flush()  # else the child would write once more what still waits here
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _live(program, env, log, parent)
    with suppress(OSError):  # both sides do it, so that it is done when either goes on
        os.setpgid(pid, pid)
    return pid


def _live(program: Sequence[str] | Callable[[], object], env: Mapping[str, str], log: Path, parent: int) -> NoReturn:
    """The life of a child, from the fork on. It never returns into what the parent was doing."""
    code = 1
    try:
        os.setpgid(0, 0)
        die_with_parent(parent)
        _forget_signals()
        _redirect(log)
        os.environ.update({"PYTHONUNBUFFERED": "1", **env})
        if not callable(program):
            os.execvp(program[0], list(program))  # noqa: S606 - our own commands, no shell
        program()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the edge of this process: whatever ends it is told in its log
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _forget_signals() -> None:
    """What the parent does on a signal is not what a child does."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _redirect(log: Path) -> None:
    """Nothing comes in; what goes out is written to the log line by line."""
    silence = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, number in ((silence, 0), (written, 1), (written, 2)):
        os.dup2(source, number)
    os.close(silence)
    os.close(written)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
