"""A forgotten password: a link in a letter, good once and for 30 minutes, lets its owner choose another one.

The link is bound to the password that it replaces, so nothing of it is stored and the first use ends it, as does any
other change of that password. A second factor stays as it is: the new password alone signs nobody in who has one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import derive_secret, new_id, same
from ticketing.core.keys import keys
from ticketing.mail import outbox
from ticketing.mail.models import Letter
from ticketing.staff.accounts import end_all
from ticketing.staff.models import Person
from ticketing.staff.sign_ins import write_of_new_password

LIFE = timedelta(minutes=30)
LETTER = "staff.forgotten"


def ask(session: Session, address: str, language: str, now: datetime) -> None:
    """Queue the search for the account of this address; it costs the same whether there is one or not."""
    key = new_id()
    letter = Letter(fact=f"{LETTER}:{key}", kind=LETTER, subject_id=key, facts={"asked": int(now.timestamp())})
    letter.to_address, letter.language = address, language
    outbox.queue(session, now, letter)


def person_at(session: Session, address: str) -> Person | None:
    """Who has this address and may sign in."""
    theirs = select(Person).where(Person.email == address.lower(), Person.disabled_at.is_(None))
    return session.scalars(theirs).one_or_none()


def path_of(person: Person, asked: int) -> str:
    """The path of the link in the letter; `asked`: when it was asked for, in seconds since 1970."""
    return f"/staff/password/{person.id}/{asked}/{_genuine(person.id, asked)}{_unused(person, asked)}"


def opened(session: Session, person_id: str, asked: int, secret: str, now: datetime) -> Person:
    """Whose password the link changes; raises Refused("not_found", 404) for what never was a link of ours, and
    Refused("link_over", 410) for one that was used, or is too old."""
    genuine = _genuine(person_id, asked)
    person = session.get(Person, person_id) if same(secret[: len(genuine)], genuine) else None
    if person is None:
        raise Refused("not_found", 404)
    in_time = asked <= now.timestamp() < asked + LIFE.total_seconds()
    if person.disabled_at or not in_time or not same(secret[len(genuine) :], _unused(person, asked)):
        raise Refused("link_over", 410)
    return person


def take(session: Session, person: Person, password_hash: str, now: datetime) -> None:
    """Set the new password; all sign-ins end, and a letter tells.

    Raises Refused("link_over", 410) for all but the first who use the link."""
    mine = update(Person).where(Person.id == person.id, Person.password_hash == person.password_hash)
    if changed(session, mine.where(Person.disabled_at.is_(None)).values(password_hash=password_hash)) != 1:
        raise Refused("link_over", 410)
    end_all(session, person.id, now)
    actor = f"person:{person.id}"
    audit.record(session, now, actor, "staff.password_forgotten", actor)
    write_of_new_password(session, person.id, person.email, now)


def _genuine(person_id: str, asked: int) -> str:
    return derive_secret(keys().staff_link, "password", person_id, str(asked))


def _unused(person: Person, asked: int) -> str:
    return derive_secret(keys().staff_link, "password-unused", person.id, str(asked), person.password_hash)
