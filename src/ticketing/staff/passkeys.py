"""Passkeys: keys that a phone, a computer or a security key holds. They sign in after the password or instead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.staff import ceremonies, challenges, factor_letters, second_factor
from ticketing.staff.accounts import Someone, end_others
from ticketing.staff.ceremonies import Key
from ticketing.staff.models import Passkey, Person

SIGN_IN = "sign-in"
LONGEST_NAME = 60


@dataclass(frozen=True)
class Signature:
    """What a browser answered, checked: whose passkey, and the moment of its challenge, which counts only once."""

    passkey_id: int
    person_id: str
    key: Key
    made: int


def of(session: Session, person_id: str) -> Sequence[Passkey]:
    """The passkeys of a person, the oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)))


def options_to_add(session: Session, me: Someone, now: datetime) -> str:
    """What a browser needs to make a passkey for this person, as JSON."""
    known = [one.credential_id for one in of(session, me.person_id)]
    return ceremonies.creation_options(me, challenges.make(f"add:{me.person_id}", now), known)


def check_new(me: Someone, answer: str, now: datetime) -> Key:
    """The passkey that this person's browser made; raises Refused("wrong_passkey", 401)."""
    read = _object(answer)
    challenge, _ = challenges.read(f"add:{me.person_id}", _client_data(read), now)
    return ceremonies.created(read, challenge)


def add(session: Session, me: Someone, key: Key, name: str, now: datetime) -> list[str]:
    """Keep a passkey. The first second factor of a person brings recovery codes, which are returned and nobody can see
    again, and ends all other sign-ins. Raises Refused("wrong_passkey", 401) for a passkey that is known."""
    first = not second_factor.has(session, me.person_id)
    row = Passkey(person_id=me.person_id, credential_id=key.credential_id, public_key=key.public_key, added_at=now)
    row.sign_count, row.last_challenge = key.sign_count, 0
    row.name = " ".join(name.split())[:LONGEST_NAME] or "Passkey"
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise ceremonies.refused() from error
    audit.record(session, now, me.actor, "staff.passkey_added", me.actor, passkey=row.id)
    factor_letters.write(session, me, factor_letters.PASSKEY, now)
    if not first:
        return []
    end_others(session, me.person_id, me.sign_in_id, now)
    return second_factor.first_codes(session, me)


def options_to_sign(session: Session, me: Someone | None, now: datetime) -> str:
    """What a browser needs to sign in, as JSON: one of the passkeys of whoever waits, or any that it has for us."""
    known = [one.credential_id for one in of(session, me.person_id)] if me else []
    return ceremonies.request_options(challenges.make(SIGN_IN, now), known)


def check_signed(session: Session, answer: str, now: datetime) -> Signature:
    """What a browser signed with a passkey that we know; raises Refused("wrong_passkey", 401)."""
    read = _object(answer)
    challenge, made = challenges.read(SIGN_IN, _client_data(read), now)
    known = select(Passkey).join(Person, Person.id == Passkey.person_id).where(Person.disabled_at.is_(None))
    row = session.scalars(known.where(Passkey.credential_id == str(read.get("id")))).one_or_none()
    if row is None:
        raise ceremonies.refused()
    key = Key(row.credential_id, row.public_key, row.sign_count)
    return Signature(row.id, row.person_id, ceremonies.signed(read, challenge, key), made)


def use(session: Session, signature: Signature, now: datetime) -> None:
    """Let a signature count, once; raises Refused("wrong_passkey", 401)."""
    fresh = update(Passkey).where(Passkey.id == signature.passkey_id, Passkey.last_challenge < signature.made)
    values = {"last_challenge": signature.made, "sign_count": signature.key.sign_count, "used_at": now}
    if changed(session, fresh.values(values)) != 1:
        raise ceremonies.refused()


def remove(session: Session, me: Someone, passkey_id: int, now: datetime) -> None:
    """Forget one of my passkeys; raises Refused("factor_required") where a role of mine needs a second factor and this
    is the last one. Those of others are out of reach."""
    mine = delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == me.person_id)
    if changed(session, mine) != 1:
        return
    second_factor.after_removal(session, me)
    audit.record(session, now, me.actor, "staff.passkey_removed", me.actor, passkey=passkey_id)
    factor_letters.write(session, me, factor_letters.PASSKEY_OFF, now)


def _object(answer: str) -> dict[str, Any]:
    try:
        read = json.loads(answer)
    except ValueError as error:
        raise ceremonies.refused() from error
    if not isinstance(read, dict) or not isinstance(read.get("response"), dict):
        raise ceremonies.refused()
    return read


def _client_data(read: dict[str, Any]) -> str:
    return str(read["response"].get("clientDataJSON", ""))
