"""Where an event is, frozen: its venue, rooms and gates as the catalog holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

Texts = Mapping[str, str]
_NUMBER = r"(-?\d{1,3}\.\d+)"
# How map sites write a place into their addresses, the most exact first.
_IN_MAP_URLS = (
    re.compile(rf"!3d{_NUMBER}!4d{_NUMBER}"),
    re.compile(rf"[?&]mlat={_NUMBER}&mlon={_NUMBER}"),
    re.compile(rf"[?&](?:q|ll|query|destination|daddr)={_NUMBER},\s*{_NUMBER}"),
    re.compile(rf"/@{_NUMBER},{_NUMBER}"),
    re.compile(rf"#map=\d+/{_NUMBER}/{_NUMBER}"),
)


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

    @property
    def coordinates(self) -> tuple[float, float] | None:
        """Latitude and longitude, where the address of the map holds them."""
        return coordinates(self.map_url)


def coordinates(map_url: str) -> tuple[float, float] | None:
    """Latitude and longitude out of an address at OpenStreetMap, Google or Apple; None where it names no point."""
    for pattern in _IN_MAP_URLS:
        if found := pattern.search(unquote(map_url)):
            latitude, longitude = map(float, found.groups())
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                return latitude, longitude
    return None
