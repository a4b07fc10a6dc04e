"""The rooms of an event as they are now: people, places with tablets, what is left, and when that needs a word."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.door.models import Occupancy
from ticketing.events.catalog import Catalog
from ticketing.events.models import Room
from ticketing.events.places import RoomInfo
from ticketing.office.house import House, People, house

WARN_PERCENT = 90
WIDE, NARROW = 100, 50


@dataclass(frozen=True)
class RoomNow:
    """A room's counters. `people` is everybody inside, `untracked` those of them counted by taps, `reserved` the
    places that tablets may fill on their own."""

    id: int
    name: str
    people: int
    untracked: int
    reserved: int
    capacity: int

    @property
    def free(self) -> int:
        """Places that are neither taken nor with a tablet; none where the limit was lowered below that."""
        return max(0, self.capacity - self.people - self.reserved)

    @property
    def alarm(self) -> str:
        """`full`, `near` from 90 % on, or nothing."""
        if self.people >= self.capacity:
            return "full"
        return "near" if self.people * 100 >= self.capacity * WARN_PERCENT else ""


@dataclass(frozen=True)
class RoomShown:
    """A room on the page; its figures and drawings have names that begin with `key`."""

    now: RoomNow
    key: str
    wide: House
    narrow: House


def rooms_now(session: Session, catalog: Catalog) -> tuple[RoomNow, ...]:
    """The rooms behind the event's gates, in the order of the gates."""
    names: dict[int, RoomInfo] = {gate.room.id: gate.room for gate in catalog.gates}
    rows = session.execute(
        select(Room.id, Room.capacity, Occupancy.inside, Occupancy.untracked, Occupancy.reserved)
        .join(Occupancy, Occupancy.room_id == Room.id)
        .where(Room.id.in_(names))
    )
    found = {
        id_: RoomNow(id_, pick(names[id_].name), inside + untracked, untracked, reserved, capacity)
        for id_, capacity, inside, untracked, reserved in rows
    }
    return tuple(found[id_] for id_ in names if id_ in found)


def shown(room: RoomNow) -> RoomShown:
    """The room with its map: inside at full height, places with tablets lower, free ones a foot."""
    people = People(inside=room.people, sold=room.reserved, held=0, free=room.free)
    return RoomShown(room, f"r{room.id}", house(people, WIDE), house(people, NARROW))


def figures(room: RoomNow) -> dict[str, str]:
    """The room's numbers by the names under which they are kept up to date."""
    numbers = ("people", "capacity", "untracked", "reserved", "free")
    return {f"r{room.id}-{name}": str(getattr(room, name)) for name in numbers}


def paths(room: RoomShown) -> dict[str, str]:
    """The room's drawings in the same way."""
    drawn = (("wide", room.wide), ("narrow", room.narrow))
    return {f"{room.key}-{name}-{kind}": data for name, one in drawn for kind, data in one.paths.items()}


def alarm_text(room: RoomNow) -> str:
    """The sentence that belongs to the room's alarm."""
    facts = {"room": room.name, "people": room.people, "capacity": room.capacity}
    if room.people > room.capacity:
        return _(
            "%(room)s: %(people)s inside, %(capacity)s allowed. Nobody else comes in until enough have left.", **facts
        )
    if room.alarm == "full":
        return _("%(room)s is full: %(people)s of %(capacity)s. Nobody else comes in until somebody leaves.", **facts)
    left = room.capacity - room.people
    return _("%(room)s is nearly full: %(people)s of %(capacity)s inside, %(left)s to go.", left=left, **facts)
