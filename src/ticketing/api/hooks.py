"""Hooks: made for one event, switched off and on, given a new secret, removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.api import addresses
from ticketing.api.models import Delivery, Hook
from ticketing.api.notices import CHOOSABLE
from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.core.settings import Settings
from ticketing.core.states import Outcome, Transitions, move
from ticketing.mail.models import Letter
from ticketing.mail.outbox import queue
from ticketing.staff import tokens
from ticketing.staff.models import Person

ON, OFF, REMOVED = "on", "off", "removed"
TRANSITIONS: Transitions = {
    ON: frozenset({OFF}),
    OFF: frozenset({ON}),
    REMOVED: frozenset({OFF}),  # two steps, because its secret is gone with it
}
BY_HAND, FAILING, GONE, MAKER = "by_hand", "failing", "gone", "maker"
LETTER = "staff.hook_off"
LONGEST_NAME = 60
MOST = 10


@dataclass(frozen=True)
class Wish:
    """A hook that somebody wants."""

    name: str
    address: str
    types: tuple[str, ...]


def loopback_allowed() -> bool:
    """Whether hooks may lead to this machine: with the stand-in only, where nothing but a rehearsal goes on."""
    settings: Settings = current_app.extensions["ticketing.settings"]
    return settings.uses_standin


def make(session: Session, event_id: int, person_id: str, wish: Wish, now: datetime) -> Hook:
    """A new hook, switched on: what happens from now on is told.

    Raises Refused with 400: "hook_name_missing", "hook_types_missing", "hook_address_invalid", "hook_address_closed",
    "hooks_too_many".
    """
    said = _checked(wish)
    if len(of_event(session, event_id)) >= MOST:
        raise Refused("hooks_too_many", 400)
    hook = Hook(id=new_id(), event_id=event_id, person_id=person_id, **said)
    hook.state, hook.secret_no = ON, 1
    hook.made_at = hook.since = hook.seen_until = now
    session.add(hook)
    _record(session, now, f"person:{person_id}", "hook.make", hook, types=said["types"])
    return hook


def change(session: Session, hook: Hook, wish: Wish, now: datetime, actor: str) -> Hook:
    """Let a hook have another name, address, or other things to be told; its secret and its deliveries stay.

    What waits goes to the new address, which is tried at once. Raises as `make` does.
    """
    said = _checked(wish)
    if said["address"] != hook.address:
        said |= {"failing_since": None, "rest_until": None}
    if changed(session, update(Hook).where(Hook.id == hook.id, Hook.state != REMOVED).values(said)) == 1:
        session.refresh(hook)
        _record(session, now, actor, "hook.change", hook, types=hook.types)
    return hook


def _checked(wish: Wish) -> dict[str, Any]:
    name = " ".join(wish.name.split())[:LONGEST_NAME]
    if not name or not name.isprintable():
        raise Refused("hook_name_missing", 400)
    address = wish.address.strip()
    addresses.read(address, loopback=loopback_allowed())
    if not wish.types or not set(wish.types) <= set(CHOOSABLE):
        raise Refused("hook_types_missing", 400)
    return {"name": name, "address": address, "types": [kind for kind in CHOOSABLE if kind in wish.types]}


def of_event(session: Session, event_id: int) -> Sequence[Hook]:
    """The hooks of an event that were not removed, the oldest first."""
    rows = select(Hook).where(Hook.event_id == event_id, Hook.state != REMOVED)
    return session.scalars(rows.order_by(Hook.made_at, Hook.id)).all()


def all_on(session: Session) -> Sequence[Hook]:
    """Every hook that is on."""
    return session.scalars(select(Hook).where(Hook.state == ON).order_by(Hook.id)).all()


def gone_off(session: Session, event_id: int | None = None) -> Sequence[Hook]:
    """The hooks that are off although nobody switched them off, of one event or of all, the oldest first."""
    rows = select(Hook).where(Hook.state == OFF, Hook.off_reason != BY_HAND).order_by(Hook.made_at, Hook.id)
    return session.scalars(rows if event_id is None else rows.where(Hook.event_id == event_id)).all()


def keeps_its_maker(session: Session, hook: Hook) -> bool:
    """Whether whoever answers for a hook still may have programs at its event."""
    return hook.person_id in tokens.keepers(session, hook.event_id)


def get(session: Session, event_id: int, hook_id: str) -> Hook:
    """A hook of this event; raises Refused("not_found", 404)."""
    hook = session.get(Hook, hook_id)
    if hook is None or hook.event_id != event_id or hook.state == REMOVED:
        raise Refused("not_found", 404)
    return hook


def switch_on(session: Session, hook: Hook, person_id: str, now: datetime) -> None:
    """Tell what happens from now on, in the name of whoever switches it on; what happened meanwhile is not told."""
    fresh = {"failing_since": None, "rest_until": None, "off_reason": "", "person_id": person_id}
    if move(session, Hook, hook.id, TRANSITIONS, ON, since=now, seen_until=now, **fresh) is Outcome.MOVED:
        _record(session, now, f"person:{person_id}", "hook.on", hook)


def switch_off(session: Session, hook: Hook, reason: str, now: datetime, actor: str) -> None:
    """Tell nothing any more; what is still on its way has failed, and can be sent again by hand later.

    Whoever answers for the hook gets a letter where nobody did this, unless they have left.
    """
    if move(session, Hook, hook.id, TRANSITIONS, OFF, off_reason=reason) is not Outcome.MOVED:
        return
    _fail_waiting(session, hook, now)
    _record(session, now, actor, "hook.off", hook, reason=reason)
    if reason in (FAILING, GONE):
        person = session.get_one(Person, hook.person_id)
        letter = Letter(fact=f"{LETTER}:{hook.id}:{now.isoformat()}", kind=LETTER, subject_id=hook.id)
        letter.facts, letter.to_address, letter.language = {"reason": reason}, person.email, person.language
        queue(session, now, letter)


def renew_secret(session: Session, hook: Hook, now: datetime, actor: str) -> Hook:
    """A new secret; for a day deliveries are signed with the one before as well. Sent twice at once, it counts once."""
    mine = update(Hook).where(Hook.id == hook.id, Hook.secret_no == hook.secret_no)
    if changed(session, mine.values(secret_no=hook.secret_no + 1, renewed_at=now)) == 1:
        _record(session, now, actor, "hook.secret", hook)
    return session.get_one(Hook, hook.id, populate_existing=True)


def remove(session: Session, hook: Hook, now: datetime, actor: str) -> None:
    """Take a hook that is off away for good; raises Refused("hook_on")."""
    outcome = move(session, Hook, hook.id, TRANSITIONS, REMOVED)
    if outcome is Outcome.REFUSED:
        raise Refused("hook_on")
    if outcome is Outcome.MOVED:
        _record(session, now, actor, "hook.remove", hook)


def _fail_waiting(session: Session, hook: Hook, now: datetime) -> None:
    waiting = update(Delivery).where(Delivery.hook_id == hook.id, Delivery.state.in_(("queued", "sending")))
    changed(session, waiting.values(state="failed", settled_at=now, last_error="off"))


def _record(session: Session, now: datetime, actor: str, action: str, hook: Hook, **more: object) -> None:
    """The log keeps the machine's name; the rest of an address may be a secret of its own."""
    host = urlsplit(hook.address).hostname
    audit.record(session, now, actor, action, f"hook:{hook.id}", event=hook.event_id, host=host, **more)
