"""Refunding, canceling and calling off by command: what is printed, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from back_office import fail_refund
from factories import SLUG, House
from ticketing import cli_house
from ticketing.cli import main
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading
from ticketing.reports.doctor import examine

Command = Callable[..., Result]


@pytest.fixture
def command(house: House, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command line of the test's house."""
    monkeypatch.setattr(cli_house, "house", lambda: house.app)
    return lambda *arguments: CliRunner().invoke(main, arguments)


def code_of(path: str) -> str:
    return path.split("/")[2]


def plain(done: Result) -> dict[str, Any]:
    """The answer in JSON."""
    assert done.exit_code == 0, done.output
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def findings(house: House) -> list[str]:
    with house.app.app_context(), reading() as session:
        return [finding.code for finding in examine(session)]


def test_a_whole_order_goes_back(house: House, command: Command) -> None:
    path = house.buy(day=2)
    code = code_of(path)
    done = command("refund", f"{code[:3].lower()} {code[3:]}")
    assert done.stdout == (
        f"{code}: ¥4,000 goes back, ¥0 of the payment is left. Tickets 1, 2 revoked. The order is refunded.\n"
    )
    house.work()
    assert [refund.amount for refund in house.gateway.made_refunds.values()] == [4000]
    assert findings(house) == []
    again = command("refund", code)
    assert (again.exit_code, "(nothing_valid)" in again.stderr) == (1, True)


def test_chosen_tickets_and_amounts_go_back(house: House, command: Command) -> None:
    code = code_of(house.buy(day=2, conference=1))
    facts = plain(command("refund", code, "--ticket", "3", "--ticket", "1", "--json"))
    refund_id = facts.pop("refund")
    assert facts == {
        "order": code,
        "state": "partially_refunded",
        "tickets": [1, 3],
        "amount": 3000,
        "currency": "jpy",
    }
    facts = plain(command("refund", code, "--amount", "500", "--json"))
    assert (facts["tickets"], facts["amount"], facts["refund"] != refund_id) == ([], 500, True)
    assert "All tickets stay as they are." in command("refund", code, "--amount", "1").stdout
    house.work()
    assert sum(refund.amount for refund in house.gateway.made_refunds.values()) == 3501
    assert findings(house) == []


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("--amount", "99999"), 1, "(refund_too_much)"),
        (("--amount", "0"), 1, "(amount_unreadable)"),
        (("--ticket", "9"), 1, "(ticket_not_valid)"),
        (("--ticket", "1", "--amount", "5"), 2, "either --ticket or --amount"),
    ],
)
def test_a_refusal_is_one_line(
    house: House, command: Command, arguments: tuple[str, ...], status: int, says: str
) -> None:
    done = command("refund", code_of(house.buy(day=1)), *arguments)
    assert (done.exit_code, done.stdout) == (status, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    unknown = command("refund", "NOTHING", *arguments[:2])
    assert (unknown.exit_code, "There is no order NOTHING" in unknown.stderr) == (1, True)


def test_an_unpaid_order_is_canceled(house: House, command: Command) -> None:
    session_id = house.order(day=1).location.rpartition("/")[2]
    code = code_of(house.path(session_id))
    assert command("refund", code).exit_code == 1
    house.gateway.down = True
    assert "(stripe_away)" in command("cancel", code).stderr
    house.gateway.down = False
    assert f"{code} is canceled." in command("cancel", code).stdout
    assert house.gateway.sessions[session_id].status == "expired"
    assert "(order_over)" in command("cancel", code).stderr
    assert findings(house) == []


def test_a_paid_order_is_canceled_by_giving_everything_back(house: House, command: Command) -> None:
    code = code_of(house.buy(day=1, conference=1))
    facts = plain(command("cancel", code, "--json"))
    assert (facts["state"], facts["tickets"], facts["amount"]) == ("refunded", [1, 2], 3000)
    with house.app.app_context(), reading() as session:
        (entry,) = session.query(AuditEntry).filter_by(action="order.refund")
        assert (entry.actor, entry.facts["amount"]) == ("cli", 3000)
    house.work()
    assert findings(house) == []
    assert "(order_over)" in command("cancel", code).stderr


def test_an_event_is_called_off_only_when_meant(house: House, command: Command) -> None:
    path = house.buy(day=1)
    asked = command("event", "cancel", SLUG)
    assert (asked.exit_code, "Paid orders: 1 (¥2,000 goes back)." in asked.stderr) == (1, True)
    assert house.catalog().canceled_at is None
    done = command("event", "cancel", SLUG, "--yes")
    assert "Orders: 0 done, 1 left." in done.stdout
    assert "The worker does the rest." in done.stdout
    house.work()
    facts = plain(command("event", "cancel", SLUG, "--json"))
    assert (facts["done"], facts["left"], facts["refunds"]) == (1, 0, {"on_their_way": 0, "done": 1, "failed": 0})
    assert house.status(path)["state"] == "refunded"
    assert command("event", "cancel", "nowhere", "--yes").exit_code == 1
    assert findings(house) == []


def test_a_failed_refund_is_noted_as_paid_outside_stripe(house: House, command: Command) -> None:
    code = code_of(house.buy(day=1))
    assert "(refund_not_failed)" in command("refund-outside", code, "cash").stderr
    command("refund", code)
    house.work()
    fail_refund(house)
    assert findings(house) == ["refund_failed"]
    done = plain(command("refund-outside", code, "Bank transfer on 1 December", "--json"))
    assert {name: done[name] for name in ("order", "amount", "currency")} == {
        "order": code,
        "amount": 2000,
        "currency": "jpy",
    }
    assert findings(house) == []
    assert "(refund_not_failed)" in command("refund-outside", code, "cash").stderr


def test_which_refund_was_paid_is_said_where_more_than_one_failed(house: House, command: Command) -> None:
    code = code_of(house.buy(day=2))
    made = [plain(command("refund", code, "--amount", amount, "--json"))["refund"] for amount in ("1000", "500")]
    house.work()
    for stripe_id in list(house.gateway.made_refunds):
        fail_refund(house, stripe_id)
    asked = command("refund-outside", code, "cash")
    assert (asked.exit_code, all(refund_id in asked.stderr for refund_id in made)) == (2, True)
    done = command("refund-outside", code, "cash", "--refund", made[1])
    assert done.stdout == f"{code}: ¥500 is noted as paid outside Stripe. The buyer gets a letter.\n"
    assert findings(house) == ["refund_failed"]
