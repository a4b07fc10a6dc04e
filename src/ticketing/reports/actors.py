"""Who the actors of the audit log are."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.staff.models import Person

PERSON = "person:"


def addresses(session: Session, actors: Collection[str]) -> Mapping[str, str]:
    """The addresses of those among these actors who are people, by actor."""
    ids = [actor.removeprefix(PERSON) for actor in actors if actor.startswith(PERSON)]
    rows = session.execute(select(Person.id, Person.email).where(Person.id.in_(ids)))
    return {f"{PERSON}{person_id}": email for person_id, email in rows}
