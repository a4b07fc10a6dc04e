"""The organizer's view of the waiting list: who stands in it, who is offered what, and why somebody is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import audit, clock, i18n
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.states import Outcome
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.events.heading import Heading, heading
from ticketing.inventory import levels
from ticketing.inventory.levels import Levels
from ticketing.office.access import actor, allowed, asked_event, check
from ticketing.staff.views import signed_in_only
from ticketing.waiting import joining
from ticketing.waiting.models import WaitingEntry
from ticketing.waiting.states import OFFERED, OPEN

bp = Blueprint("office_waiting", __name__, url_prefix="/office")


@dataclass(frozen=True)
class Row:
    """One in the line. `place` counts from 1 within a tier, empty for who is offered places already."""

    entry_id: str
    place: str
    email: str
    wanted: str
    since: str
    kind: str
    state: str


@dataclass(frozen=True)
class LineTable:
    """The line for one tier; `free` are its places that nobody has."""

    tier: str
    sign: int
    wanted: int
    free: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class WaitingPage:
    """All that `office/waiting.html` shows."""

    event: Heading
    has_list: bool
    length: str
    lines: tuple[LineTable, ...]
    may_end: bool


@bp.get("/waiting")
@signed_in_only
def overview() -> str:
    """Everybody who waits or is offered places, in their order."""
    with reading() as session:
        catalog = asked_event(session, "see_orders")
        page = _page(session, catalog, may_end=allowed(catalog.id, "manage_orders"))
    return render_template("office/waiting.html", page=page)


@bp.post("/waiting/<entry_id>/end")
@signed_in_only
def end(entry_id: str) -> BaseResponse:
    """Take somebody off the list, or an offer back, on their wish; who did it is noted."""
    now = clock.now()
    with writing() as session:
        entry = session.get(WaitingEntry, entry_id)
        if entry is None:
            raise Refused("not_found", 404)
        check(entry.event_id, "manage_orders")
        if joining.leave(session, entry, now) is Outcome.MOVED:
            audit.record(session, now, actor(), "waiting.ended", f"waiting:{entry_id}")
        catalog = load_by_id(session, entry.event_id)
    return redirect(url_for("office_waiting.overview", event=catalog.slug), 303)


def _page(session: Session, catalog: Catalog, *, may_end: bool) -> WaitingPage:
    rows = select(WaitingEntry).where(WaitingEntry.event_id == catalog.id, WaitingEntry.state.in_(OPEN))
    entries = list(session.scalars(rows.order_by(WaitingEntry.joined_at, WaitingEntry.id)))
    present = levels.read(session, catalog.id)
    return WaitingPage(
        event=heading(catalog),
        has_list=catalog.offer_length is not None,
        length=i18n.duration(catalog.offer_length) if catalog.offer_length else "",
        lines=tuple(
            _line(catalog, present, tier.id, [one for one in entries if one.tier_id == tier.id])
            for tier in catalog.tiers
        ),
        may_end=may_end,
    )


def _line(catalog: Catalog, present: Levels, tier_id: int, entries: list[WaitingEntry]) -> LineTable:
    tier = catalog.tier_by_id(tier_id)
    free = present.free(catalog, tier)
    offered = [entry for entry in entries if entry.state == OFFERED]
    waiting = [entry for entry in entries if entry.state != OFFERED]
    return LineTable(
        tier=pick(tier.name),
        sign=tier.sign,
        wanted=sum(entry.quantity for entry in waiting),
        free=free,
        rows=(
            *(_row(catalog, entry, "", "good", _offered(catalog, entry)) for entry in offered),
            *(_row(catalog, entry, str(n), "wait", _why(entry, free)) for n, entry in enumerate(waiting, start=1)),
        ),
    )


def _row(catalog: Catalog, entry: WaitingEntry, place: str, kind: str, state: str) -> Row:
    wanted = _("%(count)s, only together", count=entry.quantity) if entry.together else str(entry.quantity)
    return Row(entry.id, place, entry.email, wanted, _moment(catalog, entry.joined_at), kind, state)


def _offered(catalog: Catalog, entry: WaitingEntry) -> str:
    until = _moment(catalog, entry.offered_until) if entry.offered_until else ""
    return _("Offered %(count)s until %(until)s", count=entry.offered, until=until)


def _why(entry: WaitingEntry, free: int) -> str:
    """Why nothing is offered to this one now: what is free is on its way to those before, or it is too little."""
    if entry.together and 0 < free < entry.quantity:
        return _("Waits: %(free)s free, %(count)s wanted together", free=free, count=entry.quantity)
    return _("Waits")


def _moment(catalog: Catalog, at: datetime) -> str:
    return i18n.date_time(at, catalog.zone)
