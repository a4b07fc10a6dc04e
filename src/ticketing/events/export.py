"""An event as the file that it could be imported from."""

from __future__ import annotations

from ticketing.events.catalog import Catalog, ProgramInfo, TierInfo
from ticketing.events.file_parts import (
    EventFile,
    EventPart,
    GatePart,
    PolicyPart,
    ProgramPart,
    RoomPart,
    SellerPart,
    TierPart,
    VenuePart,
)
from ticketing.events.file_parts import Texts as TextsPart
from ticketing.events.file_plain import part
from ticketing.events.file_writer import render
from ticketing.events.places import Texts

MOVED = "# A rehearsal copy: all times here are moved by {moved} from those of the real event.\n\n"


def dump(catalog: Catalog) -> str:
    """The event as TOML text; `file.read` makes of it what the event was imported from."""
    note = MOVED.format(moved=catalog.shifted) if catalog.rehearsal else ""
    return note + render(file_of(catalog))


def file_of(catalog: Catalog) -> EventFile:
    """The event as the value that `file.read` returns and `store.save` takes, its times in the event's zone."""
    used = [gate.room for gate in catalog.gates] + [program.room for program in catalog.programs]
    rooms = {room.code: room for room in used}
    return EventFile(
        event=_event(catalog),
        venue=VenuePart(
            _texts(catalog.venue.name),
            _texts(catalog.venue.address),
            _texts(catalog.venue.access),
            catalog.venue.map_url,
        ),
        rooms=tuple(RoomPart(code, _texts(room.name), room.capacity) for code, room in sorted(rooms.items())),
        gates=tuple(GatePart(gate.code, _texts(gate.name), gate.room.code) for gate in catalog.gates),
        programs=tuple(_program(catalog, program) for program in catalog.programs),
        tiers=tuple(_tier(catalog, tier) for tier in catalog.tiers),
        policy=part(PolicyPart, catalog.policy),
        seller=part(SellerPart, catalog.seller),
    )


def _texts(texts: Texts) -> TextsPart:
    return part(TextsPart, texts)


def _event(catalog: Catalog) -> EventPart:
    row = {
        "slug": catalog.slug,
        "title": catalog.title,
        "summary": catalog.summary,
        "starts_at": catalog.starts_at.astimezone(catalog.zone).isoformat(),
        "ends_at": catalog.ends_at.astimezone(catalog.zone).isoformat(),
        "timezone": catalog.zone.key,
        "currency": catalog.currency,
        "places_warning": catalog.places_warning,
    }
    return part(EventPart, {**row, **catalog.page})


def _program(catalog: Catalog, program: ProgramInfo) -> ProgramPart:
    return ProgramPart(
        code=program.code,
        title=_texts(program.title),
        room=program.room.code,
        starts_at=program.starts_at.astimezone(catalog.zone),
        ends_at=program.ends_at.astimezone(catalog.zone),
        doors_open_at=program.doors_open_at.astimezone(catalog.zone),
        last_entry_at=program.last_entry_at and program.last_entry_at.astimezone(catalog.zone),
        places=program.places,
        sample=program.sample,
    )


def _tier(catalog: Catalog, tier: TierInfo) -> TierPart:
    return TierPart(
        code=tier.code,
        name=_texts(tier.name),
        price=tier.price.amount,
        tax_percent=tier.tax_percent,
        admits=tier.admits,
        reentry=tier.reentry,
        sale_starts_at=tier.sale_starts_at.astimezone(catalog.zone),
        sale_ends_at=tier.sale_ends_at.astimezone(catalog.zone),
        max_per_order=tier.max_per_order,
        quota=tier.quota,
        door_sale_ends_at=tier.door_sale_ends_at and tier.door_sale_ends_at.astimezone(catalog.zone),
    )
