"""The sign-ins of one person: where, when, seen last; each can be ended, and all go with a new password."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.mail import outbox
from ticketing.mail.models import Letter
from ticketing.staff.accounts import SEEN_EVERY, SignedIn
from ticketing.staff.models import Person, StaffSession
from ticketing.staff.passwords import verify

PASSWORD_LETTER = "staff.password"  # noqa: S105 (the kind of a letter)


def open_ones(session: Session, person_id: str, now: datetime) -> Sequence[StaffSession]:
    """The sign-ins of a person that open something now, the newest first."""
    mine = select(StaffSession).where(StaffSession.person_id == person_id, StaffSession.ended_at.is_(None))
    mine = mine.where(StaffSession.expires_at > now, StaffSession.waits.is_(False))
    return list(session.scalars(mine.order_by(StaffSession.id.desc())))


def seen(session: Session, sign_in_id: int, now: datetime) -> None:
    """Note that a sign-in was used."""
    stale = or_(StaffSession.last_seen_at.is_(None), StaffSession.last_seen_at <= now - SEEN_EVERY)
    changed(session, update(StaffSession).where(StaffSession.id == sign_in_id, stale).values(last_seen_at=now))


def end(session: Session, me: SignedIn, sign_in_id: int | None, now: datetime) -> int:
    """End one of my sign-ins, or (None) all but the one in use; says how many. Those of others are out of reach."""
    mine = update(StaffSession).where(StaffSession.person_id == me.person_id, StaffSession.ended_at.is_(None))
    those = StaffSession.id != me.sign_in_id if sign_in_id is None else StaffSession.id == sign_in_id
    ended = changed(session, mine.where(those).values(ended_at=now))
    if ended:
        actor = f"person:{me.person_id}"
        audit.record(session, now, actor, "staff.sign_in_ended", actor, count=ended)
    return ended


def check_own_password(session: Session, me: SignedIn, password: str) -> str:
    """What is stored of the present password, if this is it; raises Refused("wrong_password", 400)."""
    stored = session.scalars(select(Person.password_hash).where(Person.id == me.person_id)).one()
    if not verify(stored, password):
        raise Refused("wrong_password", 400)
    return stored


def change_password(session: Session, me: SignedIn, hashes: tuple[str, str], now: datetime) -> None:
    """Set a new password in place of the one that was checked (`hashes`: before, after); all other sign-ins end, and a
    letter tells. Raises Refused("wrong_password", 400) where it was changed in the meantime."""
    before, after = hashes
    mine = update(Person).where(Person.id == me.person_id, Person.password_hash == before)
    if changed(session, mine.values(password_hash=after)) != 1:
        raise Refused("wrong_password", 400)
    end(session, me, None, now)
    actor = f"person:{me.person_id}"
    audit.record(session, now, actor, PASSWORD_LETTER, actor)
    write_of_new_password(session, me.person_id, me.email, now)


def write_of_new_password(session: Session, person_id: str, email: str, now: datetime) -> None:
    """Queue the letter that tells of another password."""
    language = session.scalars(select(Person.language).where(Person.id == person_id)).one()
    letter = Letter(kind=PASSWORD_LETTER, subject_id=person_id, facts={}, to_address=email, language=language)
    letter.fact = f"{PASSWORD_LETTER}:{new_id()}"
    outbox.queue(session, now, letter)
