"""Reconciling with the local Stripe over HTTP, by the command: no webhook ever arrives, and people meddle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import select
from stripe_shop import SECRET, address, start, stop

from books_of_stripe import codes
from factories import SEED, SLUG
from fakes import FakeTransport
from ticketing.app import Outside, create_app
from ticketing.core import clock
from ticketing.core.db import changed, db, reading, writing
from ticketing.core.settings import read_settings
from ticketing.office.publish import publish
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.terms import in_full
from ticketing.payments import refund_settle
from ticketing.payments.models import Payment, Refund
from ticketing.payments.reconcile import reconcile
from ticketing.payments.refunds import Cause, refund_tickets

CARD = {"method": "card", "card_number": "4242424242424242", "exp": "12/34", "cvc": "123"}


@dataclass
class Shop:
    """A house that sells by the real gateway, and its Stripe."""

    app: Flask
    environment: dict[str, str]
    stripe: str

    def buy(self, count: int) -> None:
        """Order, and pay on the hosted page."""
        form = {"qty-1-DAY": str(count), "name": "山田", "email": "a@example.com", "form_key": uuid.uuid4().hex}
        answer = self.app.test_client().post(f"/e/{SLUG}/orders", data=form)
        assert answer.status_code == 303, answer.text
        assert requests.post(answer.location, data=CARD, allow_redirects=False, timeout=20).status_code == 303

    def refund(self) -> None:
        """Give the first ticket of the only order back."""
        now = datetime.now(UTC)
        with self.app.app_context():
            with writing() as session:
                order = get(session, session.scalars(select(Order.id)).one())
                refund = refund_tickets(session, order, [1], in_full(order, [1]), Cause("organizer", "cli"), now)
                assert refund is not None
            refund_settle.settle(refund.id, now)

    def refund_in_dashboard(self, amount: int) -> None:
        """Somebody gives money back past the house."""
        with self.app.app_context(), reading() as session:
            intent = session.scalars(select(Payment.payment_intent_id)).one()
        form = {"payment_intent": intent, "amount": str(amount)}
        assert requests.post(f"{self.stripe}/v1/refunds", data=form, auth=("sk_test_1", ""), timeout=20).ok

    def change(self, **values: Any) -> None:
        """Break the only payment."""
        with self.app.app_context(), writing() as session:
            assert changed(session, Payment.__table__.update().values(**values)) == 1  # type: ignore[attr-defined]

    def payment(self) -> Payment:
        with self.app.app_context(), reading() as session:
            return session.scalars(select(Payment)).one()

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ticketing", "reconcile", *options]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120)

    def compare(self) -> tuple[list[str], list[str]]:
        """The codes of what is left and of what was repaired."""
        with self.app.app_context():
            result = reconcile()
        return codes(result.left), codes(result.repaired)


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    process = start("http://127.0.0.1:9/nobody")
    stripe = address(process)
    settings = {"TICKETING_INSTANCE": str(tmp_path), "DATABASE_URL": database_url, "STRIPE_API_BASE": stripe}
    settings |= {"STRIPE_WEBHOOK_SECRET": SECRET, "SECRET_KEY": "a secret of the tests"}
    app = create_app(read_settings(settings), Outside(transport=FakeTransport()))
    with app.app_context(), writing() as session:
        soon = datetime.now(UTC) + timedelta(days=30)
        publish(session, SEED.read_text(encoding="utf-8"), soon.replace(microsecond=0), clock.now(), "cli")
    yield Shop(app, {**os.environ, **settings}, stripe)
    with app.app_context():
        db.engine.dispose()
    stop(process)


def test_what_webhooks_and_people_did_comes_right_or_is_told(shop: Shop) -> None:
    shop.buy(2)
    assert shop.compare() == ([], ["paid_not_confirmed"])
    row = shop.payment()
    assert (row.state, row.fee_minor, row.net_minor) == ("confirmed", 144, 3856)
    shop.refund()
    assert shop.compare() == ([], [])
    shop.refund_in_dashboard(500)
    assert shop.compare() == ([], ["refund_unknown"])
    shop.change(charge_id=None, fee_minor=None, net_minor=None)
    assert shop.compare() == ([], [])
    assert shop.payment().fee_minor == 144
    shop.change(state="pending", confirmed_at=None)
    assert shop.compare() == ([], ["paid_not_confirmed"])
    shop.change(amount_minor=1)
    assert shop.compare() == (["balance_amount", "order_amount", "session_amount"], [])
    with shop.app.app_context(), reading() as session:
        refunds = session.execute(select(Refund.reason, Refund.amount_minor, Refund.state).order_by(Refund.reason))
        assert [tuple(row) for row in refunds] == [("dashboard", 500, "succeeded"), ("organizer", 2000, "succeeded")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_tells_people_and_programs_and_says_when_stripe_is_silent(shop: Shop) -> None:
    shop.buy(1)
    done = shop.run()
    assert done.returncode == 0
    assert done.stdout.startswith("repaired: paid_not_confirmed (order ")
    shop.change(amount_minor=1)
    done = shop.run("--json", "--since", "2020-01-01T00:00+09:00")
    told = json.loads(done.stdout)
    assert (done.returncode, told["matches"]) == (1, False)
    assert set(told) == {"matches", "checked", "differences"}
    assert set(told["differences"][0]) == {"code", "order", "object", "detail", "repaired", "what_to_do"}
    assert shop.run("--since", "2020-01-01").returncode == 1
    shop.environment["STRIPE_API_BASE"] = "http://127.0.0.1:9"
    done = shop.run("--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Stripe cannot be asked" in done.stderr.splitlines()[-1]
