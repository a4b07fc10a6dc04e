"""What `serve --lan` chooses and refuses, and what it tells."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from ticketing.core.settings import BadSettings, read_settings
from ticketing.core.symbols import symbol, terminal
from ticketing.lan.offer import choose, listen_on, offer, told

NOW = datetime.now(UTC)
HALVES = {" ": (255, 255), "▀": (0, 255), "▄": (255, 0), "█": (0, 0)}


def first_free(wish: int, _host: str) -> int:
    return wish


def decoded(lines: list[str]) -> str:
    """What a camera reads off the terminal."""
    rows = [[HALVES[sign][half] for sign in line] for line in lines for half in (0, 1)]
    picture = np.kron(np.array(rows, dtype=np.uint8), np.ones((6, 6), dtype=np.uint8))
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)


def test_the_address_of_the_network_is_chosen() -> None:
    assert listen_on({}) == listen_on({"HOST": "127.0.0.1"}) == "0.0.0.0"
    assert choose({"HOST": "192.168.7.9"}, first_free) == {
        "PUBLIC_URL": "https://192.168.7.9:8443",
        "TICKETING_TRUST_URL": "http://192.168.7.9:8080",
    }


def test_with_a_certificate_of_ones_own_there_is_nothing_to_trust() -> None:
    given = {"HOST": "192.168.7.9", "TLS_CERTIFICATE": "c.pem", "PUBLIC_URL": "https://door.example.com"}
    assert choose(given, first_free) == {"PUBLIC_URL": "https://door.example.com"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"PUBLIC_URL": "http://192.168.7.9"}, "must begin with https://"),
        ({"TLS_CERTIFICATE": "c.pem"}, "needs PUBLIC_URL"),
    ],
)
def test_what_cannot_work_is_refused_in_one_line(given: dict[str, str], says: str) -> None:
    with pytest.raises(BadSettings, match=says):
        choose({"HOST": "192.168.7.9", **given}, first_free)


def test_a_certificate_that_is_not_there_is_refused(tmp_path: Path) -> None:
    files = {"TLS_CERTIFICATE": str(tmp_path / "no.pem"), "TLS_KEY": str(tmp_path / "no.key")}
    given = {"TICKETING_INSTANCE": str(tmp_path), "PUBLIC_URL": "https://door.example.com", **files}
    with pytest.raises(BadSettings, match="paths of PEM files"):
        offer(read_settings(given), "0.0.0.0", NOW)


def test_half_a_certificate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="belong together"):
        read_settings({"TICKETING_INSTANCE": str(tmp_path), "TLS_CERTIFICATE": "c.pem"})


def test_the_terminal_shows_both_symbols_and_they_can_be_read(tmp_path: Path) -> None:
    chosen = choose({"HOST": "192.168.7.9"}, first_free)
    made = offer(read_settings({"TICKETING_INSTANCE": str(tmp_path), **chosen}), "192.168.7.9", NOW)
    lines = told(made, "K7M2QF34", colour=False)
    drawn = [line for line in lines if set(line) <= {*HALVES, " "} and line]
    width = len(drawn[0])
    assert width <= 80
    halves = [[line[: width // 2 - 2] for line in drawn], [line[width // 2 :] for line in drawn]]
    assert [decoded(half) for half in halves] == [
        "http://192.168.7.9:8080/",
        "https://192.168.7.9:8443/door#pair=K7M2QF34",
    ]
    assert any(made.own is not None and made.own.fingerprint in line for line in lines)


def test_a_symbol_for_a_page_says_the_same_as_the_one_for_a_terminal() -> None:
    text = "https://192.168.7.9:8443/door#pair=K7M2QF34"
    assert decoded(terminal(text, colour=False)) == text
    made = symbol(text)
    dark = sum(int(part.partition("h")[2].partition("v")[0]) for part in made.path.split("M")[1:])
    assert made.size > 25
    assert dark == sum({"▀": 1, "▄": 1, "█": 2}.get(sign, 0) for line in terminal(text, colour=False) for sign in line)
