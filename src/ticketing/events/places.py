"""Where an event is, frozen: its venue, rooms and gates as the catalog holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Texts = Mapping[str, str]


@dataclass(frozen=True)
class RoomInfo:
    """A hall and its legal head-count."""

    id: int
    code: str
    name: Texts
    capacity: int


@dataclass(frozen=True)
class GateInfo:
    """A way in or out."""

    id: int
    code: str
    name: Texts
    room: RoomInfo


@dataclass(frozen=True)
class VenueInfo:
    """Where it is."""

    name: Texts
    address: Texts
    access: Texts
    map_url: str
