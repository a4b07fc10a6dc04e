"""The venue and its rooms, which several events share: one row for each, whoever's file speaks of it."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.core.i18n import pick
from ticketing.events.file_parts import RoomPart, VenuePart
from ticketing.events.file_plain import plain
from ticketing.events.models import Event, Program, Room, Venue


def save_venue(session: Session, part: VenuePart, event: Event | None) -> Venue:
    """The venue with this English name, brought up to date.

    A new name is a new venue, unless the event had the old one to itself: then the venue was only renamed, and its
    rooms, with all that was counted in them, stay.
    """
    venue = session.scalars(select(Venue).where(Venue.name_key == part.name.en)).one_or_none()
    if venue is None and event is not None and not _has_others(session, event):
        venue = event.venue
    venue = venue or Venue()
    venue.name_key, venue.name = part.name.en, plain(part.name)
    venue.address, venue.access, venue.map_url = plain(part.address), plain(part.access), part.map_url
    session.add(venue)
    session.flush()
    return venue


def _has_others(session: Session, event: Event) -> bool:
    others = exists().where(Event.venue_id == event.venue_id, Event.id != event.id)
    return bool(session.scalar(select(others)))


def save_rooms(session: Session, venue: Venue, parts: tuple[RoomPart, ...], event: Event) -> dict[str, Room]:
    """The venue's rooms with these codes, brought up to date. Rooms that the file does not name stay as they are.

    Raises Refused("room_shared") where another event offers more places in a room than it would then hold.
    """
    rows = {room.code: room for room in session.scalars(select(Room).where(Room.venue_id == venue.id))}
    saved = {}
    for part in parts:
        row = rows.get(part.code) or Room(venue_id=venue.id, code=part.code)
        _check_others(session, row, part, event)
        row.name, row.capacity = plain(part.name), part.capacity
        session.add(row)
        saved[part.code] = row
    session.flush()
    return saved


def _check_others(session: Session, room: Room, part: RoomPart, event: Event) -> None:
    most = (
        select(Event.title, Program.places)
        .join(Event, Event.id == Program.event_id)
        .where(Program.room_id == room.id, Program.event_id != event.id, Program.places > part.capacity)
        .order_by(Program.places.desc())
        .limit(1)
    )
    with session.no_autoflush:
        other = None if room.id is None else session.execute(most).one_or_none()
    if other is not None:
        raise Refused("room_shared", room=part.code, event=pick(other.title), places=other.places)
