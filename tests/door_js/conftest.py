"""The real server on a port, and tablets under Node."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from node_tablet import NodeTablet, bundle, tablet
from werkzeug.serving import make_server

from factories import House


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tablet's program, bundled once."""
    return bundle(tmp_path_factory.mktemp("tablet"))


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """The house on a port of its own."""
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1/door"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def switch_on(program: Path, house: House) -> Iterator[Callable[[], NodeTablet]]:
    """Switches a tablet on; it is not paired yet."""
    with ExitStack() as running:
        yield lambda: running.enter_context(tablet(program, house.clock.now()))


@pytest.fixture
def pair(switch_on: Callable[[], NodeTablet], house: House, address: str) -> Callable[..., NodeTablet]:
    """A tablet that is paired with a gate of the house and has its list."""

    def paired(gate: str = "A") -> NodeTablet:
        made = switch_on()
        made.do("load", base=address, paired=house.tablet(gate).facts)
        made.do("sync")
        return made

    return paired
