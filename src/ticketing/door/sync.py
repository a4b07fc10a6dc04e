"""The exchange with a tablet: its scans in, each in a transaction of its own, then permits, stays and news.

Everything may come twice, late, or be cut off anywhere: each step counts once and leaves the books whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core.db import writing
from ticketing.core.errors import Refused
from ticketing.door import manifest, permits, records
from ticketing.door.bodies import LARGEST_TEST, MadeScan, Status, SyncBody
from ticketing.door.callers import instant, plain, tablet
from ticketing.door.ingest import OfflineScan, ingest
from ticketing.door.models import Scan, Station, Stay
from ticketing.door.permits import Holding, Move
from ticketing.door.reported import open_kinds
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.staff.models import Device

TRIES = 5


def sync(token: str, body: SyncBody, now: datetime) -> dict[str, Any]:
    """One exchange; the answer as the tablet reads it.

    Raises Refused("device_revoked", 401), Refused("wrong_epoch") for a queue of another life of this tablet,
    Refused("bad_request", 400) for a time that is none, Refused("busy", 503).
    """
    scans = [_made(scan) for scan in sorted(body.scans, key=lambda scan: scan.seq)]
    if body.status and body.status.test and len(msgspec.json.encode(body.status.test)) > LARGEST_TEST:
        raise Refused("bad_request", 400)
    if scans or body.released:
        _begin(token, body, now)
    for scan in scans:
        _take_in(token, scan, now)
    if body.released:
        with writing() as session:
            device, _, _ = tablet(session, token)
            permits.release(session, device, [str(one) for one in body.released], now)
    with writing() as session:
        return _Exchange(session, token, body, now).answer(scans)


def _begin(token: str, body: SyncBody, now: datetime) -> None:
    with writing() as session:
        device, _, room = tablet(session, token)
        _check_epoch(device, body)
        permits.join(session, device, room.id, now)


def _check_epoch(device: Device, body: SyncBody) -> None:
    if device.epoch != body.epoch:
        raise Refused("wrong_epoch")


def _take_in(token: str, scan: OfflineScan, now: datetime) -> None:
    for _ in range(TRIES):
        try:
            with writing() as session:
                device, _, _ = tablet(session, token)
                ingest(session, device, scan, now)
        except IntegrityError:
            continue  # the very same scan comes by another request at once
        return
    raise Refused("busy", 503)


def _made(scan: MadeScan) -> OfflineScan:
    by = scan.override
    return OfflineScan(
        id=str(scan.id),
        code_hash=scan.code_hash,
        kind=scan.kind,
        scanned_at=instant(scan.scanned_at),
        decision=scan.decision,
        reason=scan.reason,
        permit=scan.permit,
        closes=str(scan.closes) if scan.closes else None,
        seq=scan.seq,
        list_version=scan.list_version,
        override_by=plain(by.supervisor) if by else None,
        override_reason=plain(by.reason) if by else None,
        undoes=str(scan.undoes) if scan.undoes else None,
        clock_error_ms=scan.clock_error_ms,
    )


class _Exchange:
    """The last transaction of an exchange."""

    def __init__(self, session: Session, token: str, body: SyncBody, now: datetime) -> None:
        self.session, self.body, self.now = session, body, now
        self.device, self.gate, self.room = tablet(session, token)
        _check_epoch(self.device, body)
        self.catalog: Catalog = load_by_id(session, self.device.event_id)

    def answer(self, scans: Sequence[OfflineScan]) -> dict[str, Any]:
        """Permits change hands, the station is told of, and everything that the tablet needs to know."""
        station = permits.join(self.session, self.device, self.room.id, self.now)
        self._note(station, scans)
        returns = [Move(one.n, one.permits) for one in self.body.returns]
        holding = permits.exchange(self.session, self.device, station, returns, self.now)
        self.session.flush()
        levels = holding.levels
        return {
            "acked_seq": station.acked_seq,
            "results": self._results(scans),
            "grants": [{"n": one.n, "permits": one.permits} for one in self._grants(holding)],
            "release": self._release(),
            "changes": self._changes(scans),
            "list_version": manifest.version(self.now),
            "inside": levels.people,
            "capacity": levels.capacity,
            "server_time": self.now,
            "revision": self.catalog.revision,
            "untracked": levels.untracked,
            "reserve": holding.reserve,
            "returned": permits.last_return(self.session, self.device.id),
        }

    def _note(self, station: Station, scans: Sequence[OfflineScan]) -> None:
        there = select(Scan.seq).where(
            Scan.device_id == self.device.id, Scan.epoch == self.device.epoch, Scan.seq > station.acked_seq
        )
        seqs = set(self.session.scalars(there)) | {scan.seq for scan in scans}
        while station.acked_seq + 1 in seqs:
            station.acked_seq += 1
        if self.body.list_version is not None:
            station.list_version = self.body.list_version
        said = self.body.status or Status()
        station.battery = said.battery
        station.queued = said.queued
        station.clock_offset_ms = said.clock_offset_ms
        if said.test is not None:
            station.test, station.tested_at = said.test, self.now

    def _results(self, scans: Sequence[OfflineScan]) -> list[dict[str, Any]]:
        kinds = open_kinds(self.session, [scan.id for scan in scans])
        states = [(scan.id, kinds.get(scan.id)) for scan in scans]
        return [{"id": one, "state": "conflict" if kind else "kept", "conflict": kind} for one, kind in states]

    def _grants(self, holding: Holding) -> Sequence[Move]:
        if self.body.granted is None:
            return holding.new
        return permits.grants_after(self.session, self.device.id, self.body.granted)

    def _release(self) -> list[str]:
        waits = (Stay.holder_id == self.device.id) & Stay.closed_at.is_(None) & Stay.left_scan_id.is_not(None)
        return list(self.session.scalars(select(Stay.scan_id).where(waits).order_by(Stay.scan_id)))

    def _changes(self, scans: Sequence[OfflineScan]) -> dict[str, Any]:
        """Tickets that changed since the tablet's list; the event's facts where they changed."""
        known = self.body.list_version or max((scan.list_version or 0 for scan in scans), default=0)
        news: dict[str, Any] = {"tickets": []}
        if known:
            news["tickets"] = records.of_event(self.session, self.catalog, manifest.since(known))
        if self.body.revision is not None and self.body.revision != self.catalog.revision:
            asker = manifest.Asker(self.device, self.gate, self.room, self.now)
            news |= manifest.facts(self.session, self.catalog, asker)
            del news["revision"]
        return news
