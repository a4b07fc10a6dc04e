"""schemathesis against the house as it is served: what the schema allows, what it forbids, wrong methods, no token.

SCHEMATHESIS_EXAMPLES asks for more calls than the few of every run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from factories import SLUG, House
from programs import program
from receiver import known_ids
from ticketing.api import door_calls
from ticketing.api.views import CALLS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "5")
# What there really is, so that calls come past 404.
KNOWN = """
[[operations]]
include-path-regex = ".*slug.*"
parameters = {{ slug = "{slug}" }}
[[operations]]
include-path-regex = ".*/orders/.code.*"
parameters = {{ code = "{code}" }}
[[operations]]
include-path-regex = ".*hook_id.*"
parameters = {{ hook_id = "{hook_id}" }}
[[operations]]
include-path-regex = ".*delivery_id.*"
parameters = {{ delivery_id = "{delivery_id}" }}
"""


@pytest.fixture
def served(house: House) -> Iterator[str]:
    """The house over HTTP; the address of its description."""
    house.app.testing = False  # a fault must answer as it does outside
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1/openapi.json"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("whose", "calls"), [("exclude", len(CALLS)), ("include", len(door_calls.CALLS))])
def test_schemathesis_finds_nothing(house: House, served: str, tmp_path: Path, whose: str, calls: int) -> None:
    code = house.buy(day=2).split("/")[2]
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(KNOWN.format(slug=SLUG, code=code, **known_ids(house)), encoding="utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run", served]
    choice = [f"--{whose}-path-regex", "^/door/", "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES]
    # Whether a time, a cursor or a key of ours is right is more than a schema can say.
    left_out = ["positive_data_acceptance"]
    if whose == "include":
        # The form of a scan is looked at before its token, which the statement looks up that also finds the ticket.
        left_out.append("missing_required_header")
    choice += ["--exclude-checks", ",".join(left_out)]
    bearer = program(house).token if whose == "exclude" else house.tablet().token
    token = ["--header", f"Authorization: Bearer {bearer}"]
    done = subprocess.run(
        [*command, *choice, *token, "--no-color"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert f"Tested: {calls}" in done.stdout
