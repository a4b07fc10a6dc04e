"""A program that is told what happens: a real HTTP server on this machine, that answers as it is bidden."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import select

from factories import SLUG, House
from ticketing import worker
from ticketing.api import deliveries, hooks, signing
from ticketing.api.hooks import Wish
from ticketing.api.models import Delivery, Hook
from ticketing.api.notices import CHOOSABLE
from ticketing.core.db import reading, writing
from ticketing.staff import accounts
from ticketing.staff.models import Person

LOST, DRIP = -1, -2
"""Instead of a status: take it and hang up; answer for ever, a byte at a time."""


@dataclass
class Told:
    """One request."""

    headers: dict[str, str]
    body: bytes

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """As the Standard Webhooks have it, written once more."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        right = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return right in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """The program. `answers` are the next statuses, then `usual`."""

    address: str
    told: list[Told] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    usual: int = 200
    location: str = ""
    retry_after: str = ""

    def types(self) -> list[str]:
        return [one.facts["type"] for one in self.told]


class Handler(BaseHTTPRequestHandler):
    """One request to the program."""

    def do_POST(self) -> None:
        made: Receiver = self.server.made  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        made.told.append(Told({name.lower(): value for name, value in self.headers.items()}, body))
        status = made.answers.pop(0) if made.answers else made.usual
        if status == DRIP:
            self._drip()
        elif status != LOST:
            self._answer(status, {"Location": made.location, "Retry-After": made.retry_after})

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"well\n")

    def _drip(self) -> None:
        try:
            for sign in "HTTP/1.1 200 OK\r\nX-Slow: " + "x" * 1000:
                self.wfile.write(sign.encode())
                time.sleep(0.02)
        except OSError:
            return  # the other side had enough

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A program that listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Receiver(f"http://127.0.0.1:{server.server_port}/told?key=1")
    server.made = made  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def make_hook(
    house: House, address: str, types: tuple[str, ...] = CHOOSABLE, slug: str = SLUG, role: str = "owner"
) -> Hook:
    """A hook that somebody with this role made."""
    email, event_id = f"{role}@hooks.example.com", house.catalog(slug).id
    with house.app.app_context(), writing() as session:
        person_id = session.scalar(select(Person.id).where(Person.email == email))
        person_id = person_id or accounts.add(session, email, role, "correct horse battery", house.clock.now())
        return hooks.make(session, event_id, person_id, Wish("tests", address, types), house.clock.now())


def tell(house: House) -> int:
    """What the worker does beside everything else, once."""
    with house.app.app_context():
        return worker.work_hooks()


def hook_of(house: House) -> Hook:
    with house.app.app_context(), reading() as session:
        return session.scalars(select(Hook)).one()


def secret_of(house: House, hook: Hook) -> str:
    with house.app.app_context():
        return signing.secret(hook)


def all_deliveries(house: House) -> list[Delivery]:
    with house.app.app_context(), reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.queued_at, Delivery.id)))


def states(house: House) -> list[str]:
    return [one.state for one in all_deliveries(house)]


def again(house: House, hook: Hook) -> int:
    """Somebody has everything sent again that failed."""
    with house.app.app_context(), writing() as session:
        return deliveries.replay_failed(session, hook, house.clock.now(), "cli")


def known_ids(house: House, slug: str = SLUG) -> dict[str, str]:
    """The ids of a hook of this event and of a delivery that is on its way."""
    hook = make_hook(house, "https://hooks.example.com/", slug=slug)
    with house.app.app_context(), writing() as session:
        deliveries.send_test(session, hook, slug, house.clock.now())
    with house.app.app_context(), reading() as session:
        one = session.scalars(select(Delivery.id).where(Delivery.hook_id == hook.id)).one()
    return {"hook_id": hook.id, "delivery_id": one}
