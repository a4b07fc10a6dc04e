"""A started stand-in, the real Stripe library that talks to it, and a webhook that listens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stripe_shop import Hook, Shop, address, start, stop


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    server = Hook()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def base(hook: Hook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state: Path = tmp_path_factory.mktemp("standin") / "state.sqlite"
    process = start(hook.url, "--state", str(state))
    yield address(process)
    stop(process)


@pytest.fixture
def shop(base: str, hook: Hook) -> Iterator[Shop]:
    merchant = Shop(base, hook)
    yield merchant
    hook.status = 200
    merchant.control("webhooks", mode="normal")
    merchant.control("fail", path="/", status=500, count=0)
    merchant.http.close()
