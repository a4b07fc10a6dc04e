"""Supervisors: people who may overrule the door with a PIN. Tablets check the PIN by themselves, without network."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.door.models import Supervisor
from ticketing.door.stations import facts_changed

# A PIN is short: the slow hash is all that a lost tablet's finder would have to get past.
ROUNDS = 600_000
SHORTEST_PIN = 6
LONGEST_PIN = 64
LONGEST_NAME = 60


def add(session: Session, event_id: int, name: str, pin: str, now: datetime, actor: str) -> int:
    """Let somebody overrule the door of this event; the supervisor's id.

    Raises Refused("pin_too_short", 400) unless the PIN is 6 digits or more, Refused("name_taken") for a second
    supervisor of that name, Refused("name_missing", 400).
    """
    name = " ".join(name.split())[:LONGEST_NAME]
    pin = unicodedata.normalize("NFKC", pin).strip()
    if not name:
        raise Refused("name_missing", 400)
    if not (SHORTEST_PIN <= len(pin) <= LONGEST_PIN and pin.isascii() and pin.isdigit()):
        raise Refused("pin_too_short", 400)
    if any(one.name == name for one in of_event(session, event_id)):
        raise Refused("name_taken")
    salt = new_id().replace("-", "")
    row = Supervisor(
        event_id=event_id, name=name, salt=salt, pin_hash=hash_pin(pin, salt), rounds=ROUNDS, created_at=now
    )
    session.add(row)
    session.flush()
    facts_changed(session, event_id)
    audit.record(session, now, actor, "supervisor.add", f"event:{event_id}", supervisor=row.id)
    return row.id


def hash_pin(pin: str, salt: str, rounds: int = ROUNDS) -> str:
    """PBKDF2-HMAC-SHA256 of the PIN in hex, as browsers can make it too; `salt` is hex."""
    return hashlib.pbkdf2_hmac("sha256", pin.encode("ascii"), bytes.fromhex(salt), rounds).hex()


def end(session: Session, supervisor_id: int, now: datetime, actor: str) -> bool:
    """Take the right away; tablets learn of it with their next contact. False where there was none."""
    live = update(Supervisor).where(Supervisor.id == supervisor_id, Supervisor.ended_at.is_(None))
    if changed(session, live.values(ended_at=now)) != 1:
        return False
    event_id = session.scalars(select(Supervisor.event_id).where(Supervisor.id == supervisor_id)).one()
    facts_changed(session, event_id)
    audit.record(session, now, actor, "supervisor.end", f"event:{event_id}", supervisor=supervisor_id)
    return True


def of_event(session: Session, event_id: int) -> list[Supervisor]:
    """Who may overrule the door of this event now, by name."""
    live = select(Supervisor).where(Supervisor.event_id == event_id, Supervisor.ended_at.is_(None))
    return list(session.scalars(live.order_by(Supervisor.name)))
