"""Invitations: a letter lets one address take a role, once; inviting it again ends the letter before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import derive_secret, new_id, same
from ticketing.core.keys import keys
from ticketing.core.states import Transitions
from ticketing.mail import outbox
from ticketing.mail.models import Letter
from ticketing.staff import people
from ticketing.staff.accounts import SignedIn
from ticketing.staff.models import Grant, Invitation, Person
from ticketing.staff.roles import ROLES, covers

OPEN, TAKEN, ENDED = "open", "taken", "ended"
TRANSITIONS: Transitions = {TAKEN: frozenset({OPEN}), ENDED: frozenset({OPEN})}
LIFE = timedelta(days=7)
LETTER = "staff.invitation"


def path_of(invitation_id: str) -> str:
    """The path of the link in the letter."""
    return f"/staff/invitation/{invitation_id}/{derive_secret(keys().staff_link, 'invitation', invitation_id)}"


def invite(
    session: Session, by: SignedIn, email: str, place: tuple[int | None, str], language: str, now: datetime
) -> None:
    """Invite an address to a `place`, an event (None: all) and a role; `email` as `read_email` gives it.

    Raises Refused("beyond_role", 403) and, for who has a role that covers this one, Refused("person_known").
    """
    event_id, role = place
    if role not in ROLES:
        raise Refused("not_found", 404)
    people.check(by, event_id, role)
    email = email.lower()
    if _has(session, email, event_id, role):
        raise Refused("person_known")
    former = update(Invitation).where(Invitation.email == email, Invitation.state == OPEN)
    former = former.where(Invitation.event_id.is_(None) if event_id is None else Invitation.event_id == event_id)
    changed(session, former.values(state=ENDED, settled_at=now))
    row = Invitation(id=new_id(), email=email, event_id=event_id, role=role, language=language, state=OPEN)
    row.by, row.invited_at, row.expires_at = f"person:{by.person_id}", now, now + LIFE
    session.add(row)
    audit.record(session, now, row.by, "staff.invite", f"invitation:{row.id}", role=role, event=event_id)
    letter = Letter(fact=f"{LETTER}:{row.id}", kind=LETTER, subject_id=row.id, facts={}, to_address=email)
    letter.language = language
    outbox.queue(session, now, letter)


def open_ones(session: Session, event_id: int, now: datetime) -> Sequence[Invitation]:
    """What is not taken yet, at this event or at all of them."""
    here = Invitation.event_id.is_(None) | (Invitation.event_id == event_id)
    rows = select(Invitation).where(here, Invitation.state == OPEN, Invitation.expires_at > now)
    return list(session.scalars(rows.order_by(Invitation.invited_at)))


def withdraw(session: Session, by: SignedIn, invitation_id: str, now: datetime) -> None:
    """End an invitation; raises Refused("not_found", 404), Refused("beyond_role", 403)."""
    found = session.get(Invitation, invitation_id)
    if found is None:
        raise Refused("not_found", 404)
    people.check(by, found.event_id, found.role)
    if _move(session, invitation_id, ENDED, now):
        audit.record(session, now, f"person:{by.person_id}", "staff.uninvite", f"invitation:{invitation_id}")


def opened(session: Session, invitation_id: str, secret: str, now: datetime) -> Invitation:
    """The invitation behind a link; raises Refused("not_found", 404), Refused("invitation_over", 410)."""
    right = same(secret, path_of(invitation_id).rpartition("/")[2])
    found = session.get(Invitation, invitation_id) if right else None
    if found is None:
        raise Refused("not_found", 404)
    if found.state != OPEN or found.expires_at <= now:
        raise Refused("invitation_over", 410)
    return found


def needs_password(session: Session, email: str) -> bool:
    """Whether whoever takes an invitation has no account yet, or none that is open."""
    mine = select(Person.id).where(Person.email == email, Person.disabled_at.is_(None))
    return session.scalars(mine).one_or_none() is None


def take(session: Session, invitation: Invitation, password_hash: str, language: str, now: datetime) -> None:
    """Take the role, with the password that a new person chose; who has an account keeps theirs.

    Raises Refused("invitation_over", 410) for all but the first who take it, and where a password is missing.
    """
    needs = needs_password(session, invitation.email)
    if (needs and not password_hash) or not _move(session, invitation.id, TAKEN, now):
        raise Refused("invitation_over", 410)
    person = session.scalars(select(Person).where(Person.email == invitation.email)).one_or_none()
    if person is None:
        person = Person(id=new_id(), email=invitation.email, created_at=now)
        session.add(person)
    if needs:
        person.password_hash, person.language, person.disabled_at = password_hash, language, None
    session.flush()
    _give(session, person.id, invitation)
    facts = {"role": invitation.role, "event": invitation.event_id, "invitation": invitation.id}
    audit.record(session, now, f"person:{person.id}", "staff.join", f"person:{person.id}", **facts)


def _give(session: Session, person_id: str, invitation: Invitation) -> None:
    """A role that was given since the letter, and covers that of the letter, stays."""
    here = Grant.event_id.is_(None) if invitation.event_id is None else Grant.event_id == invitation.event_id
    grant = session.scalars(select(Grant).where(Grant.person_id == person_id, here)).one_or_none()
    if grant is None:
        session.add(Grant(person_id=person_id, event_id=invitation.event_id, role=invitation.role))
    elif not covers(grant.role, invitation.role):
        grant.role = invitation.role


def _move(session: Session, invitation_id: str, to: str, now: datetime) -> bool:
    mine = update(Invitation).where(Invitation.id == invitation_id, Invitation.state.in_(TRANSITIONS[to]))
    return changed(session, mine.where(Invitation.expires_at > now).values(state=to, settled_at=now)) == 1


def _has(session: Session, email: str, event_id: int | None, role: str) -> bool:
    """Whether this address has a role here already: one for this very place, or one for all events that covers it."""
    grants = select(Grant.event_id, Grant.role).join(Person, Person.id == Grant.person_id)
    rows = session.execute(grants.where(Person.email == email, Person.disabled_at.is_(None)))
    return any(at == event_id or (at is None and covers(mine, role)) for at, mine in rows)
