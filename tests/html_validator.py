"""The Nu HTML checker over pages that lie as files in a folder."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

VALIDATOR = Path(__file__).resolve().parents[1] / "node_modules/vnu-jar/build/dist/vnu.jar"


def faults_of(folder: Path) -> list[str]:
    """What is wrong with the pages in this folder."""
    done = subprocess.run(
        ["java", "-jar", str(VALIDATOR), "--format", "json", "--exit-zero-always", *sorted(folder.glob("*.html"))],
        capture_output=True,
        text=True,
        check=True,
    )
    messages = json.loads(done.stderr)["messages"]
    return [f"{one['url'].rpartition('/')[2]}: {one['message']}" for one in messages]
