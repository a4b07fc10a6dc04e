"""Rows for tests, made by the house's own functions."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fakes import FakeGateway, FakeTransport
from ticketing import worker
from ticketing.app import PACKAGE
from ticketing.core.clock import SetClock
from ticketing.core.db import reading, snapshot, writing
from ticketing.events.catalog import Catalog, load
from ticketing.office.publish import publish
from ticketing.orders.reading import OrderView, find, view
from ticketing.reports.doctor import examine
from ticketing.staff import accounts, devices

SEED = PACKAGE / "events" / "future-of-filmmaking-with-ai.toml"
SLUG = "future-of-filmmaking-with-ai"
# Half an hour before the conference: doors are open, sales too.
MORNING = datetime(2025, 10, 26, 0, 40, tzinfo=UTC)


@dataclass
class House:
    """The app with its fakes, and what tests do with it again and again."""

    app: Flask
    clock: SetClock
    gateway: FakeGateway
    transport: FakeTransport

    @property
    def client(self) -> FlaskClient:
        """A new visitor."""
        return self.app.test_client()

    def publish(self, text: str | None = None, starts_at: datetime | None = None) -> Catalog:
        """Import the first event, or another one; with a start, a rehearsal copy."""
        with self.app.app_context(), writing() as session:
            return publish(session, text or SEED.read_text(encoding="utf-8"), starts_at, self.clock.now(), "cli")

    def set_capacity(self, places: int) -> None:
        """Make the hall this large."""
        self.publish(SEED.read_text(encoding="utf-8").replace("capacity = 300", f"capacity = {places}"))

    def catalog(self, slug: str = SLUG) -> Catalog:
        """The event as it is now."""
        with self.app.app_context(), reading() as session:
            return load(session, slug)

    def order(self, client: FlaskClient | None = None, **form: Any) -> TestResponse:
        """Send the final form; tiers as `day=2, conference=1`."""
        tiers = {"day": "qty-1-DAY", "conference": "qty-EVENT-ONLY"}
        fields = {"name": "山田 花子", "email": f"{uuid.uuid4().hex}@example.com", "form_key": uuid.uuid4().hex}
        fields |= {tiers.get(name, name): str(value) for name, value in form.items()}
        return (client or self.client).post(f"/e/{SLUG}/orders", data=fields)

    def work(self) -> None:
        """Let the worker do everything that is due."""
        with self.app.app_context():
            for _ in range(10):
                if not worker.tick():
                    return

    def buy(self, **form: Any) -> str:
        """Order, pay, settle; the path of the order page."""
        answer = self.order(**form)
        assert answer.status_code == 303, answer.text
        session_id = answer.location.rpartition("/")[2]
        self.gateway.pay(session_id)
        self.hook(session_id)
        self.work()
        return self.path(session_id)

    def path(self, session_id: str) -> str:
        """The order page that belongs to a session."""
        back: str = self.gateway.params[session_id]["cancel_url"]
        return back.removeprefix("http://localhost")

    def hook(self, session_id: str, kind: str = "checkout.session.completed", event_id: str = "") -> TestResponse:
        """Deliver a webhook about a session."""
        body = {"id": event_id or f"evt_{uuid.uuid4().hex}", "type": kind, "object_id": session_id}
        return self.client.post(
            "/stripe/webhook", data=json.dumps(body), headers={"Stripe-Signature": "signed by the fake"}
        )

    def status(self, path: str) -> dict[str, Any]:
        """What status.json says."""
        answer = self.client.get(f"{path}/status.json")
        assert answer.status_code == 200
        facts: dict[str, Any] = answer.get_json()
        return facts

    def codes(self, path: str) -> list[str]:
        """The codes of an order's tickets."""
        return [ticket["code"] for ticket in self.status(path)["tickets"]]

    def order_view(self, path: str) -> OrderView:
        """The order behind a path."""
        _, _, code, secret = path.split("/")
        with self.app.app_context(), reading() as session:
            return view(session, find(session, code, secret))[1]

    def tablet(self, gate: str = "A", name: str = "") -> Tablet:
        """A paired tablet."""
        catalog = self.catalog()
        gate_id = next(one.id for one in catalog.gates if one.code == gate)
        with self.app.app_context(), writing() as session:
            code, _ = devices.make_code(session, catalog.id, gate_id, self.clock.now(), "cli")
        name = name or uuid.uuid4().hex[:6]
        answer = self.client.post("/api/v1/door/pair", json={"code": code, "name": name})
        assert answer.status_code == 201, answer.text
        return Tablet(self, answer.get_json()["token"], answer.get_json())

    def staff(self, role: str = "owner", email: str = "owner@example.com") -> FlaskClient:
        """A browser in which somebody with this role is signed in."""
        with self.app.app_context(), writing() as session:
            person_id = accounts.add(session, email, role, "correct horse battery", self.clock.now())
        with self.app.app_context(), writing() as session:
            token = accounts.sign_in(session, person_id, self.clock.now())
        client = self.client
        client.set_cookie("staff", token)
        return client


def session_of(answer: TestResponse) -> str:
    """The session whose payment page a buyer is sent to."""
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


def well(house: House) -> None:
    """Every counter and invariant holds."""
    with house.app.app_context(), snapshot() as session:
        assert [one for one in examine(session) if one.code not in ("letter_failed", "payment_flag")] == []


@dataclass
class Tablet:
    """A tablet at a gate, as a program."""

    house: House
    token: str
    facts: dict[str, Any]

    def scan(self, code: str, kind: str = "entry", scan_id: str = "") -> dict[str, Any]:
        """Scan a code; the answer."""
        answer = self.post("scan", id=scan_id or str(uuid.uuid4()), code=code, kind=kind)
        assert answer.status_code == 200, answer.text
        verdict: dict[str, Any] = answer.get_json()
        return verdict

    def post(self, call: str, **body: Any) -> TestResponse:
        """Any call of the door."""
        if call == "scan":
            body.setdefault("scanned_at", self.house.clock.now().isoformat())
        return self.house.client.post(f"/api/v1/door/{call}", json=body, headers=self.headers)

    def occupancy(self) -> dict[str, Any]:
        """Who is inside."""
        facts: dict[str, Any] = self.house.client.get("/api/v1/door/occupancy", headers=self.headers).get_json()
        return facts

    @property
    def headers(self) -> dict[str, str]:
        """What this tablet shows for itself."""
        return {"Authorization": f"Bearer {self.token}"}
