"""A till for tests: somebody signed in behind a drawer, and what they tap."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from factories import SLUG, House

TIERS = {"day": "qty-1-DAY", "conference": "qty-EVENT-ONLY"}


@dataclass
class Counter:
    """One person at one till."""

    house: House
    role: str = "boxoffice"
    name: str = "sato"
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.house.staff(self.role, f"{self.name}@example.com")

    def page(self, path: str = "/boxoffice") -> str:
        """A page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, **fields: object) -> TestResponse:
        """A form with its token."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/boxoffice").text)
        assert token is not None
        data = {"csrf_token": token[1], "event": SLUG, **{name: str(value) for name, value in fields.items()}}
        return self.client.post(path, data=data)

    def open(self, **pieces: int) -> str:
        """Open a shift with so many of each note (`n10000=1`); the address of its page."""
        fields = {name.replace("n", "n-"): number for name, number in pieces.items()}
        answer = self.post("/boxoffice/shifts", till="Till 1", **fields)
        assert answer.status_code == 303, answer.text
        found = re.search(r"/boxoffice/shifts/[0-9a-f-]+", self.page())
        assert found is not None
        return found[0]

    def sell(self, way: str = "cash", key: str = "", **form: object) -> TestResponse:
        """Tap: tiers as `day=2`, then how it is paid."""
        fields = {TIERS.get(name, name): value for name, value in form.items()}
        fields.setdefault("revision", self.house.catalog().revision)
        return self.post("/boxoffice/sell", way=way, form_key=key or uuid.uuid4().hex, **fields)

    def sold(self, way: str = "cash", **form: object) -> str:
        """The same, and it must be sold: the order's code."""
        answer = self.sell(way, **form)
        assert answer.status_code == 303, answer.text
        return answer.location.partition("?")[0].rpartition("/")[2]
