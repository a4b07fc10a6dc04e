"""A program with a token, as it calls from outside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from back_office import Office
from factories import SLUG, House
from ticketing.core.db import reading, writing
from ticketing.staff import accounts, tokens
from ticketing.staff.models import Person
from ticketing.staff.roles import SCOPES
from ticketing.staff.tokens import Wish

EVERYTHING = tuple(SCOPES)


@dataclass
class Program:
    """A program."""

    house: House
    token: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.house.client.get(f"/api/v1{path}", headers={**self.headers, **headers})

    def facts(self, path: str) -> dict[str, Any]:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def post(self, path: str, key: str = "key-1", body: Any = None) -> TestResponse:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        return self.house.client.post(f"/api/v1{path}", json=body, headers=headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def program(house: House, *scopes: str, role: str = "owner", event: str | None = SLUG, days: int = 0) -> Program:
    """A program whose token somebody with this role made, for these scopes or for all."""
    email = f"{role}@programs.example.com"
    event_id = house.catalog(event).id if event else None
    now = house.clock.now()
    with house.app.app_context(), writing() as session:
        person_id = session.scalar(select(Person.id).where(Person.email == email))
        person_id = person_id or accounts.add(session, email, role, "correct horse battery", now)
        until = now + timedelta(days=days) if days else None
        token = tokens.make(session, person_id, Wish("tests", scopes or EVERYTHING, event_id, until), now)
    return Program(house, token)


def made_by_hand(house: House, **form: Any) -> tuple[Office, Program]:
    """A token made with the form of the office."""
    office = Office(house)
    page = office.post("/api/tokens", name="Spreadsheet", reach="event", life="90", event=SLUG, **form)
    shown = re.search(r"<code>(tkt_[\w-]{43})</code>", page.text)
    assert shown, page.text
    return office, Program(house, shown[1])


def codes_of(house: House) -> list[str]:
    with house.app.app_context(), reading() as session:
        return list(session.connection().exec_driver_sql('SELECT code FROM "order"').scalars())
