"""When to compare: events every minute, everything each night, when nobody ever did, and when somebody wishes.

Wishes and turns are heartbeats: they outlast every process. A turn is somebody's for a while, so that several workers
do not all compare; whoever dies in between, or cannot reach Stripe, loses nothing but that while.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from ticketing.core import clock, heartbeat
from ticketing.core.db import changed, db, insert_or, reading, writing
from ticketing.core.heartbeat import Heartbeat
from ticketing.core.observe import log
from ticketing.payments.outcome import Rejected, Unreachable
from ticketing.payments.reconcile import EVENTS, FULL, catch_up, latest, reconcile

EVERY = timedelta(seconds=60)
TURNS = {EVENTS: timedelta(seconds=60), FULL: timedelta(minutes=10)}
ZONE = ZoneInfo("Asia/Tokyo")
NIGHT_HOUR = 4
WISH = "reconcile.wish"


def wish(session: Session, now: datetime) -> None:
    """Ask the worker for a comparison now."""
    heartbeat.beat(session, WISH, now)


def is_wished(session: Session, now: datetime) -> bool:
    """Whether somebody asked for a comparison that has not ended yet."""
    return _wished_since(session, latest_start(session), now)


def work_reconcile() -> int:
    """Do what is due; 1 when something was. It may take minutes, and can be killed between any two steps."""
    with reading() as session:
        now = clock.now()
        due = _due(session, now)
    scope = next((one for one in due if _take_turn(one, now)), None)
    if scope is None:
        return 0
    try:
        if scope == FULL:
            result = reconcile()
            log.info("reconciled", left=len(result.left), repaired=len(result.repaired))
        else:
            catch_up(now)
    except (Unreachable, Rejected) as error:
        log.warning("not reconciled", scope=scope, error=type(error).__name__, code=getattr(error, "code", ""))
        _end_turn(scope, now + EVERY)
        return 0
    _end_turn(scope, now)
    return 1


def last_night(now: datetime) -> datetime:
    """The latest moment for a nightly comparison, 4:00 in Tokyo, that has passed."""
    here = now.astimezone(ZONE)
    night = here.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night <= here else night - timedelta(days=1)


def latest_start(session: Session) -> datetime | None:
    """When the last full comparison began."""
    last = latest(session, FULL)
    return last.started_at if last else None


def _due(session: Session, now: datetime) -> list[str]:
    """What is due, the whole first: it begins with the events."""
    last, events = latest_start(session), latest(session, EVENTS)
    whole = last is None or last < last_night(now) or _wished_since(session, last, now)
    recent = events is not None and timedelta(0) <= now - events.started_at < EVERY
    return [FULL] * whole + [EVENTS] * (not recent)


def _wished_since(session: Session, last: datetime | None, now: datetime) -> bool:
    wished = session.scalar(select(Heartbeat.at).where(Heartbeat.name == WISH))
    return wished is not None and wished <= now and (last is None or last < wished)


def _turn(scope: str) -> str:
    return f"reconcile.{scope}"


def _take_turn(scope: str, now: datetime) -> bool:
    """Take the turn until its time is over; a clock that was put back must not make it last for ever."""
    name, until = _turn(scope), now + TURNS[scope]
    free = or_(Heartbeat.at <= now, Heartbeat.at > until)
    with writing() as session:
        first = insert_or(Heartbeat, db.engine.dialect.name).values(name=name, at=until)
        if changed(session, first.on_conflict_do_nothing(index_elements=["name"])) == 1:
            return True
        return changed(session, update(Heartbeat).where(Heartbeat.name == name, free).values(at=until)) == 1


def _end_turn(scope: str, again: datetime) -> None:
    with writing() as session:
        changed(session, update(Heartbeat).where(Heartbeat.name == _turn(scope)).values(at=again))
