"""The shifts of an event's tills, with the people who had them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.payments.cash_models import CashShift
from ticketing.payments.cash_shifts import shifts
from ticketing.staff.models import Person


def shifts_told(session: Session, event_id: int) -> list[tuple[CashShift, str]]:
    """All shifts, the newest first, each with its person's address."""
    found = shifts(session, event_id)
    known = select(Person.id, Person.email).where(Person.id.in_({shift.person_id for shift in found}))
    people = {person_id: email for person_id, email in session.execute(known)}
    return [(shift, people[shift.person_id]) for shift in found]
