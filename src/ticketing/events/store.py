"""Puts an event file into the database: creates the event or brings it up to date.

Three columns of `event` are JSON, made from the file's sections by `file_plain.plain`. In all of them texts are
`{"ja": str, "en": str}`, times are RFC 3339 text with their offset, days are `2025-10-26`, and what the file leaves
out without a default is not there. Pages, policies and letters rely on these shapes:

`page`    series?: texts · title_lines: {"ja": [str, …], "en": [str, …]} · art: {figure?: str, pair?: str} ·
          themes: [{title, line}] · speakers: [{name, country?, line?}] ·
          premieres: [{title, on: day, place, line?}] · organizers: [texts] · supporters: [texts].
          Only series may be missing; lists may be empty.
`policy`  hold_minutes: int · refunds: [{until: time, fee_percent: int}], the soonest first, fees never falling;
          after the last there is no refund · change_until?: time · max_per_email?: int ·
          konbini: {enabled: bool, off_days_before: int, off_below_places: int} ·
          waiting_list: {enabled: bool, offer_minutes: int} · attendee_names: str · door_names: bool ·
          offline: "lenient" | "strict" · disputes: "block" | "keep" · keep_personal_data_days: int ·
          reminder: bool · reminder_at?: time
`seller`  name, address, phone, responsible: texts · email: str · registration_number: str, may be empty ·
          statements: [{title, text}] · confirmed: bool
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.events.file_parts import EventFile, EventPart, GatePart, ProgramPart, TierPart
from ticketing.events.file_plain import plain
from ticketing.events.models import Event, Gate, Program, Room, Tier
from ticketing.events.store_venue import save_rooms, save_venue

PAGE = ("series", "title_lines", "art", "themes", "speakers", "premieres", "organizers", "supporters")

Rooms = dict[str, Room]


def save(session: Session, file: EventFile, now: datetime, shifted: timedelta = timedelta(0)) -> int:
    """Create the event with the file's slug or bring it up to date; its id. Its revision rises by one.

    `shifted` says by how much the file's times were moved: then it is a rehearsal copy. Rooms are shared with the
    other events of the venue. Gates, programs and tiers whose code left the file are deleted; raises
    Refused("sold_promise") where one of them is sold or in use, Refused("room_shared") where a room becomes too
    small for another event. Never commits; after a refusal the transaction must be rolled back. The places are
    counted next door: `inventory` fits its counters afterwards.
    """
    event = session.scalars(select(Event).where(Event.slug == file.event.slug)).one_or_none()
    venue = save_venue(session, file.venue, event)
    if event is None:
        event = Event(slug=file.event.slug, revision=0, created_at=now)
        session.add(event)
    event.venue = venue
    _describe(event, file, now, shifted)
    session.flush()
    event_id = event.id
    rooms = save_rooms(session, venue, file.rooms, event)
    _save_gates(session, event, rooms, file.gates)
    programs = _save_programs(session, event, rooms, file.programs)
    _save_tiers(session, event, programs, file.tiers)
    _forget_vanished(session, event, file)
    session.execute(update(Event).where(Event.venue_id == venue.id).values(revision=Event.revision + 1))
    session.expire(event)
    return event_id


def _describe(event: Event, file: EventFile, now: datetime, shifted: timedelta) -> None:
    part = file.event
    event.title, event.summary = plain(part.title), plain(part.summary)
    event.starts_at, event.ends_at = part.starts_at, part.ends_at
    event.timezone, event.currency = part.timezone, part.currency
    event.places_warning = part.places_warning
    event.page = _page(part)
    event.policy, event.seller = plain(file.policy), plain(file.seller)
    event.shifted_seconds = int(shifted.total_seconds())
    event.updated_at = now


def _page(part: EventPart) -> dict[str, object]:
    kept = plain(part)
    return {key: kept[key] for key in PAGE if key in kept}


def _save_gates(session: Session, event: Event, rooms: Rooms, parts: tuple[GatePart, ...]) -> None:
    rows = {gate.code: gate for gate in session.scalars(select(Gate).where(Gate.event_id == event.id))}
    for position, part in enumerate(parts):
        row = rows.get(part.code) or Gate(event_id=event.id, code=part.code)
        row.name, row.room_id, row.position = plain(part.name), rooms[part.room].id, position
        session.add(row)
    session.flush()


def _save_programs(session: Session, event: Event, rooms: Rooms, parts: tuple[ProgramPart, ...]) -> dict[str, Program]:
    rows = {program.code: program for program in session.scalars(select(Program).where(Program.event_id == event.id))}
    saved = {}
    for part in parts:
        row = rows.get(part.code) or Program(event_id=event.id, code=part.code)
        room = rooms[part.room]
        row.title, row.room_id, row.sample = plain(part.title), room.id, part.sample
        row.starts_at, row.ends_at, row.doors_open_at = part.starts_at, part.ends_at, part.doors_open_at
        row.last_entry_at = part.last_entry_at
        row.places = room.capacity if part.places is None else part.places
        session.add(row)
        saved[part.code] = row
    session.flush()
    return saved


def _save_tiers(session: Session, event: Event, programs: dict[str, Program], parts: tuple[TierPart, ...]) -> None:
    rows = {tier.code: tier for tier in session.scalars(select(Tier).where(Tier.event_id == event.id))}
    for position, part in enumerate(parts):
        row = rows.get(part.code) or Tier(event_id=event.id, code=part.code)
        row.name, row.price_minor, row.tax_percent = plain(part.name), part.price, part.tax_percent
        row.reentry, row.quota, row.max_per_order = part.reentry, part.quota, part.max_per_order
        row.sale_starts_at, row.sale_ends_at, row.position = part.sale_starts_at, part.sale_ends_at, position
        row.door_sale_ends_at = part.door_sale_ends_at
        session.add(row)
        row.admits = [programs[code] for code in part.admits]
    session.flush()


def _forget_vanished(session: Session, event: Event, file: EventFile) -> None:
    """Tiers go before the programs that they admitted to."""
    kept: tuple[tuple[type[Tier] | type[Program] | type[Gate], set[str]], ...] = (
        (Tier, {part.code for part in file.tiers}),
        (Program, {part.code for part in file.programs}),
        (Gate, {part.code for part in file.gates}),
    )
    for table, codes in kept:
        gone = select(table.id, table.code).where(table.event_id == event.id, table.code.not_in(codes))
        for row_id, code in session.execute(gone).all():
            try:
                session.execute(delete(table).where(table.id == row_id))
            except IntegrityError as error:
                raise Refused("sold_promise", what=f"{table.__tablename__} {code}") from error
