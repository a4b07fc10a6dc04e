"""Rate limits: whom they count, and that they forget."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from factories import House
from ticketing.core import limits
from ticketing.core.limits import FileStorage


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.7"),
        ("a socket", "a socket"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_visitor_of_ipv6_is_known_by_the_network(house: House, address: str, counted: str) -> None:
    with house.app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert limits.client() == counted


def test_counters_whose_time_is_over_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "limits.sqlite3"
    for number in range(20):
        FileStorage(f"ticketing-file://{path}").incr(f"guess {number}", -1)
    storage = FileStorage(f"ticketing-file://{path}")
    assert (storage.incr("now", 300), storage.incr("now", 300)) == (1, 2)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT key FROM hits").fetchall() == [("now",)]
    connection.close()
