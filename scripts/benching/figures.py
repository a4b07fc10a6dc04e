"""Figures as a table and as JSON, and the marks they are held to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from load import Result

# A widely used open ticketing system, measured on a machine of two shared cores: requests a second at its best. What
# that machine could do is known by the smallest page under the same server, which this run measures as well: its
# slowest figure is taken, so that a machine that is slower now than it was then is not made up for too much.
PEER = {"scan, entry": 25.1, "scan, duplicate": 42.3, "place order": 9.2, "event page": 37.5}
PEER_HELLO = 12_300.0
MARKS = {"scan, entry": 20.0, "place order": 20.0, "event page": 50.0}
LIMITS = {"PDF per ticket": 10.0, "cold start": 1500.0, "memory of a web process": 120.0}


@dataclass
class Table:
    """All figures of a run."""

    database: str
    rows: list[tuple[str, Result]] = field(default_factory=list)
    notes: list[tuple[str, float, str]] = field(default_factory=list)
    verdicts: list[tuple[str, float, float, bool]] = field(default_factory=list)

    def add(self, name: str, result: Result) -> None:
        """One step at one number of clients."""
        self.rows.append((name, result))

    def note(self, name: str, value: float, unit: str) -> None:
        """A single figure."""
        self.notes.append((name, value, unit))

    def best(self, name: str) -> float:
        """The highest rate of a step over all numbers of clients."""
        return max(result.rate for step, result in self.rows if step.startswith(name))

    def at(self, name: str, clients: int) -> float:
        """The rate of a step at this number of clients, the mean where it was measured twice."""
        rates = [result.rate for step, result in self.rows if step.startswith(name) and result.clients == clients]
        return sum(rates) / len(rates)

    def speed(self) -> float:
        """How fast this machine is now; the peer's was 1."""
        return self.at("hello", 32) / PEER_HELLO

    def judge(self, marks: dict[str, float]) -> None:
        """Hold the figures to their marks: times the peer, share of the bare route, and plain limits."""
        for name, times in marks.items():
            ratio = self.best(name) / PEER[name]
            at_its_speed = ratio / self.speed()
            self.verdicts.append((f"{name}: times the peer, as measured", ratio, times, ratio >= times))
            self.verdicts.append(
                (f"{name}: times the peer, at its machine's speed", at_its_speed, times, at_its_speed >= times)
            )
        share = self.at("scan, entry", 32) / self.at("bare UPDATE", 32)
        self.verdicts.append(("scan, entry: share of the bare route at 32", share, 0.5, share >= 0.5))
        for name, value, _ in self.notes:
            self.verdicts.append((f"{name}: at most", value, LIMITS[name], value <= LIMITS[name]))

    def text(self) -> str:
        """The table for people."""
        lines = [f"database: {self.database}", ""]
        lines.append(f"{'step':<30}{'clients':>8}{'req/s':>10}{'p50 ms':>10}{'p95':>9}{'p99':>9}  answers")
        for name, result in self.rows:
            times = [result.percentile(share) for share in (0.5, 0.95, 0.99)]
            answers = " ".join(f"{status}×{count}" for status, count in sorted(result.statuses.items()))
            figures = "".join(f"{value:>9.1f}" for value in times)
            lines.append(f"{name:<30}{result.clients:>8}{result.rate:>10.0f} {figures}  {answers}")
        lines += ["", *(f"{name}: {value:.1f} {unit}" for name, value, unit in self.notes), ""]
        if self.rows and self.verdicts:
            lines += [f"speed of this machine, where the peer's was 1: {self.speed():.2f}", ""]
        for name, value, mark, holds in self.verdicts:
            lines.append(f"{'holds' if holds else 'MISSED':<8}{name}: {value:.2f} (mark {mark:g})")
        return "\n".join(lines)

    def facts(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "database": self.database,
            "steps": [
                {
                    "step": name,
                    "clients": result.clients,
                    "per_second": round(result.rate, 1),
                    "p50_ms": round(result.percentile(0.5), 2),
                    "p95_ms": round(result.percentile(0.95), 2),
                    "p99_ms": round(result.percentile(0.99), 2),
                    "statuses": dict(result.statuses),
                }
                for name, result in self.rows
            ],
            "figures": [{"name": name, "value": round(value, 2), "unit": unit} for name, value, unit in self.notes],
            "marks": [
                {"name": name, "value": round(value, 3), "mark": mark, "holds": holds}
                for name, value, mark, holds in self.verdicts
            ],
        }
