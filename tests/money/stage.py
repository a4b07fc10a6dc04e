"""A house beside a real stand-in for Stripe, both on one clock, with a way between them that is cut as one likes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import stripe
from flask.testing import FlaskClient
from sqlalchemy import event, update

import promo_codes
from factories import House
from fakes import FakeTransport
from ticketing import worker
from ticketing.app import Outside, create_app
from ticketing.core.clock import SetClock
from ticketing.core.db import Base, db, writing
from ticketing.core.settings import Settings
from ticketing.events.models import Event
from ticketing.inventory.models import Stock
from ticketing.payments.gateway import StripeGateway
from ticketing.payments.outcome import Unreachable
from ticketing.promos.models import PromoCode
from ticketing.standin import app as standin_app
from ticketing.standin.app import Standin
from ticketing.standin.clock import Clock
from ticketing.standin.posting import Outbox
from ticketing.standin.server import Server
from ticketing.standin.store import Store
from ticketing.standin.timers import run_due
from ticketing.standin.world import Settings as StandinSettings
from ticketing.standin.world import World

KEEP = {"audit_entry", "alembic_version", "event", "venue", "room", "gate", "program", "tier", "tier_program", "stock"}
KEEP |= {"occupancy", "person", "grant", "promo_code"}
PROMO_CODES = {"TENTH": 10, "GUEST": 100}
"""Percent off, each for a few tickets only."""


class Killed(BaseException):
    """The process died here."""


class Time(SetClock):
    """A clock that starts anew with each story."""

    def rewind(self, to: datetime) -> None:
        """Back to the start of the next story."""
        self._now = to


class Line:
    """The way to Stripe. Each fate is spent on one call: it does not get there, its answer is lost, or the process dies
    before it or right after it."""

    def __init__(self, gateway: StripeGateway) -> None:
        self._gateway = gateway
        self.fates: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *args: self._call(getattr(self._gateway, name), *args)

    def read_webhook(self, body: bytes, signature: str) -> Any:
        return self._gateway.read_webhook(body, signature)

    def _call(self, work: Callable[..., Any], *args: Any) -> Any:
        fate = self.fates.pop(0) if self.fates else ""
        if fate == "unreached":
            raise Unreachable("cut")
        if fate == "killed before":
            raise Killed
        answer = work(*args)
        answer = list(answer) if isinstance(answer, Iterator) else answer
        if fate == "unanswered":
            raise Unreachable("cut")
        if fate == "killed after":
            raise Killed
        return answer


@dataclass
class Stage:
    """Everything that a story needs. `die_at_commit` counts commits down to the one that never happens."""

    house: House
    clock: Time
    line: Line
    server: Server
    secret: str
    start: datetime
    die_at_commit: int = 0
    world: World = field(init=False)
    stripe: FlaskClient = field(init=False)

    def begin(self) -> None:
        """Empty both houses."""
        self.clock.rewind(self.start)
        self.line.fates, self.die_at_commit = [], 0
        store = Store(":memory:")
        outbox = Outbox(store)
        settings = StandinSettings("http://127.0.0.1", "http://127.0.0.1/", self.secret)
        self.world = World(store, Clock(store, lambda: self.clock.now().timestamp()), settings, outbox)
        app = standin_app.create_app(Standin(self.world, outbox))
        self.server.app, self.stripe = app, app.test_client()
        with self.house.app.app_context(), writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in KEEP:
                    session.execute(table.delete())
            session.execute(update(Stock).values(sold=0, held=0))
            session.execute(update(PromoCode).values(used=0))
            session.execute(update(Event).values(canceled_at=None, revision=Event.revision + 1))

    def end(self) -> None:
        """Nothing of the story is left behind."""
        self.world.store.close()

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """What Stripe's ledger has of this kind, the oldest first."""
        with self.world.store.transaction() as rows:
            found = rows.execute("SELECT body FROM objects WHERE kind = ? ORDER BY seq", (kind,)).fetchall()
        return [json.loads(row[0]) for row in found]

    def deliver(self, number: int) -> None:
        """The webhook of this event, the oldest is 0."""
        body = json.dumps(self.objects("event")[number])
        signed = stripe.WebhookSignature.generate_signature_header(body, self.secret)
        answer = self.house.client.post("/stripe/webhook", data=body, headers={"Stripe-Signature": signed})
        assert answer.status_code == 200, answer.text

    def work(self, *names: str) -> bool:
        """One round of these pieces of the worker's work; True when there was something."""
        with self.house.app.app_context():
            return any([worker.attempt(getattr(worker, name)) for name in names])

    def pass_time(self, **step: int) -> None:
        """Let time go by, here and at Stripe."""
        self.clock.advance(timedelta(**step))
        run_due(self.world)


@contextmanager
def staged(settings: Settings, start: datetime, first: datetime) -> Iterator[Stage]:
    """The house on its database, the event at `first`, and a stand-in that answers over HTTP, but posts nothing."""
    server = Server(("127.0.0.1", 0), lambda environ, respond: [])
    listener = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    listener.start()
    settings = replace(settings, stripe_api_base=f"http://127.0.0.1:{server.server_address[1]}")
    line, time = Line(StripeGateway(settings)), Time(start)
    app = create_app(settings, Outside(clock=time, gateway=line, transport=FakeTransport()))  # type: ignore[arg-type]
    app.testing = True
    house = House(app=app, clock=time, gateway=line, transport=FakeTransport())  # type: ignore[arg-type]
    house.publish(starts_at=first)
    for word, percent in PROMO_CODES.items():
        promo_codes.make(house, word, percent, max_uses=4)
    stage = Stage(house, time, line, server, settings.stripe_webhook_secret, start)
    with app.app_context():
        engine = db.engine

    def at_commit(_connection: object) -> None:
        if stage.die_at_commit:
            stage.die_at_commit -= 1
            if stage.die_at_commit == 0:
                raise Killed

    event.listen(engine, "commit", at_commit)
    try:
        yield stage
    finally:
        engine.dispose()
        server.shutdown()
        server.server_close()
