"""Tokens of programs: made by somebody, for some of what that person may do; shown once, ended at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token, new_id, new_token
from ticketing.staff import strict
from ticketing.staff.models import ApiToken, Grant, Person
from ticketing.staff.roles import SCOPES, may

# Programs that look for leaked secrets find them by how they begin.
PREFIX = "tkt_"
LONGEST_NAME = 60
LONGEST_LIFE = 3650
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Wish:
    """A token that somebody wants: for one event, or for all of theirs (None); until when, or for good (None)."""

    name: str
    scopes: tuple[str, ...]
    event_id: int | None
    expires_at: datetime | None


@dataclass(frozen=True)
class Bearer:
    """The program behind a token, with the roles that its maker has at this moment."""

    token_id: str
    person_id: str
    scopes: frozenset[str]
    event_id: int | None
    roles: dict[int | None, str]
    used_at: datetime | None

    @property
    def actor(self) -> str:
        """Who acts, for the audit log."""
        return f"token:{self.token_id}"

    def has(self, scope: str) -> bool:
        """Whether the token was made for this."""
        return scope in self.scopes

    def reaches(self, event_id: int, scope: str) -> bool:
        """Whether the token reaches this event, and whoever made it may do there what the scope needs, and may have
        tokens there at all."""
        if self.event_id not in (None, event_id):
            return False
        role = self.roles.get(event_id) or self.roles.get(None)
        return may(role, "manage_api") and may(role, SCOPES[scope])


def make(session: Session, person_id: str, wish: Wish, now: datetime) -> str:
    """A new token, shown this once. Raises Refused("token_name_missing", 400), Refused("scopes_missing", 400)."""
    name = " ".join(wish.name.split())[:LONGEST_NAME]
    if not name or not name.isprintable():
        raise Refused("token_name_missing", 400)
    if not wish.scopes or not set(wish.scopes) <= set(SCOPES):
        raise Refused("scopes_missing", 400)
    token = PREFIX + new_token()
    scopes = [scope for scope in SCOPES if scope in wish.scopes]
    row = ApiToken(id=new_id(), person_id=person_id, event_id=wish.event_id, name=name, scopes=scopes)
    row.token_hash, row.tail = hash_token(token), token[-4:]
    row.created_at, row.expires_at = now, wish.expires_at
    session.add(row)
    actor = f"person:{person_id}"
    audit.record(session, now, actor, "token.make", f"token:{row.id}", scopes=scopes, event=wish.event_id)
    return token


def bearer(session: Session, token: str, now: datetime) -> Bearer:
    """Who holds this token, by one statement; raises Refused("token_invalid", 401) where it is wrong, revoked or too
    old, or its maker is not one of the staff any more, or needs a second factor that they do not have."""
    rows = session.execute(
        select(ApiToken, Grant.event_id, Grant.role)
        .join(Person, Person.id == ApiToken.person_id)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            ApiToken.token_hash == hash_token(token),
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
            Person.disabled_at.is_(None),
            strict.counts(),
        )
    ).all()
    if not rows:
        raise Refused("token_invalid", 401)
    row: ApiToken = rows[0][0]
    roles = {event_id: role for _row, event_id, role in rows}
    return Bearer(row.id, row.person_id, frozenset(row.scopes), row.event_id, roles, row.used_at)


def is_noted(found: Bearer, now: datetime) -> bool:
    """Whether the use of this token was noted a moment ago: once a minute is enough."""
    return found.used_at is not None and found.used_at > now - NOTED_EVERY


def note_use(session: Session, token_id: str, now: datetime) -> None:
    """Note that a token was used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))


def revoke(session: Session, token_id: str, now: datetime, actor: str) -> bool:
    """End a token at once, for good; False where it had ended before."""
    live = update(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
    if changed(session, live.values(revoked_at=now)) != 1:
        return False
    audit.record(session, now, actor, "token.revoke", f"token:{token_id}")
    return True


def of_event(session: Session, event_id: int, holders: Collection[str]) -> Sequence[tuple[ApiToken, str]]:
    """The tokens that reach an event, with their makers' addresses, the newest first: those made for it, and those of
    these people that were made for all of theirs."""
    reach = or_(ApiToken.event_id == event_id, ApiToken.event_id.is_(None) & ApiToken.person_id.in_(holders))
    rows = select(ApiToken, Person.email).join(Person, Person.id == ApiToken.person_id).where(reach)
    return [(row, email) for row, email in session.execute(rows.order_by(ApiToken.created_at.desc(), ApiToken.id))]


def keepers(session: Session, event_id: int) -> list[str]:
    """The people who may have tokens at this event."""
    grants = select(Grant.person_id, Grant.event_id, Grant.role).join(Person, Person.id == Grant.person_id)
    rows = session.execute(grants.where(Person.disabled_at.is_(None), strict.counts())).all()
    roles: dict[str, dict[int | None, str]] = {}
    for person_id, grant_event, role in rows:
        roles.setdefault(person_id, {})[grant_event] = role
    return [one for one, has in roles.items() if may(has.get(event_id) or has.get(None), "manage_api")]
