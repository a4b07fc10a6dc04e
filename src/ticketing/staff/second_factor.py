"""The second factor: codes of an app (TOTP, RFC 6238), and recovery codes for when the app is not at hand.

Neither stands in the database: the app's secret is derived from a server key and a random seed, of recovery codes there
is only a keyed hash. Whoever reads the tables can make no code from them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from pyotp import HOTP, TOTP
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import derive_secret, new_id, new_recovery_code, same
from ticketing.core.keys import keys
from ticketing.staff import factor_letters, strict
from ticketing.staff.accounts import Someone, end_others
from ticketing.staff.models import Passkey, Person, RecoveryCode, Totp

STEP_SECONDS = 30
# Clocks of phones are seldom wrong by more; RFC 6238 (5.2) advises against a wider window.
STEPS_AROUND = (0, -1, 1)
RECOVERY_CODES = 10
TABLES = (Totp, Passkey, RecoveryCode)
CODE, SET_UP = "code", "set_up"


@dataclass(frozen=True)
class Secret:
    """What an app needs once: `address` as a QR symbol, or `typed` by hand."""

    address: str
    typed: str


@dataclass(frozen=True)
class FactorState:
    """The second factor of one person: whether an `app` counts, whether anything does (`on`), whether a role needs
    one, and how many recovery codes are left."""

    app: bool
    on: bool
    required: bool
    left: int


def asked_of(session: Session, person_id: str) -> str:
    """What a sign-in needs after the password: `code`, to `set_up` a second factor, or nothing ("")."""
    found = state(session, person_id)
    return CODE if found.on else SET_UP if found.required else ""


def begin(session: Session, me: Someone) -> None:
    """Make a new secret for an app, which counts once a code confirms it; raises Refused("factor_known")."""
    changed(session, delete(Totp).where(Totp.person_id == me.person_id, Totp.confirmed_at.is_(None)))
    if session.get(Totp, me.person_id) is not None:
        raise Refused("factor_known")
    session.add(Totp(person_id=me.person_id, seed=new_id(), last_step=0, confirmed_at=None))


def unconfirmed(session: Session, me: Someone) -> Secret | None:
    """The secret that waits for its first code."""
    row = session.get(Totp, me.person_id)
    if row is None or row.confirmed_at is not None:
        return None
    secret, host = _secret(row.seed), current_app.extensions["ticketing.settings"].public_url.split("//", 1)[1]
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return Secret(TOTP(secret).provisioning_uri(name=me.email, issuer_name=host), " ".join(groups))


def confirm(session: Session, me: Someone, code: str, now: datetime) -> list[str]:
    """Let the app count, which this code shows to be set up; all other sign-ins end. Returns the recovery codes, which
    nobody can see again. Raises Refused("wrong_code", 400), Refused("factor_known")."""
    row = session.get(Totp, me.person_id)
    if row is None or row.confirmed_at is not None:
        raise Refused("factor_known")
    step = _step(row.seed, code, now)
    if step is None:
        raise Refused("wrong_code", 400)
    this = update(Totp).where(Totp.person_id == me.person_id, Totp.seed == row.seed, Totp.confirmed_at.is_(None))
    if changed(session, this.values(confirmed_at=now, last_step=step)) != 1:
        raise Refused("factor_known")
    end_others(session, me.person_id, me.sign_in_id, now)
    audit.record(session, now, me.actor, "staff.factor_on", me.actor, by="app")
    factor_letters.write(session, me, factor_letters.ON, now)
    return first_codes(session, me)


def first_codes(session: Session, me: Someone) -> list[str]:
    """The recovery codes that come with a second factor, in place of all former ones."""
    return _new_codes(session, me.person_id)


def use(session: Session, me: Someone, code: str, now: datetime) -> str:
    """Take a code of the app or a recovery code, each once; says which it was: `app` or `recovery`.

    Raises Refused("wrong_code", 400)."""
    row = session.get(Totp, me.person_id)
    step = _step(row.seed, code, now) if row is not None and row.confirmed_at is not None else None
    if step is not None:
        fresh = update(Totp).where(Totp.person_id == me.person_id, Totp.last_step < step)
        if changed(session, fresh.values(last_step=step)) == 1:
            return "app"
    unused = update(RecoveryCode).where(
        RecoveryCode.code_hash == _code_hash(me.person_id, code), RecoveryCode.used_at.is_(None)
    )
    if changed(session, unused.values(used_at=now)) != 1:
        raise Refused("wrong_code", 400)
    factor_letters.write(session, me, factor_letters.RECOVERY, now, left=codes_left(session, me.person_id))
    return "recovery"


def codes_left(session: Session, person_id: str) -> int:
    """How many recovery codes are unused."""
    mine = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalars(mine).one()


def renew_codes(session: Session, me: Someone, now: datetime) -> list[str]:
    """New recovery codes in place of all former ones; raises Refused("factor_none") for who has no second factor."""
    if not has(session, me.person_id):
        raise Refused("factor_none")
    audit.record(session, now, me.actor, "staff.recovery_codes", me.actor)
    factor_letters.write(session, me, factor_letters.CODES, now)
    return _new_codes(session, me.person_id)


def has(session: Session, person_id: str) -> bool:
    """Whether this person has a second factor that counts."""
    return session.scalars(select(strict.has_factor()).where(Person.id == person_id)).one()


def state(session: Session, person_id: str) -> FactorState:
    """Where this person's second factor stands."""
    app = exists().where(Totp.person_id == Person.id, Totp.confirmed_at.is_not(None)).correlate(Person)
    mine = select(app, strict.has_factor(), strict.is_required()).where(Person.id == person_id)
    return FactorState(*session.execute(mine).one(), codes_left(session, person_id))


def switch_off(session: Session, me: Someone, now: datetime) -> None:
    """Let my app count no more; raises Refused("factor_required") where a role of mine needs a second factor and this
    is the last one."""
    if changed(session, delete(Totp).where(Totp.person_id == me.person_id)):
        after_removal(session, me)
        audit.record(session, now, me.actor, "staff.factor_off", me.actor)
        factor_letters.write(session, me, factor_letters.OFF, now)


def after_removal(session: Session, me: Someone) -> None:
    """What follows when one way is gone: without any other, recovery codes stand in for nothing, and a strict role says
    no (Refused("factor_required"))."""
    now_is = state(session, me.person_id)
    if now_is.required and not now_is.on:
        raise Refused("factor_required")
    if not now_is.on:
        changed(session, delete(RecoveryCode).where(RecoveryCode.person_id == me.person_id))


def forget(session: Session, person_id: str) -> int:
    """Delete all that is known of a second factor; says how many rows that were."""
    return sum(changed(session, delete(table).where(table.person_id == person_id)) for table in TABLES)


def _new_codes(session: Session, person_id: str) -> list[str]:
    changed(session, delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    rows = [RecoveryCode(code_hash=_code_hash(person_id, code), person_id=person_id) for code in codes]
    session.add_all(rows)
    return codes


def _code_hash(person_id: str, code: str) -> str:
    plain = "".join(character for character in code.upper() if character.isalnum())
    return derive_secret(keys().second_factor, "recovery", person_id, plain)


def _secret(seed: str) -> str:
    """160 bits in base32, the length that RFC 4226 (4, R6) recommends."""
    digest = hmac.new(keys().second_factor, f"totp|{seed}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode("ascii")


def _step(seed: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, of those around now."""
    typed, present = "".join(code.split()), int(now.timestamp()) // STEP_SECONDS
    hotp = HOTP(_secret(seed))
    return next((present + off for off in STEPS_AROUND if same(hotp.at(present + off), typed)), None)
