"""Where visitors of an event page come from, counted by day: no cookie, no address, nothing about anybody.

Counted in memory and written every few seconds, so that a page that is served from memory stays that fast. What a
process has not written when it ends is lost: these are counts of visits, not of money.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from threading import Lock

from flask import Request, current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ticketing.core.db import insert_or, writing
from ticketing.core.observe import log
from ticketing.events.catalog import Catalog
from ticketing.reports.models import Visit

DIRECT, OTHER = "direct", "other"
MOST_SOURCES = 50
"""Of one event on one day; whatever else comes is counted as `other`: anybody can write anything into an address."""
WRITE_EVERY = timedelta(seconds=5)
_CAMPAIGN = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_HOST = re.compile(r"https?://(?:www\.)?((?:[a-z0-9-]{1,63}\.)+[a-z]{2,24})(?::\d+)?(?:[/?#]|$)")
_BOT = re.compile(
    r"bot|crawl|spider|slurp|preview|facebookexternalhit|monitor|curl|wget|python|java/|go-http|headless", re.I
)

Key = tuple[int, date, str]


class Visits:
    """What this process has counted and not written yet."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[Key] = Counter()
        self._written_at: datetime | None = None

    def add(self, key: Key) -> None:
        """Count one."""
        with self._lock:
            known = key in self._counts or len(self._counts) < MOST_SOURCES * 4
            self._counts[key if known else (*key[:2], OTHER)] += 1

    def take(self, now: datetime) -> Mapping[Key, int]:
        """What is to be written now; nothing where that was done a moment ago."""
        with self._lock:
            if self._written_at and timedelta(0) <= now - self._written_at < WRITE_EVERY:
                return {}
            self._written_at = now
            taken, self._counts = self._counts, Counter()
        return taken

    def give_back(self, counts: Mapping[Key, int]) -> None:
        """It could not be written."""
        with self._lock:
            self._counts.update(counts)


def seen(catalog: Catalog, request: Request, now: datetime) -> None:
    """Somebody opened the event page. Programs, prefetching browsers and clicks within this house do not count."""
    source = source_of(request)
    if source:
        _mine().add((catalog.id, now.astimezone(catalog.zone).date(), source))
    write_down(now)


def write_down(now: datetime) -> None:
    """Write what was counted, once in five seconds; a fault here keeps no page from its visitor."""
    visits = _mine()
    counts = visits.take(now)
    if not counts:
        return
    try:
        with writing() as session:
            for (event_id, day, source), count in sorted(counts.items()):
                _add(session, event_id, day, source, count)
    except SQLAlchemyError as error:
        visits.give_back(counts)
        log.warning("visits", error=type(error).__name__)


def source_of(request: Request) -> str:
    """The source of a visit: `utm_source` in its plain form, else the host that led here, else `direct`.

    Empty for what is no visit of a person.
    """
    headers = request.headers
    agent = headers.get("User-Agent", "")
    if request.method != "GET" or not agent or _BOT.search(agent) or "prefetch" in headers.get("Sec-Purpose", ""):
        return ""
    campaign = request.args.get("utm_source", "").strip().lower()
    if _CAMPAIGN.fullmatch(campaign):
        return f"utm:{campaign}"
    referrer = headers.get("Referer", "").lower()
    if referrer.startswith(request.host_url.lower()):
        return ""
    host = _HOST.match(referrer)
    return host.group(1)[:60] if host else DIRECT


def sources(session: Session, event_id: int, since: date) -> list[tuple[str, int]]:
    """How many came from where since that day, the most first."""
    total = func.sum(Visit.count)
    rows = select(Visit.source, total).where(Visit.event_id == event_id, Visit.day >= since).group_by(Visit.source)
    return [(source, int(count)) for source, count in session.execute(rows.order_by(total.desc(), Visit.source))]


def total(session: Session, event_id: int) -> int:
    """All visits of an event."""
    return int(session.scalar(select(func.sum(Visit.count)).where(Visit.event_id == event_id)) or 0)


def _add(session: Session, event_id: int, day: date, source: str, count: int) -> None:
    today = (Visit.event_id == event_id) & (Visit.day == day)
    if session.scalar(select(Visit.count).where(today, Visit.source == source)) is None:
        known = session.scalar(select(func.count()).select_from(Visit).where(today)) or 0
        source = source if known < MOST_SOURCES else OTHER
    row = insert_or(Visit, session.get_bind().dialect.name).values(
        event_id=event_id, day=day, source=source, count=count
    )
    same = [Visit.event_id, Visit.day, Visit.source]
    session.execute(row.on_conflict_do_update(index_elements=same, set_={"count": Visit.count + count}))


def _mine() -> Visits:
    visits: Visits = current_app.extensions["ticketing.visits"]
    return visits
