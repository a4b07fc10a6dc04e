"""Deliveries on their way: claimed, posted, noted; tried again after growing waits for three days, sent again by hand.

Each is claimed for a while before it is posted. Whoever dies in between leaves it to be claimed again: it is then sent
a second time under the same id, by which the program knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, zip_longest

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from ticketing.api import addresses, hooks, signing
from ticketing.api.models import Delivery, Hook
from ticketing.api.notices import TEST, TestData, TestTold, body_of
from ticketing.api.noticing import Fact, keep
from ticketing.api.posting import Answer, Post, post
from ticketing.core import audit, clock
from ticketing.core.db import changed, reading, writing
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.core.observe import log
from ticketing.core.states import Outcome, Transitions, move

QUEUED, SENDING, DELIVERED, FAILED = "queued", "sending", "delivered", "failed"
DELIVERY_STATES = (QUEUED, SENDING, DELIVERED, FAILED)
TRANSITIONS: Transitions = {
    QUEUED: frozenset({SENDING}),
    SENDING: frozenset({QUEUED, SENDING}),
    DELIVERED: frozenset({SENDING, FAILED}),  # the hook was switched off while it was on its way, and it arrived
    FAILED: frozenset({QUEUED, SENDING}),
}
BY_HAND: Transitions = {QUEUED: frozenset({DELIVERED, FAILED})}
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)  # in all three days and four hours
)
"""How long to wait before each further try, as the Standard Webhooks propose."""
LEASE = timedelta(minutes=2)
REST = timedelta(seconds=30)
"""A hook that failed gets nothing for so long: others must not wait while one is slow to say no."""
LONGEST_REST = timedelta(hours=1)
"""Who asks for more time (Retry-After, RFC 9110 10.2.3) gets so much at most."""
GIVE_UP_AFTER = timedelta(days=3)
KEPT_FOR = timedelta(days=30)
FOR_EACH = 10
GONE = 410


@dataclass(frozen=True)
class Claimed:
    """A delivery that is ours to send, with its hook."""

    hook: Hook
    delivery: Delivery


def work() -> int:
    """Send what is due; says how much."""
    with reading() as session:
        ids = due(session, clock.now())
    return sum(_send(delivery_id) for delivery_id in ids)


def due(session: Session, now: datetime) -> list[str]:
    """What to send now, some for each hook that is on and does not rest, one of each in turn."""
    ready = or_(Hook.rest_until.is_(None), Hook.rest_until <= now)
    known = session.scalars(select(Hook.id).where(Hook.state == hooks.ON, ready).order_by(Hook.id)).all()
    queues = [_due_of(session, hook_id, now) for hook_id in known]
    return [one for one in chain.from_iterable(zip_longest(*queues)) if one is not None]


def _due_of(session: Session, hook_id: str, now: datetime) -> Sequence[str]:
    rows = select(Delivery.id).where(Delivery.hook_id == hook_id, Delivery.state.in_((QUEUED, SENDING)))
    return session.scalars(
        rows.where(Delivery.due_at <= now).order_by(Delivery.due_at, Delivery.happened_at).limit(FOR_EACH)
    ).all()


def claim(session: Session, delivery_id: str, now: datetime) -> Claimed | None:
    """Take one for sending; None where another worker was first, or its hook is off or rests by now."""
    delivery = session.get_one(Delivery, delivery_id)
    hook = session.get_one(Hook, delivery.hook_id)
    if hook.state != hooks.ON or (hook.rest_until is not None and hook.rest_until > now):
        return None
    mine = update(Delivery).where(Delivery.id == delivery_id, Delivery.due_at <= now)
    mine = mine.where(Delivery.state.in_(TRANSITIONS[SENDING]))
    if changed(session, mine.values(state=SENDING, due_at=now + LEASE, attempts=Delivery.attempts + 1)) != 1:
        return None
    return Claimed(hook, session.get_one(Delivery, delivery_id, populate_existing=True))


def _send(delivery_id: str) -> int:
    now = clock.now()
    with writing() as session:
        ours = claim(session, delivery_id, now)
    if ours is None:
        return 0
    loopback = hooks.loopback_allowed()
    try:
        target = addresses.read(ours.hook.address, loopback=loopback)
    except Refused:  # written down in a rehearsal, used in earnest
        answer = Answer(error="closed")
    else:
        what = Post(ours.delivery.body.encode("utf-8"), signing.headers(ours.hook, ours.delivery, now))
        answer = post(target, what, loopback=loopback)
    with writing() as session:
        note(session, ours, answer, clock.now())
    return 1


def note(session: Session, ours: Claimed, answer: Answer, now: datetime) -> None:
    """Keep what came of a try: delivered; or tried again later, and in the end failed."""
    hook, delivery = ours.hook, ours.delivery
    told = {"last_status": answer.status, "last_answer": _shown(answer.text), "last_error": answer.error}
    if answer.is_taken:
        move(session, Delivery, delivery.id, TRANSITIONS, DELIVERED, settled_at=now, **told)
        if hook.failing_since is not None:
            well = update(Hook).where(Hook.id == hook.id).values(failing_since=None, rest_until=None)
            changed(session, well)
        return
    log.warning("not delivered", delivery=delivery.id, hook=hook.id, status=answer.status, error=answer.error)
    if delivery.attempts > len(WAITS):
        move(session, Delivery, delivery.id, TRANSITIONS, FAILED, settled_at=now, **told)
    else:
        due_at = now + max(WAITS[delivery.attempts - 1], _asked_for(answer))
        move(session, Delivery, delivery.id, TRANSITIONS, QUEUED, due_at=due_at, **told)
    _note_fault(session, hook, answer, now)


def _asked_for(answer: Answer) -> timedelta:
    return min(timedelta(seconds=answer.retry_after), LONGEST_REST)


def _note_fault(session: Session, hook: Hook, answer: Answer, now: datetime) -> None:
    since = hook.failing_since or now
    fault = (
        update(Hook)
        .where(Hook.id == hook.id)
        .values(failing_since=since, rest_until=now + max(REST, _asked_for(answer)))
    )
    changed(session, fault)
    if answer.status == GONE:
        hooks.switch_off(session, hook, hooks.GONE, now, "system")
    elif now - since >= GIVE_UP_AFTER:
        hooks.switch_off(session, hook, hooks.FAILING, now, "system")


def page(
    session: Session, hook: Hook, state: str, after: tuple[datetime, str] | None, limit: int
) -> Sequence[Delivery]:
    """So many deliveries of a hook, the newest first, behind that time and id; only those in this state where one is
    named."""
    rows = select(Delivery).where(Delivery.hook_id == hook.id)
    if state:
        rows = rows.where(Delivery.state == state)
    if after is not None:
        at, key = after
        older = or_(Delivery.queued_at < at, and_(Delivery.queued_at == at, Delivery.id < key))
        rows = rows.where(older)
    return session.scalars(rows.order_by(Delivery.queued_at.desc(), Delivery.id.desc()).limit(limit)).all()


def replay(session: Session, event_id: int, delivery_id: str, now: datetime, actor: str) -> Delivery:
    """Send a delivery once more under its id, with all its tries; one that is on its way stays so.

    Raises Refused("not_found", 404), Refused("hook_off").
    """
    delivery = session.get(Delivery, delivery_id)
    hook = hooks.get(session, event_id, delivery.hook_id) if delivery else None
    if delivery is None or hook is None:
        raise Refused("not_found", 404)
    if hook.state != hooks.ON:
        raise Refused("hook_off")
    again = {"due_at": now, "attempts": 0, "settled_at": None}
    if move(session, Delivery, delivery_id, BY_HAND, QUEUED, **again) is Outcome.MOVED:
        audit.record(session, now, actor, "hook.replay", f"hook:{hook.id}", delivery=delivery_id, event=event_id)
    return session.get_one(Delivery, delivery_id, populate_existing=True)


def replay_failed(session: Session, hook: Hook, now: datetime, actor: str) -> int:
    """Send everything that failed once more; says how much. Raises Refused("hook_off")."""
    if hook.state != hooks.ON:
        raise Refused("hook_off")
    lost = update(Delivery).where(Delivery.hook_id == hook.id, Delivery.state == FAILED)
    count = changed(session, lost.values(state=QUEUED, due_at=now, attempts=0, settled_at=None))
    if count:
        audit.record(session, now, actor, "hook.replay", f"hook:{hook.id}", count=count, event=hook.event_id)
    return count


def send_test(session: Session, hook: Hook, slug: str, now: datetime) -> None:
    """Queue a delivery that tells nothing, to see whether it arrives. Raises Refused("hook_off")."""
    if hook.state != hooks.ON:
        raise Refused("hook_off")
    keep(session, hook, [Fact(TEST, new_id(), now, body_of(TestTold("test", now, slug, TestData())))], now)


def tidy(now: datetime) -> int:
    """Delete deliveries that are over and a month old; says how many."""
    over = (Delivery.queued_at < now - KEPT_FOR, Delivery.state.in_((DELIVERED, FAILED)))
    with reading() as session:
        if session.scalar(select(Delivery.id).where(*over).limit(1)) is None:
            return 0
    with writing() as session:
        return changed(session, delete(Delivery).where(*over))


def _shown(text: str) -> str:
    """The beginning of an answer as a page can show it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:500]
