"""A process that ends with its parent, however the parent ends: nothing is left running behind."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys

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
