"""What people are told by letter about their second factor: whoever got into an account cannot change it unseen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core.ids import new_id
from ticketing.mail import outbox
from ticketing.mail.models import Letter
from ticketing.staff.accounts import Someone
from ticketing.staff.models import Person

LETTER = "staff.second_factor"
ON, OFF, RESET, CODES, RECOVERY = "on", "off", "reset", "codes", "recovery"
PASSKEY, PASSKEY_OFF = "passkey", "passkey_off"


def write(session: Session, to: Someone, what: str, now: datetime, **facts: object) -> None:
    """Queue the letter that says what has happened."""
    language = session.scalars(select(Person.language).where(Person.id == to.person_id)).one()
    letter = Letter(kind=LETTER, subject_id=to.person_id, facts={"what": what, **facts}, to_address=to.email)
    letter.fact, letter.language = f"{LETTER}:{to.person_id}:{new_id()}", language
    outbox.queue(session, now, letter)
