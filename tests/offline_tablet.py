"""A tablet that follows the offline protocol to the letter, as the scanner page does, against the real house."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from factories import Tablet

Scan = dict[str, Any]
NO_ERROR = timedelta()


@dataclass
class OfflineTablet:
    """What it keeps survives everything; `skew` is what its clock is still wrong by, `error_ms` what it admits to."""

    tablet: Tablet
    skew: timedelta = NO_ERROR
    error_ms: int = 0
    online: bool = True
    dead: bool = False
    permits: int = 0
    applied: int = 0
    reserve: int | None = None
    seq: int = 0
    queue: list[Scan] = field(default_factory=list)
    returns: list[dict[str, int]] = field(default_factory=list)
    last_return: int = 0
    held: dict[str, str] = field(default_factory=dict)
    """The stays that it may end on its own, by id, with the ticket's hash."""
    released: set[str] = field(default_factory=set)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    inside_here: dict[str, bool] = field(default_factory=dict)
    list_version: int = 0
    revision: int | None = None
    last_answer: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The device."""
        device_id: str = self.tablet.facts["device"]["id"]
        return device_id

    def fetch(self) -> dict[str, Any]:
        """Take the whole list."""
        answer = self.tablet.house.client.get("/api/v1/door/manifest", headers=self.tablet.headers)
        assert answer.status_code == 200, answer.text
        manifest: dict[str, Any] = answer.get_json()
        self.records = {one["hash"]: one for one in manifest["tickets"]}
        self.list_version, self.revision = manifest["list_version"], manifest["revision"]
        return manifest

    def time(self) -> str:
        """The corrected time as this tablet believes it."""
        return (self.tablet.house.clock.now() + self.skew).isoformat()

    def bundle(self) -> dict[str, Any]:
        """What an exchange would send now."""
        return {
            "epoch": self.tablet.facts["epoch"],
            "scans": list(self.queue[:200]),
            "returns": list(self.returns) if len(self.queue) <= 200 else [],
            "released": sorted(self.released) if len(self.queue) <= 200 else [],
            "granted": self.applied,
            "list_version": self.list_version or None,
            "revision": self.revision,
        }

    def sync(self, lost: bool = False) -> bool:
        """One whole exchange as the page does it; with `lost` the server works and its answer never comes."""
        if not self.exchange(lost):
            return False
        for _ in range(3):
            if not self._give_back():
                break
            self.exchange()
        return True

    def exchange(self, lost: bool = False) -> bool:
        """One call, without giving anything back."""
        body = self.bundle()
        answer = self.tablet.post("sync", **body)
        assert answer.status_code == 200, answer.text
        if lost:
            return False
        self.take(body, answer.get_json())
        return True

    def take(self, body: dict[str, Any], answer: dict[str, Any]) -> None:
        """The answer of an exchange changes what is kept here."""
        self.last_answer = answer
        kept = {one["id"] for one in answer["results"]}
        assert kept == {one["id"] for one in body["scans"]}
        self.queue = [one for one in self.queue if one["seq"] > answer["acked_seq"] and one["id"] not in kept]
        for grant in answer["grants"]:
            if grant["n"] > self.applied:
                self.applied, self.permits = grant["n"], self.permits + grant["permits"]
        self.returns = [one for one in self.returns if one["n"] > answer["returned"]]
        self.released -= set(body["released"])
        for one in answer["release"]:
            self.held.pop(one, None)
            self.released.add(one)
        self.reserve, self.list_version = answer["reserve"], answer["list_version"]
        self.records |= {one["hash"]: one for one in answer["changes"]["tickets"]}
        if not self.queue:
            self.inside_here.clear()

    def _give_back(self) -> bool:
        """Our own books first, then the word to the server; only with nothing else under way."""
        if self.queue:
            return True
        above = self.permits - (self.permits if self.reserve is None else self.reserve)
        if above > 0:
            self.give(above)
        self.released |= set(self.held)
        self.held.clear()
        return bool(self.returns or self.released)

    def give(self, permits: int) -> None:
        """Some permits are on their way back."""
        self.permits, self.last_return = self.permits - permits, self.last_return + 1
        self.returns.append({"n": self.last_return, "permits": permits})

    def note(self, kind: str, code_hash: str, **more: Any) -> Scan:
        """Write a decision of one's own down: it is in the queue, and nowhere else yet."""
        self.seq += 1
        scan: Scan = {
            "id": str(uuid.uuid4()),
            "seq": self.seq,
            "code_hash": code_hash,
            "kind": kind,
            "scanned_at": self.time(),
            "decision": "admit",
            "reason": None,
            "permit": False,
            "closes": None,
            "list_version": self.list_version,
            "override": None,
            "undoes": None,
            "clock_error_ms": self.error_ms,
            **more,
        }
        self.queue.append(scan)
        return scan

    def ask(self, kind: str, code_hash: str, scan_id: str) -> dict[str, Any]:
        """Let the server decide."""
        answer = self.tablet.post("scan", id=scan_id, code_hash=code_hash, kind=kind, scanned_at=self.time())
        assert answer.status_code == 200, answer.text
        verdict: dict[str, Any] = answer.get_json()
        return verdict

    def enter_alone(self, code_hash: str, doubted: str = "") -> Scan | None:
        """Decide an entry without the server; a request in doubt is taken back first. Nothing where it is refused."""
        if doubted:
            self.note("exit", code_hash, undoes=doubted)
        known = self.inside_here.get(code_hash, self.records.get(code_hash, {"inside": True})["inside"])
        if known or self.permits < 1:
            self.note("entry", code_hash, decision="refuse", reason="already_inside" if known else "undecided")
            return None
        self.permits -= 1
        scan = self.note("entry", code_hash, permit=True)
        self.held[scan["id"]] = code_hash
        self.inside_here[code_hash] = True
        return scan

    def leave_alone(self, code_hash: str, doubted: str = "") -> Scan:
        """Write an exit down; a stay that is held here, one and no more, becomes a permit."""
        mine = [one for one, held in self.held.items() if held == code_hash]
        closes = mine[0] if len(mine) == 1 else None
        if closes:
            del self.held[closes]
            self.permits += 1
        self.inside_here[code_hash] = False
        more = {"id": doubted} if doubted else {}
        return self.note("exit", code_hash, closes=closes, **more)

    def undo_entry(self, code_hash: str, scan_id: str) -> None:
        """Take an admission back that was a wrong tap."""
        closes = scan_id if self.held.pop(scan_id, None) else None
        self.permits += 1 if closes else 0
        self.inside_here[code_hash] = False
        self.note("exit", code_hash, undoes=scan_id, closes=closes)

    def undo_exit(self, code_hash: str, scan_id: str) -> bool:
        """Take an exit back: needs a permit."""
        if self.permits < 1:
            return False
        self.permits -= 1
        scan = self.note("entry", code_hash, undoes=scan_id, permit=True)
        self.held[scan["id"]] = code_hash
        self.inside_here[code_hash] = True
        return True
