"""Conflicts in the office: what happened, scan by scan, and closing them one by one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock, i18n
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.door import conflicts
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.office.access import actor, asked_event
from ticketing.office.door_views import done
from ticketing.office.order_rows import moment
from ticketing.reports.conflicts import ConflictLine, ConflictScan, closed_ones, open_ones
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_door_conflicts", __name__, url_prefix="/office/door/conflicts")

KINDS = {
    "double_entry": lazy_gettext("This ticket came in twice without going out in between."),
    "revoked_entry": lazy_gettext("It came in after the ticket had been canceled, refunded or reissued."),
    "unknown_entry": lazy_gettext("A supervisor let somebody in whose code is no ticket that we know."),
    "over_limit": lazy_gettext("Somebody came in for whom no place was kept: the room may have been above its limit."),
    "many_inside": lazy_gettext(
        "Somebody went out with a ticket that several were inside with. Who left is not known."
    ),
}
RESOLUTIONS = {
    "left": (lazy_gettext("One person less is inside"), lazy_gettext("The stay that is in question ends.")),
    "inside": (lazy_gettext("It is right as counted"), lazy_gettext("Nothing changes: all of them are inside.")),
    "noted": (lazy_gettext("Noted"), lazy_gettext("Nothing changes: it cannot be found out any more.")),
}


BY_ITSELF = {
    "covered": lazy_gettext("Settled by itself: the place came to light."),
    "explained": lazy_gettext("Settled by itself: later scans explain it."),
}


@dataclass(frozen=True)
class ScanShown:
    """One scan in words."""

    time: str
    error: str
    gate: str
    device: str
    way: str
    mode: str
    override: str
    questioned: bool


@dataclass(frozen=True)
class ConflictShown:
    """One conflict in words; `sign` is -1 where there is no ticket."""

    id: int
    text: str
    code: str
    order_path: str
    tier: str
    sign: int
    found: str
    scans: tuple[ScanShown, ...]
    closed: str
    resolution: str


@dataclass(frozen=True)
class ConflictsPage:
    """All that `office/door_conflicts.html` shows. `resolutions` are code, button, and what it does."""

    event: Heading
    waiting: tuple[ConflictShown, ...]
    closed: tuple[ConflictShown, ...]
    resolutions: tuple[tuple[str, str, str], ...]


@bp.get("")
@signed_in_only
def overview() -> str:
    """Those that wait for somebody, then those that were closed."""
    with reading() as session:
        page = _page(session, asked_event(session, "run_door"))
    return render_template("office/door_conflicts.html", page=page, done=done())


@bp.post("/<int:conflict_id>")
@signed_in_only
def close(conflict_id: int) -> BaseResponse:
    """Close one with a resolution. Closed by somebody else meanwhile, it stays as they closed it."""
    resolution = request.form.get("resolution", "")
    with writing() as session:
        catalog = asked_event(session, "run_door")
        if resolution not in RESOLUTIONS:
            raise Refused("bad_request", 400)
        if conflict_id in {one.id for one in open_ones(session, catalog.id)}:
            conflicts.close(session, conflict_id, resolution, clock.now(), actor())
    return redirect(url_for("office_door_conflicts.overview", event=catalog.slug, done="closed"), 303)


def _page(session: Session, catalog: Catalog) -> ConflictsPage:
    return ConflictsPage(
        event=heading(catalog),
        waiting=tuple(_shown(catalog, line) for line in open_ones(session, catalog.id)),
        closed=tuple(_shown(catalog, line) for line in closed_ones(session, catalog.id)),
        resolutions=tuple((code, str(button), str(effect)) for code, (button, effect) in RESOLUTIONS.items()),
    )


def _shown(catalog: Catalog, line: ConflictLine) -> ConflictShown:
    tier = next((tier for tier in catalog.tiers if tier.id == line.tier_id), None)
    word = RESOLUTIONS[line.resolution][0] if line.resolution in RESOLUTIONS else BY_ITSELF.get(line.resolution, "")
    return ConflictShown(
        id=line.id,
        text=str(KINDS.get(line.kind, line.kind)),
        code=line.code,
        order_path=f"/office/orders/{line.code.partition('-')[0]}" if line.code else "",
        tier=pick(tier.name) if tier else "",
        sign=tier.sign if tier else -1,
        found=moment(line.opened_at, catalog.zone),
        scans=tuple(_scan(catalog, scan) for scan in line.scans),
        closed=moment(line.closed_at, catalog.zone) if line.closed_at else "",
        resolution=str(word),
    )


def _scan(catalog: Catalog, scan: ConflictScan) -> ScanShown:
    gates = {gate.code: pick(gate.name) for gate in catalog.gates}
    error = _("± %(seconds)s s", seconds=f"{scan.error_ms / 1000:.1f}") if scan.offline and scan.error_ms else ""
    return ScanShown(
        time=f"{i18n.date(scan.at, catalog.zone, year=False)} {scan.at.astimezone(catalog.zone):%H:%M:%S}",
        error=error,
        gate=gates.get(scan.gate, scan.gate),
        device=scan.device,
        way=_("in") if scan.kind == "entry" else _("out"),
        mode=_("offline") if scan.offline else _("online"),
        override=scan.override,
        questioned=scan.questioned,
    )
