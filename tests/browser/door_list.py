"""The list that the double of the door's server gives out: tickets, tiers, places, supervisors."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

PIN = "204816"
_SALT = "00112233445566778899aabbccddeeff"
_ROUNDS = 1000
"""Fewer than in life: these tests are not about how long a PIN takes to guess."""

Record = dict[str, Any]


def hash_of(code: str) -> str:
    """How lists name a ticket."""
    return hashlib.sha256(code.encode()).hexdigest()[:32]


@dataclass
class DoorList:
    """What a tablet takes offline. Empty unless a test fills it."""

    tickets: dict[str, Record] = field(default_factory=dict)
    permits: int = 0
    names: bool = False
    supervisors: tuple[str, ...] = ("佐藤",)
    policy: str = "lenient"
    mine: int | None = 0
    doors_open_in: timedelta = -timedelta(hours=2)

    def add(self, code: str, order: str, n: int, tier: str = "1-DAY", **more: Any) -> None:
        """Put a valid ticket on the list."""
        self.tickets[code] = {"hash": hash_of(code), "tier": tier, "state": "valid", "inside": False} | {
            "order": order,
            "n": n,
            **more,
        }

    def code_of(self, code_hash: str) -> str:
        """The code behind a hash; empty where it is not on the list."""
        return next((code for code, record in self.tickets.items() if record["hash"] == code_hash), "")

    def manifest(self, capacity: int) -> Record:
        """All of it, as the contract words it."""
        now = datetime.now(UTC)
        on_now = {"doors_open_at": _iso(now + self.doors_open_in), "ends_at": _iso(now + timedelta(hours=8))}
        title = {"ja": "Future of Filmmaking with AI", "en": "Future of Filmmaking with AI"}
        return {
            "list_version": 1,
            "event": {"slug": "film", "title": title, "rehearsal": False, "timezone": "Asia/Tokyo"},
            "room": {"code": "AIR", "name": {"ja": "the AIR", "en": "the AIR"}, "capacity": capacity},
            "gate": {"code": "A", "name": {"ja": "ゲートA", "en": "Gate A"}},
            "programs": [{"code": "talk", "title": title, **on_now}],
            "tiers": _TIERS,
            "tickets": list(self.tickets.values()),
            "permits": 0,
            "policy": {
                "offline": self.policy,
                "door_names": self.names,
                "home": {"doors": 2 if self.policy == "strict" else 1, "mine": self.mine},
            },
            "supervisors": [_supervisor(name) for name in self.supervisors],
        }


_TIERS = [
    {"code": "1-DAY", "name": {"ja": "1 DAY", "en": "1 DAY"}, "sign": 0, "admits": ["talk"], "reentry": True},
    {
        "code": "EVENT-ONLY",
        "name": {"ja": "イベントのみ", "en": "Event Only"},
        "sign": 1,
        "admits": ["talk"],
        "reentry": False,
    },
]


def _supervisor(name: str) -> Record:
    digest = hashlib.pbkdf2_hmac("sha256", PIN.encode(), bytes.fromhex(_SALT), _ROUNDS)
    return {"name": name, "salt": _SALT, "hash": digest.hex(), "rounds": _ROUNDS}


def _iso(at: datetime) -> str:
    return at.isoformat()
