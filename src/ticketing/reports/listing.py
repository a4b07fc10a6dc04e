"""Orders, tickets and scans page by page, the newest first. A page begins behind the last row of the one before, so
that rows that come meanwhile neither repeat nor hide one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from ticketing.core.errors import Refused
from ticketing.door.models import Scan
from ticketing.events.models import Gate
from ticketing.orders.models import Order
from ticketing.staff.models import Device
from ticketing.tickets.models import Ticket


class Place(NamedTuple):
    """A row's place in a list: its time, then its id."""

    at: datetime
    id: str


@dataclass(frozen=True)
class Page:
    """Some rows, and the place behind which the next page begins; None where this is the last."""

    rows: Sequence[Any]
    after: Place | None


@dataclass(frozen=True)
class Part:
    """Which part of a list: at most so many rows, behind this place."""

    limit: int
    after: Place | None = None


def orders(session: Session, event_id: int, wanted: Mapping[str, Any], part: Part) -> Page:
    """Orders with their lines. `wanted`: `state`, `since` and `until` of their making."""
    rows = select(Order).where(Order.event_id == event_id).options(selectinload(Order.lines))
    if wanted.get("state"):
        rows = rows.where(Order.state == wanted["state"])
    return _page(session, _between(rows, Order.created_at, wanted), (Order.created_at, Order.id), part)


def tickets(session: Session, event_id: int, wanted: Mapping[str, Any], part: Part) -> Page:
    """Tickets. `wanted`: `state`, `tier_id`, `since` and `until` of their issuing."""
    rows = select(Ticket).where(Ticket.event_id == event_id)
    if wanted.get("state"):
        rows = rows.where(Ticket.state == wanted["state"])
    if wanted.get("tier_id"):
        rows = rows.where(Ticket.tier_id == wanted["tier_id"])
    return _page(session, _between(rows, Ticket.issued_at, wanted), (Ticket.issued_at, Ticket.id), part)


class ScanRow(NamedTuple):
    """One scan with the names around it; no ticket of this event, no `order_code`."""

    scan: Scan
    gate: str
    device: str
    order_code: str | None
    number: int | None
    tier_id: int | None


def scan_rows(event_id: int) -> Any:
    """The scans of an event with what a ScanRow holds; no Ticket beside those of no ticket of this event."""
    return (
        select(Scan, Gate.code, Device.name, Ticket.order_code, Ticket.number, Ticket.tier_id)
        .join(Gate, Gate.id == Scan.gate_id)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Ticket, and_(Ticket.id == Scan.ticket_id, Ticket.event_id == Scan.event_id))
        .where(Scan.event_id == event_id)
    )


def scans(session: Session, event_id: int, wanted: Mapping[str, Any], part: Part) -> Page:
    """Scans. `wanted`: `decision`, `gate` (its code), `since` and `until` of when they reached us."""
    rows = scan_rows(event_id)
    if wanted.get("decision"):
        rows = rows.where(Scan.decision == wanted["decision"])
    if wanted.get("gate"):
        rows = rows.where(Gate.code == wanted["gate"])
    rows = _between(rows, Scan.received_at, wanted)
    rows = _behind(rows, (Scan.received_at, Scan.id), part)
    found = [ScanRow(*row) for row in session.execute(rows).all()]
    return Page(found[: part.limit], _next([Place(row.scan.received_at, row.scan.id) for row in found], part.limit))


def order_of(session: Session, code: str) -> Order:
    """The order with exactly this code, with its lines; raises Refused("not_found", 404)."""
    one = select(Order).where(Order.code == code).options(selectinload(Order.lines))
    order = session.scalars(one).one_or_none()
    if order is None:
        raise Refused("not_found", 404)
    return order


def _between(rows: Select[Any], column: Any, wanted: Mapping[str, Any]) -> Select[Any]:
    if wanted.get("since"):
        rows = rows.where(column >= wanted["since"])
    if wanted.get("until"):
        rows = rows.where(column < wanted["until"])
    return rows


def _behind(rows: Select[Any], columns: tuple[Any, Any], part: Part) -> Select[Any]:
    at, key = columns
    if part.after is not None:
        older: ColumnElement[bool] = at < part.after.at
        rows = rows.where(or_(older, and_(at == part.after.at, key < part.after.id)))
    return rows.order_by(at.desc(), key.desc()).limit(part.limit + 1)


def _page(session: Session, rows: Select[Any], columns: tuple[Any, Any], part: Part) -> Page:
    found = session.scalars(_behind(rows, columns, part)).all()
    at, key = columns
    places = [Place(getattr(row, at.key), getattr(row, key.key)) for row in found]
    return Page(found[: part.limit], _next(places, part.limit))


def _next(places: Sequence[Place], limit: int) -> Place | None:
    return places[limit - 1] if len(places) > limit else None
