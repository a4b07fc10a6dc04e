"""scripts/setup and scripts/test where the machine lacks something: one line that says what to install."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def copy_of(script: str, folder: Path) -> Path:
    (folder / "scripts").mkdir()
    return Path(shutil.copy(ROOT / "scripts" / script, folder / "scripts"))


def run(*command: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path} if path else None
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    script = copy_of("setup", tmp_path)
    without = "import sys, runpy; sys.modules['ensurepip'] = None; sys.argv = ['setup'];"
    done = run(
        sys.executable, "-c", f"{without} runpy.run_path({str(script)!r}, run_name='__main__')", path=str(tmp_path)
    )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(f"apt-get install python{version}-venv")
    assert not (tmp_path / ".venv").exists()


def test_an_unknown_option_shows_how_it_is_used(tmp_path: Path) -> None:
    done = run(sys.executable, str(copy_of("setup", tmp_path)), "--everything")
    assert done.returncode == 1
    assert "scripts/setup --test" in done.stderr


def test_tests_name_the_packages_that_are_missing(tmp_path: Path) -> None:
    script = copy_of("test", tmp_path)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "dirname").symlink_to(shutil.which("dirname") or "")
    (tools / "id").write_text("#!/bin/sh\necho 1000\n")
    (tools / "id").chmod(0o755)
    done = run("/bin/bash", str(script), path=str(tools))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "apt-get install" in done.stderr
    assert "chromium" in done.stderr
    assert "qpdf" in done.stderr
