"""A ticket's own history: brings its stays, its presence and its conflicts in line with all its scans.

Whoever calls has locked the ticket (see `lock_ticket`), so that two gates never do this at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Executable, delete, select, update
from sqlalchemy.orm import Session

from ticketing.core.db import insert_or
from ticketing.door import reported, stays
from ticketing.door.judging import Emptied, Passage, judge
from ticketing.door.models import Conflict, Emptying, Presence, Scan, Stay
from ticketing.tickets.models import Ticket

# Clocks that were never set say times like 1970; arithmetic at the edge of the calendar fails.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Past:
    ticket_id: str
    scans: Sequence[Scan]
    undone: frozenset[str]
    stays: dict[str, Stay]
    conflicts: Sequence[Conflict]
    emptied: Sequence[Emptied]


def time_of(scan: Scan) -> datetime:
    """When it was: online by our clock, offline by the tablet's corrected one, but never after we heard of it."""
    return scan.received_at if scan.mode == "online" else min(max(scan.scanned_at, EARLIEST), scan.received_at)


def lock_ticket(session: Session, ticket_id: str, coming: Scan | None = None) -> None:
    """Take the ticket, then its presence: everybody who changes what a ticket's scans come to does so first.

    With an entry that is `coming` there is a presence to take, which the fast path of a scan meets then.
    """
    ticket = select(Ticket.id).where(Ticket.id == ticket_id)
    session.execute(ticket.with_for_update(key_share=True)).all()
    if coming is not None:
        session.execute(_first_presence(session, ticket_id, coming))
    presence = select(Presence).where(Presence.ticket_id == ticket_id).with_for_update()
    session.scalars(presence.execution_options(populate_existing=True)).one_or_none()


def _first_presence(session: Session, ticket_id: str, coming: Scan) -> Executable:
    where = {"gate_id": coming.gate_id, "device_id": coming.device_id, "at": coming.received_at}
    both = {f"{which}_{name}": value for which in ("first", "last") for name, value in where.items()}
    row = insert_or(Presence, session.get_bind().dialect.name).values(
        ticket_id=ticket_id,
        room_id=coming.room_id,
        inside=False,
        entries=0,
        first_scan_id=coming.id,
        open_scan_id=None,
        changed_at=coming.received_at,
        **both,
    )
    statement: Executable = row.on_conflict_do_nothing()
    return statement


def settle(session: Session, ticket_id: str, now: datetime) -> Counter[int]:
    """Bring everything about this ticket in line; the change of each room's count."""
    session.flush()
    past = _read(session, ticket_id)
    judged = judge([_passage(past, scan) for scan in past.scans if _counts(past, scan)], past.emptied)
    moved: Counter[int] = Counter()
    marks = {one.mark for one in past.emptied}
    for stay in past.stays.values():
        word = judged.leaves.get(stay.scan_id)
        if word and stay.closed_at is None and stay.left_scan_id is None:
            closing = stays.EMPTIED if word in marks else stays.EXIT
            moved[stay.room_id] += stays.leave(stay, word, closing, now)
    wanted = {("double_entry", one) for one in judged.doubles} | {("many_inside", one) for one in judged.crowded}
    reported.keep(session, past.conflicts, {one.id: one for one in past.scans}, wanted, now)
    tangled = any(_seen_at(past, one, "double_entry") is None for one in judged.doubles)
    _refresh(session, past, tangled, now)
    return moved


def _read(session: Session, ticket_id: str) -> _Past:
    mine = select(Scan).where(Scan.ticket_id == ticket_id, Scan.decision == "admit")
    scans = session.scalars(mine.order_by(Scan.received_at, Scan.id)).all()
    every = select(Stay).where(Stay.ticket_id == ticket_id).order_by(Stay.scan_id).with_for_update()
    its_stays = session.scalars(every.execution_options(populate_existing=True)).all()
    conflicts = session.scalars(select(Conflict).where(Conflict.ticket_id == ticket_id).with_for_update()).all()
    rooms = {stay.room_id for stay in its_stays}
    emptied = session.execute(select(Emptying.room_id, Emptying.at, Emptying.by).where(Emptying.room_id.in_(rooms)))
    known = {one.id: one for one in scans}
    undoing = [one for one in scans if one.kind == "exit" and one.undoes]
    return _Past(
        ticket_id=ticket_id,
        scans=scans,
        undone=frozenset(
            one.undoes for one in undoing if one.undoes in known and known[one.undoes].device_id == one.device_id
        ),
        stays={stay.scan_id: stay for stay in its_stays},
        conflicts=conflicts,
        emptied=[Emptied(room_id, at, by.partition(" ")[0]) for room_id, at, by in emptied],
    )


def _counts(past: _Past, scan: Scan) -> bool:
    """An entry that was taken back never was, nor was what took it back; an exit taken back is followed by an entry."""
    if scan.kind == "exit":
        return not scan.undoes
    return scan.id not in past.undone and scan.id in past.stays


def _passage(past: _Past, scan: Scan) -> Passage:
    stay = past.stays.get(scan.id)
    left = stay.left_scan_id if stay else None
    ended = next((one.scan_id for one in past.stays.values() if one.left_scan_id == scan.id), None)
    online = scan.mode == "online"
    return Passage(
        id=scan.id,
        kind=scan.kind,
        at=time_of(scan),
        error=timedelta(milliseconds=0 if online else scan.clock_error_ms or 0),
        room_id=scan.room_id,
        queue=None if scan.seq is None else (f"{scan.device_id} {scan.epoch}", scan.seq),
        ends=ended if scan.kind == "exit" else None,
        left=left,
        settled_at=next((one.closed_at for one in past.conflicts if left == f"{stays.SETTLED_BY}{one.id}"), None),
        seen_at=_seen_at(past, scan.id, "double_entry" if scan.kind == "entry" else "many_inside"),
    )


def _seen_at(past: _Past, scan_id: str, kind: str) -> datetime | None:
    """When a person has closed what was reported of this scan."""
    mine = (one for one in past.conflicts if (one.scan_id, one.kind) == (scan_id, kind))
    return next((one.closed_at for one in mine if reported.is_closed_by_person(one)), None)


def _refresh(session: Session, past: _Past, tangled: bool, now: datetime) -> None:
    entries = [one for one in past.scans if one.kind == "entry" and _counts(past, one) and not one.undoes]
    if not entries:
        _forget(session, past.ticket_id, now)
        return
    scans = {one.id: one for one in past.scans}
    open_stays = [one for one in past.stays.values() if one.closed_at is None and one.left_scan_id is None]
    since = [scans[one.scan_id] for one in open_stays] or [one for one in past.scans if _counts(past, one)]
    first, last = min(entries, key=_order), max(since, key=_order)
    alone = open_stays[0] if len(open_stays) == 1 and open_stays[0].holder_id is None and not tangled else None
    row = session.get_one(Presence, past.ticket_id)
    row.room_id, row.inside, row.entries = last.room_id, bool(open_stays), len(entries)
    row.first_scan_id, row.first_at = first.id, time_of(first)
    row.first_gate_id, row.first_device_id = first.gate_id, first.device_id
    row.last_at, row.last_gate_id, row.last_device_id = time_of(last), last.gate_id, last.device_id
    row.open_scan_id = alone.scan_id if alone else None
    row.changed_at = now
    session.flush()


def _order(scan: Scan) -> tuple[datetime, int, str]:
    return time_of(scan), scan.seq or 0, scan.id


def _forget(session: Session, ticket_id: str, now: datetime) -> None:
    """Nobody has come in with it after all. Tablets learn of it by the ticket itself."""
    row = session.get(Presence, ticket_id)
    if row is None:
        return
    session.expunge(row)
    session.execute(delete(Presence).where(Presence.ticket_id == ticket_id))
    ticket = update(Ticket).where(Ticket.id == ticket_id).values(changed_at=now)
    session.execute(ticket.execution_options(synchronize_session=False))
