"""Tablets: paired with one gate of one event by a code that works once; revoked at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token, new_id, new_pairing_code, new_token
from ticketing.staff.models import Device, PairingCode

CODE_LIFE = timedelta(minutes=15)
LONGEST_NAME = 60
# In the place of a token's hash: nothing hashes to this, so no tablet can ever be it.
PAPER = "paper:"


@dataclass(frozen=True)
class Paired:
    """A tablet as it learns of itself; the token is shown this once."""

    device_id: str
    name: str
    event_id: int
    gate_id: int
    epoch: int
    token: str


def make_code(session: Session, event_id: int, gate_id: int, now: datetime, actor: str) -> tuple[str, datetime]:
    """A new pairing code for a gate, and when it runs out."""
    code = new_pairing_code()
    expires_at = now + CODE_LIFE
    session.add(PairingCode(code_hash=hash_token(code), event_id=event_id, gate_id=gate_id, expires_at=expires_at))
    audit.record(session, now, actor, "device.code", f"gate:{gate_id}")
    return code, expires_at


def pair(session: Session, code: str, name: str, now: datetime) -> Paired:
    """Pair a tablet; raises Refused("pairing_invalid") for a wrong, used or old code, Refused("name_taken")."""
    code_hash = hash_token("".join(code.split()).replace("-", "").upper())
    fresh = update(PairingCode).where(
        PairingCode.code_hash == code_hash, PairingCode.used_at.is_(None), PairingCode.expires_at > now
    )
    if changed(session, fresh.values(used_at=now)) != 1:
        raise Refused("pairing_invalid", 403)
    row = session.scalars(select(PairingCode).where(PairingCode.code_hash == code_hash)).one()
    token = new_token()
    device = Device(
        id=new_id(),
        event_id=row.event_id,
        gate_id=row.gate_id,
        name=" ".join(name.split())[:LONGEST_NAME] or code_hash[:4].upper(),
        token_hash=hash_token(token),
        epoch=1,
        paired_at=now,
    )
    session.add(device)
    audit.record(session, now, f"device:{device.id}", "device.pair", f"gate:{row.gate_id}")
    try:
        session.flush()
    except IntegrityError as error:
        raise Refused("name_taken") from error
    return Paired(device.id, device.name, device.event_id, device.gate_id, device.epoch, token)


def revoke(session: Session, device_id: str, now: datetime, actor: str) -> bool:
    """Take a tablet's rights away at once; False when it has none."""
    live = update(Device).where(Device.id == device_id, Device.revoked_at.is_(None))
    if changed(session, live.values(revoked_at=now)) != 1:
        return False
    audit.record(session, now, actor, "device.revoke", f"device:{device_id}")
    return True


def of_event(session: Session, event_id: int) -> list[Device]:
    """All tablets of an event, the revoked ones too, by name."""
    mine = select(Device).where(Device.event_id == event_id, Device.token_hash.not_like(f"{PAPER}%"))
    return list(session.scalars(mine.order_by(Device.name)))


def paper(session: Session, event_id: int, gate_id: int, gate_code: str, now: datetime) -> Device:
    """What stands for the printed list at a gate, where scans name a tablet; made when it is first asked for."""
    known = session.scalars(select(Device).where(Device.token_hash == f"{PAPER}{gate_id}")).one_or_none()
    if known is not None:
        return known
    names = set(session.scalars(select(Device.name).where(Device.event_id == event_id)))
    wished = [f"Paper {gate_code}", *(f"Paper {gate_code} ({number})" for number in range(2, len(names) + 3))]
    device = Device(
        id=new_id(),
        event_id=event_id,
        gate_id=gate_id,
        name=next(name for name in wished if name not in names),
        token_hash=f"{PAPER}{gate_id}",
        epoch=1,
        paired_at=now,
    )
    session.add(device)
    session.flush()
    return device


def paper_ids(session: Session, event_id: int) -> frozenset[str]:
    """The ids of all that stand for lists on paper."""
    mine = select(Device.id).where(Device.event_id == event_id, Device.token_hash.like(f"{PAPER}%"))
    return frozenset(session.scalars(mine))
