"""What a process used once does not stay with it."""

from __future__ import annotations

import subprocess
import sys

WORK = """
import sys
from pathlib import Path

from PIL import Image

from ticketing.core.allocation import return_large_buffers


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20


if sys.argv[1] == "told":
    assert return_large_buffers()
before, kept = resident(), []
for _ in range(4):
    Image.new("RGB", (2400, 1260)).resize((1200, 630))
    kept += [bytes(1000) for _ in range(100)]  # what is kept above it holds the heap's end up
print(resident() - before)
"""


def grown(how: str) -> int:
    """How many MiB a process has grown by after it drew large pictures."""
    run = subprocess.run([sys.executable, "-c", WORK, how], capture_output=True, text=True, check=True)
    return int(run.stdout)


def test_a_process_gives_the_room_of_a_large_picture_back() -> None:
    assert grown("told") <= 4 < grown("not told")
