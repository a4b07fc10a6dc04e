"""The nightly turn: of all workers one erases what had its time, at half past four in Tokyo or as soon as one runs."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core.db import changed, db, insert_or, reading, writing
from ticketing.core.heartbeat import Heartbeat
from ticketing.core.observe import log
from ticketing.privacy.keeping import purge

TURN = "privacy.purge"
ZONE = ZoneInfo("Asia/Tokyo")
NIGHT = time(4, 30)


def work(now: datetime) -> int:
    """Take the turn of this night, if nobody has, and purge; 1 when something was erased.

    Who dies in between has left each order either as it was or empty; the next night goes on with the rest.
    """
    night = _last_night(now)
    with reading() as session:
        if not _is_due(session, night, now):
            return 0
    if not _take_turn(night, now):
        return 0
    done = purge(now, "system")
    count = sum(event.orders + event.waiting for event in done.events) + done.letters + done.of_staff
    log.info("purged", orders=sum(event.orders for event in done.events), letters=done.letters)
    return int(count > 0)


def _last_night(now: datetime) -> datetime:
    here = now.astimezone(ZONE)
    night = datetime.combine(here, NIGHT, ZONE)
    return night if night <= here else night - timedelta(days=1)


def _is_due(session: Session, night: datetime, now: datetime) -> bool:
    """A clock that was put back must not make the last turn hold for ever."""
    last = session.scalar(select(Heartbeat.at).where(Heartbeat.name == TURN))
    return last is None or not night <= last <= now


def _take_turn(night: datetime, now: datetime) -> bool:
    with writing() as session:
        first = insert_or(Heartbeat, db.engine.dialect.name).values(name=TURN, at=now)
        if changed(session, first.on_conflict_do_nothing(index_elements=["name"])) == 1:
            return True
        free = (Heartbeat.at < night) | (Heartbeat.at > now)
        return changed(session, update(Heartbeat).where(Heartbeat.name == TURN, free).values(at=now)) == 1
