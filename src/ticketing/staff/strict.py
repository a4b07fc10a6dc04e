"""Strict roles: what nobody may do without a second factor, by the owner's wish.

That is part of the statement that says who is signed in (`accounts.signed_in`): a strict role of somebody without a
second factor counts for nothing, however they came in and whatever changed since.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.staff.models import Grant, Passkey, Person, StrictRole, Totp
from ticketing.staff.roles import ROLES


def has_factor() -> ColumnElement[bool]:
    """Whether the person of the statement around has a second factor that counts."""
    app = exists().where(Totp.person_id == Person.id, Totp.confirmed_at.is_not(None)).correlate(Person)
    return or_(app, exists().where(Passkey.person_id == Person.id).correlate(Person))


def is_required() -> ColumnElement[bool]:
    """Whether a role of the person of the statement around is strict."""
    theirs = exists().where(Grant.person_id == Person.id, Grant.role == StrictRole.role)
    return theirs.correlate(Person)


def counts() -> ColumnElement[bool]:
    """Whether the grant of the statement around counts for its person."""
    return Grant.role.not_in(select(StrictRole.role)) | has_factor()


def roles(session: Session) -> frozenset[str]:
    """The strict roles."""
    return frozenset(session.scalars(select(StrictRole.role)))


def people_with_factor(session: Session) -> frozenset[str]:
    """The ids of all who have a second factor."""
    return frozenset(session.scalars(select(Person.id).where(has_factor())))


def set_roles(session: Session, person_id: str, wanted: Collection[str], now: datetime) -> None:
    """Make these roles the strict ones; whoever has one needs a second factor from now on.

    Raises Refused("not_found", 404), Refused("factor_first") for who would shut themselves out, and
    Refused("person_changed") where somebody else does this right now.
    """
    if not set(wanted) <= set(ROLES):
        raise Refused("not_found", 404)
    before = roles(session)
    if before == frozenset(wanted):
        return
    changed(session, delete(StrictRole).where(StrictRole.role.not_in(wanted)))
    session.add_all(StrictRole(role=role, since=now) for role in sorted(set(wanted) - before))
    try:
        session.flush()
    except IntegrityError as error:
        raise Refused("person_changed") from error
    shut_out = select(Person.id).where(Person.id == person_id, is_required(), ~has_factor())
    if session.scalars(shut_out).one_or_none() is not None:
        raise Refused("factor_first")
    facts = {"roles": [role for role in ROLES if role in wanted]}
    audit.record(session, now, f"person:{person_id}", "staff.strict_roles", "staff", **facts)
