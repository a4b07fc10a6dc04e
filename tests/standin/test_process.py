"""The process: what it refuses, what survives a restart, and that it ends."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from stripe_shop import Hook, Shop, address, start, stop


@contextmanager
def standin(hook: Hook, state: Path) -> Iterator[tuple[Shop, subprocess.Popen[str]]]:
    process = start(hook.url, "--state", str(state))
    shop = Shop(address(process), hook)
    try:
        yield shop, process
    finally:
        shop.http.close()
        stop(process)


def test_everything_survives_a_sudden_end(hook: Hook, tmp_path: Path) -> None:
    hook.status = 500
    with standin(hook, tmp_path / "state.sqlite") as (shop, process):
        session = shop.paid()
        shop.control("advance", seconds=4000)
        hook.wait(session.id, "checkout.session.completed")
        process.kill()
        process.wait(timeout=20)
    seen = len(hook.about(session.id))
    hook.status = 200
    with standin(hook, tmp_path / "state.sqlite") as (shop, _):
        assert shop.look(session).payment_status == "paid"
        assert shop.http.get(f"{shop.base}/healthz", timeout=20).json()["now"] >= session.created + 4000
        hook.wait(session.id, *["again"] * (seen + 1))


def test_two_run_side_by_side_but_never_on_one_file(hook: Hook, tmp_path: Path) -> None:
    with standin(hook, tmp_path / "a") as (one, _), standin(hook, tmp_path / "b") as (two, _):
        assert one.base != two.base
        session = one.session()
        assert session.id not in [item["id"] for item in two.ledger()["sessions"]]
        third = start(hook.url, "--state", str(tmp_path / "a"))
        assert third.communicate(timeout=20)[1].startswith("stand-in: ")
        assert third.returncode == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_to_even_with_a_call_that_hangs(hook: Hook, tmp_path: Path, number: signal.Signals) -> None:
    process = start(hook.url, "--state", str(tmp_path / "state.sqlite"))
    shop = Shop(address(process), hook)
    shop.control("fail", path="/v1", status="timeout")
    with pytest.raises(Exception, match="timed out"):
        shop.http.get(f"{shop.base}/v1/events", timeout=0.3)
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    shop.http.close()


@pytest.mark.parametrize(
    ("more", "environment", "word"),
    [
        (["--host", "0.0.0.0"], {}, "--host"),
        (["--notify", "https://example.com/hook"], {}, "--notify"),
        ([], {"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
        ([], {"STRIPE_WEBHOOK_SECRET": "", "STRIPE_WEBHOOK_SECRET_FILE": "/nowhere"}, "STRIPE_WEBHOOK_SECRET_FILE"),
    ],
)
def test_it_refuses_to_start_in_an_unsafe_way(more: list[str], environment: dict[str, str], word: str) -> None:
    process = start("http://127.0.0.1:9/", *more, **environment)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert word in errors
    assert errors.count("\n") == 1


def test_the_secret_may_stand_in_a_file(hook: Hook, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("whsec_test\n")
    process = start(hook.url, STRIPE_WEBHOOK_SECRET="", STRIPE_WEBHOOK_SECRET_FILE=str(tmp_path / "secret"))
    shop = Shop(address(process), hook)
    hook.wait(shop.paid().id, "checkout.session.completed")
    shop.http.close()
    stop(process)
