"""Who works for which event, in which role: changed by people whose own role covers it, and never without an owner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.mail import outbox
from ticketing.mail.models import Letter
from ticketing.staff import factor_letters, second_factor, strict
from ticketing.staff.accounts import SignedIn, Someone, end_all
from ticketing.staff.models import Grant, Invitation, Person
from ticketing.staff.roles import ROLES, covers, may

OWNER = "owner"
ROLE_LETTER, REMOVED_LETTER = "staff.role", "staff.removed"


@dataclass(frozen=True)
class Place:
    """One role of one person, for one event or (None) for all."""

    grant_id: int
    person_id: str
    email: str
    event_id: int | None
    role: str


def of_event(session: Session, event_id: int) -> Sequence[Place]:
    """Everybody with a role at this event or at all of them, the mightiest first."""
    rows = session.execute(
        select(Grant.id, Person.id, Person.email, Grant.event_id, Grant.role)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.event_id.is_(None) | (Grant.event_id == event_id), Person.disabled_at.is_(None))
        .order_by(Person.email)
    )
    return sorted((Place(*row) for row in rows), key=lambda place: (ROLES.index(place.role), place.email))


def authority(by: SignedIn, event_id: int | None) -> str | None:
    """The role with which somebody acts on the people of this event; on those of all events, only one for all."""
    return by.roles.get(None) if event_id is None else by.role(event_id)


def check(by: SignedIn, event_id: int | None, *roles: str) -> None:
    """Raises Refused("beyond_role", 403) for who may not give and take these roles here."""
    mine = authority(by, event_id)
    if not may(mine, "manage_people") or not all(covers(mine, role) for role in roles):
        raise Refused("beyond_role", 403)


def change_role(session: Session, by: SignedIn, grant_id: int, role: str, now: datetime) -> None:
    """Give somebody another role, end their sign-ins and write to them; the same role again changes nothing.

    Raises Refused("not_found", 404), Refused("beyond_role", 403), Refused("last_owner"), Refused("person_changed").
    """
    place = _place(session, grant_id)
    if role not in ROLES:
        raise Refused("not_found", 404)
    check(by, place.event_id, place.role, role)
    if place.role == role:
        return
    _keep_an_owner(session, place)
    same = (Grant.id == place.grant_id, Grant.role == place.role)
    if changed(session, update(Grant).where(*same).values(role=role)) != 1:
        raise Refused("person_changed")
    _settle(session, by, place, now, "role_change", before=place.role, role=role)
    _write(session, place, ROLE_LETTER, now, role=role)


def remove(session: Session, by: SignedIn, grant_id: int, now: datetime) -> None:
    """Take somebody's role away, end their sign-ins and write to them. Whose last role it was cannot sign in any more.

    Raises Refused("not_found", 404), Refused("beyond_role", 403), Refused("last_owner"), Refused("person_changed").
    """
    place = _place(session, grant_id)
    check(by, place.event_id, place.role)
    _keep_an_owner(session, place)
    same = (Grant.id == place.grant_id, Grant.role == place.role)
    if changed(session, delete(Grant).where(*same)) != 1:
        raise Refused("person_changed")
    if session.scalars(select(Grant.id).where(Grant.person_id == place.person_id).limit(1)).first() is None:
        changed(session, update(Person).where(Person.id == place.person_id).values(disabled_at=now))
        second_factor.forget(session, place.person_id)
    _settle(session, by, place, now, "remove", role=place.role)
    _write(session, place, REMOVED_LETTER, now)


def sign_out_all(session: Session, by: SignedIn, grant_id: int, now: datetime) -> int:
    """End all sign-ins of somebody whose role mine covers; says how many."""
    place = _place(session, grant_id)
    check(by, place.event_id, place.role)
    ended = end_all(session, place.person_id, now)
    audit.record(session, now, f"person:{by.person_id}", "staff.sign_out_all", f"person:{place.person_id}")
    return ended


def reset_factor(session: Session, by: SignedIn, grant_id: int, now: datetime) -> None:
    """Take the second factor away from somebody who lost it: their password alone signs them in again, and where a
    role needs a second factor they set up another one then. All of their sign-ins end, and a letter tells them.

    Raises Refused("not_found", 404), Refused("own_factor"), and Refused("beyond_role", 403) unless my role covers all
    of theirs, on every event: this opens all that they may do.
    """
    place = _place(session, grant_id)
    if place.person_id == by.person_id:
        raise Refused("own_factor")
    for event_id, role in session.execute(
        select(Grant.event_id, Grant.role).where(Grant.person_id == place.person_id)
    ).all():
        check(by, event_id, role)
    if second_factor.forget(session, place.person_id):
        drop_factor(session, Someone(place.person_id, place.email, 0), now, f"person:{by.person_id}")


def drop_factor(session: Session, whose: Someone, now: datetime, actor: str) -> None:
    """What follows when somebody else took a second factor away."""
    end_all(session, whose.person_id, now)
    audit.record(session, now, actor, "staff.factor_reset", whose.actor)
    factor_letters.write(session, whose, factor_letters.RESET, now)


def set_strict(session: Session, by: SignedIn, roles: Collection[str], now: datetime) -> None:
    """Make these roles the ones that need a second factor; raises as `strict.set_roles` does, and
    Refused("beyond_role", 403) for who may not."""
    if not may(by.roles.get(None), "require_factor"):
        raise Refused("beyond_role", 403)
    strict.set_roles(session, by.person_id, roles, now)


def _place(session: Session, grant_id: int) -> Place:
    row = session.execute(
        select(Grant.id, Person.id, Person.email, Grant.event_id, Grant.role)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.id == grant_id)
    ).one_or_none()
    if row is None:
        raise Refused("not_found", 404)
    return Place(*row)


def _keep_an_owner(session: Session, place: Place) -> None:
    """Two owners who remove each other at the same moment would leave none: the rows of all owners are locked first.

    (SQLite knows no such lock and needs none: whoever writes there is alone from the beginning of the transaction.)
    """
    if place.event_id is not None or place.role != OWNER:
        return
    owners = (
        select(Grant.id)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.event_id.is_(None), Grant.role == OWNER, Person.disabled_at.is_(None))
        .order_by(Grant.id)
        .with_for_update(of=Grant)
    )
    if set(session.scalars(owners)) <= {place.grant_id}:
        raise Refused("last_owner")


def _settle(session: Session, by: SignedIn, place: Place, now: datetime, what: str, **facts: object) -> None:
    """What holds for any role that changed: sign-ins end, invitations by this person too, and the log has it."""
    end_all(session, place.person_id, now)
    theirs = update(Invitation).where(Invitation.by == f"person:{place.person_id}", Invitation.state == "open")
    changed(session, theirs.values(state="ended", settled_at=now))
    facts["event"] = place.event_id
    audit.record(session, now, f"person:{by.person_id}", f"staff.{what}", f"person:{place.person_id}", **facts)


def _write(session: Session, place: Place, kind: str, now: datetime, **facts: object) -> None:
    language = session.scalars(select(Person.language).where(Person.id == place.person_id)).one()
    letter = Letter(kind=kind, subject_id=place.person_id, facts={"event": place.event_id, **facts})
    letter.fact = f"{kind}:{place.grant_id}:{now.isoformat()}"
    letter.to_address, letter.language = place.email, language
    outbox.queue(session, now, letter)
