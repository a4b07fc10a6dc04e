"""Accounts and sign-ins of the people who run the event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token, new_id, new_token
from ticketing.staff import strict
from ticketing.staff.models import Grant, Person, StaffSession
from ticketing.staff.passwords import SHORTEST_PASSWORD, hash_password, verify
from ticketing.staff.roles import ROLES

SESSION_LIFE = timedelta(hours=14)
WAITING_LIFE = timedelta(minutes=10)
# That a sign-in is in use is noted no more often: a page that is only read should seldom have to write.
SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Someone:
    """One person by one sign-in, which may still wait for the second factor (`waits`) and then opens nothing."""

    person_id: str
    email: str
    sign_in_id: int
    waits: bool = False

    @property
    def actor(self) -> str:
        """This person as the audit log names them."""
        return f"person:{self.person_id}"


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, with which role on which event (None: on all), and by which sign-in.

    `unseen`: it was not noted lately that this sign-in is in use.
    """

    person_id: str
    email: str
    roles: dict[int | None, str]
    sign_in_id: int
    unseen: bool = False

    @property
    def someone(self) -> Someone:
        """The same, without the roles."""
        return Someone(self.person_id, self.email, self.sign_in_id)

    def role(self, event_id: int) -> str | None:
        """The role on this event: the one given for it, else the one given for all."""
        return self.roles.get(event_id) or self.roles.get(None)


def add(session: Session, email: str, role: str, password: str, now: datetime) -> str:
    """Add a person with a role on all events, or set both anew; raises ValueError with a line for people."""
    email = email.strip().lower()
    if role not in ROLES:
        raise ValueError(f"The role must be one of {', '.join(ROLES)}.")
    if "@" not in email:
        raise ValueError("The e-mail address needs an @.")
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"The password needs at least {SHORTEST_PASSWORD} characters.")
    person = session.scalars(select(Person).where(Person.email == email)).one_or_none()
    if person is None:
        person = Person(id=new_id(), email=email, password_hash=hash_password(password), created_at=now)
        session.add(person)
        session.flush()
    else:
        person.password_hash, person.disabled_at = hash_password(password), None
        end_all(session, person.id, now)
    grant = session.scalars(select(Grant).where(Grant.person_id == person.id, Grant.event_id.is_(None))).one_or_none()
    if grant is None:
        session.add(Grant(person_id=person.id, event_id=None, role=role))
    else:
        grant.role = role
    audit.record(session, now, "cli", "staff.add", f"person:{person.id}", role=role)
    return person.id


def check_password(session: Session, email: str, password: str) -> str:
    """The id of the person with this e-mail and password; raises Refused("wrong_login") for either fault."""
    person = session.scalars(select(Person).where(Person.email == email.strip().lower())).one_or_none()
    known = person is not None and person.disabled_at is None
    if not verify(person.password_hash if person and known else None, password) or person is None:
        raise Refused("wrong_login", 401)
    return person.id


def known(session: Session, email: str) -> Someone:
    """Whoever has this address, by no sign-in; raises Refused("not_found", 404)."""
    row = session.execute(select(Person.id, Person.email).where(Person.email == email.strip().lower())).one_or_none()
    if row is None:
        raise Refused("not_found", 404)
    return Someone(row.id, row.email, 0)


def sign_in(session: Session, person_id: str, now: datetime, browser: str = "", address: str = "") -> str:
    """Begin a sign-in; returns the token for the cookie, of which only the hash is kept. By `browser` and `address`
    its owner knows it again."""
    token = _begin(session, person_id, (now, now + SESSION_LIFE), (browser, address), waits=False)
    audit.record(session, now, f"person:{person_id}", "staff.sign_in", f"person:{person_id}")
    return token


def wait(session: Session, person_id: str, now: datetime, browser: str = "", address: str = "") -> str:
    """Begin a sign-in that waits for the second factor, for ten minutes; its token opens nothing else."""
    return _begin(session, person_id, (now, now + WAITING_LIFE), (browser, address), waits=True)


def waiting(session: Session, token: str, now: datetime) -> Someone | None:
    """Whose sign-in waits for the second factor under this token."""
    row = session.execute(
        select(Person.id, Person.email, StaffSession.id.label("sign_in_id"), StaffSession.waits)
        .join(StaffSession, StaffSession.person_id == Person.id)
        .where(*_open(token, now), StaffSession.waits.is_(True))
    ).one_or_none()
    return Someone(*row) if row else None


def let_in(session: Session, who: Someone, now: datetime, by: str) -> str:
    """The second factor came (`by`: app, recovery, passkey): the sign-in waits no more, under a token of its own.

    Raises Refused("sign_in_over", 403) where it ended in the meantime.
    """
    token = new_token()
    mine = update(StaffSession).where(StaffSession.id == who.sign_in_id, StaffSession.waits.is_(True))
    mine = mine.where(StaffSession.ended_at.is_(None), StaffSession.expires_at > now)
    fresh = {"waits": False, "token_hash": hash_token(token), "expires_at": now + SESSION_LIFE}
    if changed(session, mine.values(fresh)) != 1:
        raise Refused("sign_in_over", 403)
    audit.record(session, now, who.actor, "staff.sign_in", who.actor, by=by)
    return token


def _begin(
    session: Session, person_id: str, life: tuple[datetime, datetime], where: tuple[str, str], *, waits: bool
) -> str:
    token = new_token()
    row = StaffSession(token_hash=hash_token(token), person_id=person_id, created_at=life[0], expires_at=life[1])
    row.browser, row.address, row.waits = where[0][:80], where[1][:60], waits
    session.add(row)
    return token


def _open(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        StaffSession.token_hash == hash_token(token),
        StaffSession.ended_at.is_(None),
        StaffSession.expires_at > now,
        Person.disabled_at.is_(None),
    )


def signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Who holds this token, in one statement; None when it ended, ran out or never was, or when all roles of its owner
    need a second factor that they do not have."""
    rows = session.execute(
        select(
            Person.id,
            Person.email,
            StaffSession.id.label("sign_in_id"),
            StaffSession.last_seen_at,
            Grant.event_id,
            Grant.role,
        )
        .join(StaffSession, StaffSession.person_id == Person.id)
        .join(Grant, Grant.person_id == Person.id)
        .where(*_open(token, now), StaffSession.waits.is_(False), strict.counts())
    ).all()
    if not rows:
        return None
    first, roles = rows[0], {row.event_id: row.role for row in rows}
    unseen = first.last_seen_at is None or first.last_seen_at <= now - SEEN_EVERY
    return SignedIn(first.id, first.email, roles, first.sign_in_id, unseen)


def sign_out(session: Session, token: str, now: datetime) -> None:
    """End the sign-in of this token."""
    mine = update(StaffSession).where(StaffSession.token_hash == hash_token(token), StaffSession.ended_at.is_(None))
    changed(session, mine.values(ended_at=now))


def end_all(session: Session, person_id: str, now: datetime) -> int:
    """End all sign-ins of a person; says how many."""
    open_ones = update(StaffSession).where(
        StaffSession.person_id == person_id, or_(StaffSession.ended_at.is_(None), StaffSession.ended_at > now)
    )
    return changed(session, open_ones.values(ended_at=now))


def end_others(session: Session, person_id: str, sign_in_id: int, now: datetime) -> int:
    """End all sign-ins of a person but this one; says how many."""
    others = update(StaffSession).where(StaffSession.person_id == person_id, StaffSession.id != sign_in_id)
    return changed(session, others.where(StaffSession.ended_at.is_(None)).values(ended_at=now))
