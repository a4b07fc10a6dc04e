"""Payouts of the stand-in: what is available leaves for the bank on Fridays or when ordered, and may come back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from stripe_shop import Hook, Shop, address, start, stop

from ticketing.payments.gateway import StripeGateway
from ticketing.payments.payout_facts import StripePayout

EVER = datetime(2020, 1, 1, tzinfo=UTC)
DAY = 86400
FEE = 288


@pytest.fixture
def base(hook: Hook, tmp_path: Path) -> Iterator[str]:
    """A stand-in of its own: a payout takes all that is there."""
    process = start(hook.url, "--state", str(tmp_path / "state.sqlite"))
    yield address(process)
    stop(process)


def payouts(shop: Shop) -> list[Any]:
    return list(shop.stripe.v1.payouts.list().data)


def told(gateway: StripeGateway, payout_id: str) -> StripePayout:
    """The payout as all lines of the books tell it that are about it."""
    (payout,) = {line.payout for line in gateway.balance(EVER) if line.source == payout_id}
    assert payout
    return payout


def weekday(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%a}"


def test_what_is_available_leaves_on_a_friday_with_all_its_lines(shop: Shop) -> None:
    paid = shop.paid().payment_intent.latest_charge
    refund = shop.stripe.v1.refunds.create({"charge": paid.id, "amount": 3000})
    shop.control("advance", seconds=3 * DAY)
    assert payouts(shop) == []
    shop.control("advance", seconds=9 * DAY)
    (payout,) = payouts(shop)
    assert (payout.amount, payout.automatic, payout.currency) == (8000 - FEE - 3000, True, "jpy")
    assert (weekday(payout.created), weekday(payout.arrival_date)) == ("Fri", "Mon")
    lines = shop.stripe.v1.balance_transactions
    inside = lines.list({"payout": payout.id, "expand": ["data.source"]}).data
    assert sum(line.net for line in inside) == 0
    assert {line.source.id for line in inside} == {paid.id, refund.id, payout.id}
    assert [(line.type, line.net) for line in lines.list({"type": "payout"}).data] == [("payout", -payout.amount)]
    shop.control("advance", seconds=7 * DAY)
    (later,) = payouts(shop)
    assert (later.id, later.status) == (payout.id, "paid")


def test_the_house_reads_payouts_through_its_own_gateway(shop: Shop, gateway: StripeGateway) -> None:
    shop.paid()
    shop.control("advance", seconds=4 * DAY)
    made = shop.control("payout")
    read = told(gateway, made["id"])
    assert (read.id, read.status, read.amount, read.automatic) == (made["id"], "pending", 8000 - FEE, False)
    assert (read.created_at, read.reverses) == (datetime.fromtimestamp(made["created"], UTC), None)
    assert read.arrives_on == datetime.fromtimestamp(made["arrival_date"], UTC).date()
    shop.control("payout", payout=made["id"], status="paid")
    shop.control("payout", payout=made["id"], status="failed")
    failed = told(gateway, made["id"])
    assert (failed.status, failed.failure) == ("failed", "account_closed")
    lines = [(line.type, line.source, line.net) for line in gateway.balance(EVER) if line.source == made["id"]]
    assert lines == [("payout_failure", made["id"], 8000 - FEE), ("payout", made["id"], FEE - 8000)]


def test_somebody_orders_a_payout_and_cancels_it_before_it_left(shop: Shop) -> None:
    shop.paid()
    refused = shop.http.post(f"{shop.base}/_control/payout", json={}, timeout=20)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "balance_insufficient")
    shop.control("advance", seconds=4 * DAY)
    made = shop.control("payout", amount=1000)
    assert (made["status"], made["automatic"], made["amount"]) == ("pending", False, 1000)
    assert shop.control("payout", payout=made["id"], status="canceled")["status"] == "canceled"
    whole = shop.control("payout")
    assert whole["amount"] == 8000 - FEE
    again = shop.http.post(f"{shop.base}/_control/payout", json={"amount": 1}, timeout=20)
    assert again.status_code == 400


def test_a_bank_sends_a_payout_back_after_it_arrived(shop: Shop) -> None:
    shop.paid()
    shop.control("advance", seconds=4 * DAY)
    made = shop.control("payout")
    assert shop.control("payout", payout=made["id"], status="paid")["status"] == "paid"
    failed = shop.control("payout", payout=made["id"], status="failed")
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    back = shop.stripe.v1.balance_transactions.retrieve(failed["failure_balance_transaction"])
    assert (back.type, back.net, back.reporting_category) == ("payout_failure", 8000 - FEE, "payout_reversal")
    told = [event.type for event in shop.stripe.v1.events.list({"types": ["payout.paid", "payout.failed"]}).data]
    assert told == ["payout.failed", "payout.paid"]
    shop.control("advance", seconds=8 * DAY)
    assert [one.amount for one in payouts(shop)] == [8000 - FEE, 8000 - FEE]
