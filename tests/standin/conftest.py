"""A started stand-in, the real Stripe library that talks to it, and a webhook that listens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stripe_shop import SECRET, Hook, Shop, address, start, stop

from ticketing.core.settings import read_settings
from ticketing.payments.gateway import StripeGateway


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


@pytest.fixture
def gateway(base: str, tmp_path: Path) -> StripeGateway:
    """The house's own way to Stripe, led to the stand-in."""
    here = {"TICKETING_INSTANCE": str(tmp_path), "STRIPE_API_BASE": base, "STRIPE_WEBHOOK_SECRET": SECRET}
    return StripeGateway(read_settings(here))
