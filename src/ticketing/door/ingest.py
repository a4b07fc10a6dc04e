"""One scan that was decided without us: taken in once, whatever it says, and everything that follows from it.

What happened has happened: a verdict is never rewritten. What does not fit is reported for people to settle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.door import stays
from ticketing.door.books import Books, book, turn_back
from ticketing.door.history import lock_ticket, settle, time_of
from ticketing.door.models import Scan, Station, Stay
from ticketing.door.reported import open_kinds, report
from ticketing.events.models import Gate
from ticketing.staff.models import Device
from ticketing.tickets.issue import REVOKED, former
from ticketing.tickets.models import Ticket

UNDONE = "undone"


@dataclass(frozen=True)
class OfflineScan:
    """A scan as the tablet wrote it down. `code_hash` is 32 hex digits, or empty; `scanned_at` the corrected time.

    `permit`: whether it spent one of the tablet's places; None where nobody counted places (a list on paper).
    `closes` is the stay that it turned back into a permit, `undoes` the scan that it takes back.
    """

    id: str
    code_hash: str
    kind: str
    scanned_at: datetime
    decision: str = "admit"
    reason: str | None = None
    permit: bool | None = None
    closes: str | None = None
    seq: int | None = None
    list_version: int | None = None
    override_by: str | None = None
    override_reason: str | None = None
    undoes: str | None = None
    clock_error_ms: int | None = None


@dataclass(frozen=True)
class Result:
    """What became of a scan: `kept`, or `conflict` with its kind while that is open."""

    id: str
    state: str
    conflict: str | None


def ingest(session: Session, device: Device, scan: OfflineScan, now: datetime) -> Result:
    """Take one scan in; the same id, or the same place in the tablet's queue, counts once.

    The transaction must be tried again where another one recorded the same scan meanwhile (IntegrityError).
    Raises Refused("device_revoked", 401) for a tablet that was written off in this very moment.
    """
    station = session.get(Station, device.id)
    room_id = station.room_id if station else session.get_one(Gate, device.gate_id).room_id
    books = Books(device, now)
    row = _row(device, room_id, scan, now)
    known = _known(session, row)
    if known is not None:
        _late_word(session, books, known, scan)
        return result(session, scan.id)
    ticket = _ticket(session, device.event_id, scan)
    row.ticket_id = ticket.id if ticket else None
    admitted = row.decision == "admit"
    if ticket is not None:
        lock_ticket(session, ticket.id, row if admitted and row.kind == "entry" else None)
    session.add(row)
    session.flush()
    if admitted:
        _follow(session, books, row, station)
        if ticket is not None:
            books.moved.update(settle(session, ticket.id, now))
        _report(session, row, ticket, now)
    book(session, books, row)
    return result(session, scan.id)


def result(session: Session, scan_id: str) -> Result:
    """What became of this scan so far."""
    kind = open_kinds(session, [scan_id]).get(scan_id)
    return Result(scan_id, "conflict" if kind else "kept", kind)


def _row(device: Device, room_id: int, scan: OfflineScan, now: datetime) -> Scan:
    names = "id code_hash kind decision reason permit closes seq list_version override_by override_reason undoes"
    values: dict[str, Any] = {name: getattr(scan, name) for name in names.split()}
    return Scan(
        event_id=device.event_id,
        device_id=device.id,
        gate_id=device.gate_id,
        room_id=room_id,
        mode="offline",
        scanned_at=scan.scanned_at,
        received_at=now,
        epoch=None if scan.seq is None else device.epoch,
        clock_error_ms=scan.clock_error_ms,
        **values,
    )


def _known(session: Session, row: Scan) -> Scan | None:
    same_place = (Scan.device_id == row.device_id) & (Scan.epoch == row.epoch) & (Scan.seq == row.seq)
    same = Scan.id == row.id if row.seq is None else (Scan.id == row.id) | same_place
    return session.scalars(select(Scan).where(same).order_by(Scan.id != row.id).limit(1)).one_or_none()


def _late_word(session: Session, books: Books, known: Scan, scan: OfflineScan) -> None:
    """An exit that we recorded while the tablet got no answer, and so decided it again under the same id."""
    if known.seq is None and (known.device_id, known.kind) == (books.device.id, "exit") and scan.closes:
        if known.ticket_id is not None:
            lock_ticket(session, known.ticket_id)
        turn_back(session, books, scan.closes, known.id)
        if known.ticket_id is not None:
            books.moved.update(settle(session, known.ticket_id, books.now))
        book(session, books, known)


def _ticket(session: Session, event_id: int, scan: OfflineScan) -> Ticket | None:
    if scan.undoes:
        undone = session.get(Scan, scan.undoes)
        if undone is not None:
            return None if undone.ticket_id is None else session.get_one(Ticket, undone.ticket_id)
    if not scan.code_hash:
        return None
    # A range, so that the index on the whole hash serves.
    among = (Ticket.code_hash >= scan.code_hash) & (Ticket.code_hash < scan.code_hash + "g")
    found = session.scalars(select(Ticket).where(among, Ticket.event_id == event_id).limit(1)).one_or_none()
    ended = former(session, event_id, scan.code_hash) if found is None else None
    return session.get_one(Ticket, ended.ticket_id) if ended else found


def _follow(session: Session, books: Books, row: Scan, station: Station | None) -> None:
    if row.kind == "entry":
        if row.undoes is not None:
            _tombstone(session, row, "exit")
        if row.undoes is None or row.permit:
            _enter(session, books, row, station)
    elif row.undoes is not None:
        _take_back(session, books, row)
    elif row.closes is not None:
        turn_back(session, books, row.closes, row.id)


def _enter(session: Session, books: Books, row: Scan, station: Station | None) -> None:
    """A person is in; with a permit the tablet holds the stay, until it lets go."""
    held = bool(row.permit) and station is not None
    stay = Stay(scan_id=row.id, event_id=row.event_id, ticket_id=row.ticket_id, room_id=row.room_id)
    stay.holder_id = row.device_id if held else None
    session.add(stay)
    session.flush()
    books.moved[row.room_id] += 1
    books.permits -= 1 if held else 0
    later = select(Scan.id).where(Scan.closes == row.id, Scan.device_id == row.device_id, Scan.decision == "admit")
    told = session.scalars(later.limit(1)).one_or_none()
    if told is not None:
        turn_back(session, books, row.id, told)


def _take_back(session: Session, books: Books, row: Scan) -> None:
    """An entry of this tablet never was: with `closes` it took the place itself, else the place is free."""
    if _tombstone(session, row, "entry"):
        return
    if row.closes == row.undoes and turn_back(session, books, str(row.undoes), row.id, stays.UNDONE):
        return
    mine = select(Stay).join(Scan, Scan.id == Stay.scan_id)
    mine = mine.where(Stay.scan_id == row.undoes, Scan.device_id == row.device_id, Stay.closed_at.is_(None))
    held = Stay.holder_id.is_(None) | (Stay.holder_id == row.device_id)
    stay = session.scalars(mine.where(held).with_for_update(of=Stay)).one_or_none()
    if stay is not None:
        stay.left_scan_id, stay.holder_id = row.id, None
        books.moved[stay.room_id] += stays.close(stay, stays.UNDONE, books.now)


def _tombstone(session: Session, row: Scan, kind: str) -> bool:
    """Where the scan that is taken back never came, a late copy of it is refused. Whether that is so."""
    if session.get(Scan, row.undoes) is not None:
        return False
    same = {name: getattr(row, name) for name in ("event_id", "device_id", "gate_id", "room_id", "ticket_id")}
    refused = {"decision": "refuse", "reason": UNDONE, "mode": "online"}
    when = {"scanned_at": row.scanned_at, "received_at": row.received_at}
    session.add(Scan(id=row.undoes, kind=kind, code_hash=row.code_hash, **same, **refused, **when))
    session.flush()
    return True


def _report(session: Session, row: Scan, ticket: Ticket | None, now: datetime) -> None:
    if row.kind != "entry" or row.undoes:
        return
    if ticket is None:
        report(session, row, "unknown_entry", now)
    elif any(time_of(row) > end for end in _ends(session, row, ticket)):
        report(session, row, "revoked_entry", now)


def _ends(session: Session, row: Scan, ticket: Ticket) -> Iterator[datetime]:
    """When this code stopped letting in: its ticket was revoked, or got another code."""
    if ticket.state == REVOKED and ticket.revoked_at is not None:
        yield ticket.revoked_at
    if row.code_hash and not ticket.code_hash.startswith(row.code_hash):
        ended = former(session, row.event_id, row.code_hash)
        if ended is not None:
            yield ended.ended_at
