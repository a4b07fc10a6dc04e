"""A browser in the office, and what tests look up about the money."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from factories import SLUG, House
from ticketing.core.db import reading
from ticketing.payments.models import Refund
from ticketing.payments.outcome import StripeDispute, StripeRefund
from ticketing.reports.doctor import examine


class Office:
    """A browser of somebody in the office."""

    def __init__(self, house: House, role: str = "owner") -> None:
        self.house = house
        self.client: FlaskClient = house.staff(role, f"{role}@example.com")

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/office{path}{'&' if '?' in path else '?'}lang=en")

    def post(self, path: str, **form: Any) -> TestResponse:
        pages = (self.client.get(f"/office/{page}").text for page in ("orders", "door/sheet"))
        token = next(filter(None, (re.search(r'name="csrf_token" value="([^"]+)"', page) for page in pages)), None)
        assert token
        return self.client.post(f"/office{path}?lang=en", data={"csrf_token": token[1], **form})

    def confirm(self, page: TestResponse, path: str) -> TestResponse:
        """Press the button under what is about to happen."""
        asked = re.search(r'<section class="summary-box confirm".*?</section>', page.text, re.S)
        assert asked, page.text
        fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', asked[0])
        form: dict[str, list[str]] = {}
        for name, value in fields:
            form.setdefault(name, []).append(value)
        return self.client.post(f"/office{path}?lang=en", data=form)


def code_of(path: str) -> str:
    return path.split("/")[2]


def codes(text: str) -> list[str]:
    """The order codes that a list shows."""
    return re.findall(r'href="/office/orders/(\w{7})"', text)


def table(client: FlaskClient, kind: str, query: str = "codes=1") -> list[dict[str, str]]:
    """A table that somebody takes away, as CSV."""
    answer = client.get(f"/office/exports/{kind}.csv?event={SLUG}&{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def refunds(house: House) -> list[tuple[int, str, str]]:
    with house.app.app_context(), reading() as session:
        rows = session.query(Refund).order_by(Refund.requested_at, Refund.id)
        return [(row.amount_minor, row.state, row.reason) for row in rows]


def findings(house: House) -> list[str]:
    with house.app.app_context(), reading() as session:
        return [finding.code for finding in examine(session)]


def fail_refund(house: House, stripe_id: str = "re_1") -> None:
    """The bank sends a refund back after it had succeeded."""
    made = house.gateway.made_refunds[stripe_id]
    facts = {**made.__dict__, "status": "failed", "failure_reason": "lost_or_stolen_card"}
    house.gateway.made_refunds[stripe_id] = StripeRefund(**facts)
    house.hook(stripe_id, "refund.failed")
    house.work()


def dispute(house: House, status: str = "needs_response") -> None:
    """The cardholder asks the bank for the money back."""
    (session_id,) = house.gateway.sessions
    intent, now = house.gateway.sessions[session_id].payment_intent, house.clock.now()
    found = StripeDispute("du_1", status, "fraudulent", 2000, "jpy", intent, now + timedelta(days=7), now)
    house.gateway.made_disputes["du_1"] = found
    house.hook("du_1", "charge.dispute.updated")
    house.work()
