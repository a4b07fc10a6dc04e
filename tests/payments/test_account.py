"""Is the account at Stripe set up: each fault is found, named, and ends with what to click."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from factories import SEED
from fakes import FakeGateway
from ticketing.core.settings import read_settings
from ticketing.payments.account import examine, wrong_account
from ticketing.payments.account_facts import Account, Endpoint, Fault, Lack, Method, Needs, Undelivered
from ticketing.payments.gateway import StripeGateway
from ticketing.payments.outcome import EVENTS

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PUBLIC = "https://tickets.example"
GOOD = FakeGateway(lambda: NOW).account(NOW)
[ENDPOINT] = GOOD.endpoints or ()


def needs(tmp_path: Path, *, konbini: bool = False, **more: str) -> Needs:
    """A house on Stripe itself with a test key."""
    own = {"STRIPE_SECRET_KEY": "rk_test_abcdef1234", "STRIPE_WEBHOOK_SECRET": "whsec_1", "PUBLIC_URL": PUBLIC}
    return Needs(read_settings({"TICKETING_INSTANCE": str(tmp_path), **own, **more}), konbini)


def endpoints(*changed: Endpoint) -> Account:
    return replace(GOOD, endpoints=changed)


def test_a_good_account_has_no_fault(tmp_path: Path) -> None:
    assert wrong_account(GOOD, needs(tmp_path, konbini=True), NOW) == []
    everything = endpoints(replace(ENDPOINT, events=frozenset({"*"}), api_version=None))
    assert wrong_account(everything, needs(tmp_path), NOW) == []


@pytest.mark.parametrize(
    ("account", "code", "click"),
    [
        (endpoints(), "stripe_endpoint", "test/webhooks, Add destination"),
        (endpoints(replace(ENDPOINT, url="https://old.example/stripe/webhook")), "stripe_endpoint", "old.example"),
        (endpoints(replace(ENDPOINT, enabled=False)), "stripe_endpoint", "Enable"),
        (endpoints(ENDPOINT, replace(ENDPOINT, id="we_2")), "stripe_endpoint", "delete all but the one"),
        (endpoints(replace(ENDPOINT, events=frozenset(EVENTS[:-1]))), "stripe_events", EVENTS[-1]),
        (endpoints(replace(ENDPOINT, api_version="2020-08-27")), "stripe_version", "2020-08-27"),
        (replace(GOOD, api_version="2020-08-27"), "stripe_version", "unset STRIPE_API_BASE"),
        (replace(GOOD, clock=NOW - timedelta(seconds=90)), "stripe_clock", "90 seconds ahead of"),
        (replace(GOOD, clock=NOW + timedelta(seconds=11)), "stripe_clock", "11 seconds behind"),
        (replace(GOOD, undelivered=Undelivered(3, EVENTS[0], NOW)), "stripe_deliveries", "Reveal it"),
        (replace(GOOD, lacks=(Lack("Events: Read", "event_read"),)), "stripe_permission", "grant Events: Read"),
        (replace(GOOD, methods={}), "stripe_method", "find Cards, click Turn on"),
        (replace(GOOD, methods={"card": Method(True, False)}), "stripe_method", "click Cards"),
    ],
)
def test_each_fault_says_what_to_click(tmp_path: Path, account: Account, code: str, click: str) -> None:
    [fault] = wrong_account(account, needs(tmp_path), NOW)
    assert (fault.code, click in fault.detail) == (code, True), fault
    assert fault.detail.endswith(".")


def test_konbini_counts_only_where_an_event_takes_it(tmp_path: Path) -> None:
    without = replace(GOOD, methods={"card": Method(True, True), "konbini": Method(True, False)})
    assert wrong_account(without, needs(tmp_path), NOW) == []
    assert "Konbini" in wrong_account(without, needs(tmp_path, konbini=True), NOW)[0].detail


def test_what_the_key_may_not_see_is_told_once_and_judged_no_further(tmp_path: Path) -> None:
    blind = replace(GOOD, endpoints=None, methods=None, clock=None, lacks=(Lack("Webhook Endpoints: Read", ""),))
    [fault] = wrong_account(blind, needs(tmp_path), NOW)
    assert fault.code == "stripe_permission"


def test_a_house_that_only_this_machine_reaches_needs_no_endpoint(tmp_path: Path) -> None:
    assert wrong_account(endpoints(), needs(tmp_path, PUBLIC_URL="http://127.0.0.1:8000"), NOW) == []


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({}, []),
        ({"TICKETING_ALLOW_LIVE": "1"}, ["stripe_mode"]),
        ({"STRIPE_WEBHOOK_SECRET": "sk_test_1"}, ["stripe_secret"]),
        (
            {"TICKETING_ALLOW_LIVE": "1", "STRIPE_SECRET_KEY": "rk_live_1", "PUBLIC_URL": "http://tickets.example"},
            ["stripe_mode", "stripe_endpoint"],
        ),
    ],
)
def test_own_settings_that_do_not_fit_are_told(tmp_path: Path, more: dict[str, str], codes: list[str]) -> None:
    assert [fault.code for fault in examine(FakeGateway(lambda: NOW), needs(tmp_path, **more), lambda: NOW)] == codes


def test_a_stripe_that_does_not_answer_is_a_fault_of_its_own(tmp_path: Path) -> None:
    gateway = FakeGateway(lambda: NOW)
    gateway.down = True
    assert [fault.code for fault in examine(gateway, needs(tmp_path), lambda: NOW)] == ["stripe_unreachable"]


@pytest.fixture(scope="module")
def standin() -> Iterator[str]:
    """A stand-in that notifies the address of a house."""
    notify = "http://127.0.0.1:9/stripe/webhook"
    command = [sys.executable, "-m", "ticketing.standin", "--port", "0", "--notify", notify]
    environment = {**os.environ, "STRIPE_WEBHOOK_SECRET": "whsec_1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as it:
        assert it.stdout
        yield it.stdout.readline().split()[-1]
        it.terminate()


def asked(standin: str, tmp_path: Path, key: str) -> list[Fault]:
    """The faults that the real library finds at the stand-in."""
    wanted = needs(tmp_path, konbini=True, STRIPE_API_BASE=standin, STRIPE_SECRET_KEY=key)
    return examine(StripeGateway(wanted.settings), wanted, lambda: datetime.now(UTC))


@pytest.mark.parametrize("key", ["sk_test_all", "rk_test_all"])
def test_the_stand_in_is_set_up_as_the_house_needs_it(standin: str, tmp_path: Path, key: str) -> None:
    assert asked(standin, tmp_path, key) == []


@pytest.mark.parametrize(
    ("right", "permission"),
    [
        ("checkout_session_write", "Checkout Sessions: Write"),
        ("payment_intent_write", "PaymentIntents: Write"),
        ("charge_write", "Charges and Refunds: Write"),
        ("dispute_read", "Disputes: Read"),
        ("balance_transaction_source_read", "Balance transaction sources: Read"),
        ("event_read", "Events: Read"),
        ("webhook_read", "Webhook Endpoints: Read"),
        ("payment_method_configurations_read", "Payment Method Configurations: Read"),
    ],
)
def test_a_right_that_a_restricted_key_lacks_is_named(
    standin: str, tmp_path: Path, right: str, permission: str
) -> None:
    [fault] = asked(standin, tmp_path, f"rk_test_lacks_{right}")
    assert fault.code == "stripe_permission"
    assert f"grant {permission} (Stripe calls it {right})" in fault.detail


def test_asking_changes_nothing(standin: str, tmp_path: Path) -> None:
    gateway = StripeGateway(needs(tmp_path, STRIPE_API_BASE=standin).settings)
    before = requests.get(f"{standin}/_control/ledger", timeout=20).json()
    gateway.account(datetime.now(UTC))
    assert requests.get(f"{standin}/_control/ledger", timeout=20).json() == before


def test_what_stripe_could_not_deliver_is_told_after_ten_minutes(standin: str, tmp_path: Path) -> None:
    gateway, now = StripeGateway(needs(tmp_path, STRIPE_API_BASE=standin).settings), datetime.now(UTC)
    price = {"currency": "jpy", "unit_amount": 2000, "product_data": {"name": "1 DAY"}}
    asked = {
        "mode": "payment",
        "success_url": "http://127.0.0.1:9/",
        "line_items": [{"quantity": 1, "price_data": price}],
    }
    gateway.expire_checkout(gateway.open_checkout(asked, "checkout-1").id)
    assert gateway.account(now).undelivered is None
    lost = gateway.account(now + timedelta(minutes=15)).undelivered
    assert lost
    assert (lost.count, lost.oldest) == (1, "checkout.session.expired")


def test_a_key_that_stripe_does_not_know_is_told(standin: str, tmp_path: Path) -> None:
    wanted = needs(tmp_path, STRIPE_API_BASE=standin)
    unknown = StripeGateway(replace(wanted.settings, stripe_secret_key="nothing"))
    assert [fault.code for fault in examine(unknown, wanted, lambda: NOW)] == ["stripe_key"]


def test_the_command_tells_it_with_the_other_findings(standin: str, tmp_path: Path) -> None:
    settings = {"TICKETING_INSTANCE": str(tmp_path), "STRIPE_API_BASE": standin, "STRIPE_WEBHOOK_SECRET": "whsec_1"}

    def run(*command: str, **more: str) -> subprocess.CompletedProcess[str]:
        called = [sys.executable, "-m", "ticketing", *command]
        environment = {**os.environ, **settings, **more}
        return subprocess.run(called, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert run("init").returncode == 0
    assert run("event", "import", str(SEED)).returncode == 0
    good = run("doctor", "--stripe")
    assert (good.returncode, good.stdout) == (0, "All counters and invariants hold. Stripe is set up as needed.\n")
    lacking = run("doctor", "--stripe", "--json", STRIPE_SECRET_KEY="rk_test_lacks_event_read")
    found = json.loads(lacking.stdout)
    assert (lacking.returncode, found["ok"]) == (1, False)
    assert [set(finding) for finding in found["findings"]] == [{"code", "detail"}]
