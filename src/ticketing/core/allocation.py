"""How this process keeps memory that it used once."""

from __future__ import annotations

import ctypes

_M_MMAP_THRESHOLD = -3
_LARGE = 256 * 1024


def return_large_buffers() -> bool:
    """Let buffers from 256 KiB on go back to the system as soon as they are free; whether the C library can.

    glibc stops doing so after it saw a large one freed (mallopt(3), M_MMAP_THRESHOLD): one picture drawn at 2,400 ×
    1,260 pixels then costs a web process 20 MiB until its end. Other C libraries have nothing to be told.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_M_MMAP_THRESHOLD, _LARGE) == 1
