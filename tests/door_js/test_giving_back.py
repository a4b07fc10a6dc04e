"""A tablet gives places back while the server wants more and more of them: none is on its way when it comes to rest."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from node_tablet import NodeTablet
from sqlalchemy import select
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from factories import House
from ticketing.core.db import reading
from ticketing.door.models import Occupancy


class Greedy:
    """The real house, but each answer to a tablet wants one more place back than the answer before."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.asked = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        answer = Response.from_app(self.house.app, environ, buffered=True)
        if environ["PATH_INFO"].endswith("/sync"):
            self.asked += 1
            facts = json.loads(answer.get_data())
            answer.set_data(json.dumps({**facts, "reserve": facts["reserve"] - self.asked}))
        return answer(environ, start_response)


@pytest.fixture
def greedy(house: House) -> Iterator[str]:
    """Its address."""
    server = make_server("127.0.0.1", 0, Greedy(house), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1/door"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_the_tablet_holds_is_what_the_server_thinks(
    house: House, greedy: str, switch_on: Callable[[], NodeTablet]
) -> None:
    tablet = switch_on()
    tablet.do("load", base=greedy, paired=house.tablet().facts)
    for _ in range(3):
        assert tablet.do("sync")
        with house.app.app_context(), reading() as session:
            (room,) = session.scalars(select(Occupancy))
        assert tablet.state["permits"] == room.reserved > 0
