"""The PDF as other programs see it: those that Debian ships, and our own scanner's decoder at low resolution."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from factories import House


@pytest.fixture
def tickets(house: House, tmp_path: Path) -> Path:
    """The tickets of an order with a rare character, as its buyer downloads them."""
    path = house.buy(day=2, conference=1, name="𠮷田 髙﨑", **{"attendee-3": "Marcel Barsotti"})
    (tmp_path / "tickets.pdf").write_bytes(house.client.get(f"{path}/tickets.pdf").data)
    return tmp_path / "tickets.pdf"


def output(*command: str) -> str:
    """What a program of the system prints."""
    program = shutil.which(command[0])
    assert program, f"{command[0]} is missing: scripts/test installs it"
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_font_is_embedded_as_a_subset(tickets: Path) -> None:
    rows = [line.split() for line in output("pdffonts", str(tickets)).splitlines()[2:]]
    assert rows
    for row in rows:
        embedded, subset, to_unicode = row[-5:-2]
        assert (embedded, subset, to_unicode) == ("yes", "yes", "yes"), row


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_file_has_no_fault_and_its_names_can_be_copied(tickets: Path) -> None:
    assert "No syntax or stream encoding errors found" in output("qpdf", "--check", str(tickets))
    text = output("pdftotext", "-layout", str(tickets), "-")
    assert text.count("𠮷田 髙﨑") == 2
    assert "Marcel Barsotti" in text
    assert "REHEARSAL" not in text
