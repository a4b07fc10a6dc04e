"""The organizer's routes for allotments: places set aside for guests, and freed again."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.batch import Unmet
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.inventory import allotments, holds
from ticketing.inventory.allotments import LONGEST_NAME, MOST, Aside, Standing
from ticketing.office.access import actor, allowed, asked_event, check
from ticketing.office.order_rows import moment
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_allotments", __name__, url_prefix="/office/allotments")
FIELDS = ("name", "tier", "count", "until")


@dataclass(frozen=True)
class AllotmentRow:
    """One allotment; `ended` says since when it keeps nothing any more."""

    id: str
    name: str
    tier: str
    sign: int
    count: int
    given: int
    kept: int
    until: str
    ended: str


@dataclass(frozen=True)
class AllotmentsPage:
    """All that `office/allotments.html` shows. `values` is what was typed."""

    event: Heading
    error: str
    done: str
    rows: tuple[AllotmentRow, ...]
    tiers: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    form_key: str
    zone: str
    may_manage: bool


@bp.get("")
@signed_in_only
def overview() -> str:
    """What is set aside, and the form to set more aside."""
    with reading() as session:
        catalog = asked_event(session, "see_orders")
    return _page(catalog, {}, request.args.get("done", ""))


@bp.post("")
@signed_in_only
def set_aside() -> BaseResponse | tuple[str, int]:
    """Set places aside, once for each `form_key`."""
    with reading() as session:
        catalog = asked_event(session, "manage_orders")
    values = {name: request.form.get(name, "")[:100] for name in FIELDS}
    try:
        _set_aside(catalog, _read(catalog, values), _form_key())
    except Refused as error:
        return _page(catalog, values, error=error), error.status
    return redirect(url_for("office_allotments.overview", event=catalog.slug, done="made"), 303)


@bp.post("/<allotment_id>/release")
@signed_in_only
def release(allotment_id: str) -> BaseResponse:
    """Let what it still keeps be sold again; a second time changes nothing."""
    with writing() as session:
        row = allotments.get(session, allotment_id)
        check(row.event_id, "manage_orders")
        allotments.release(session, row.hold_id, actor(), clock.now())
        catalog = asked_event(session, "see_orders")
    return redirect(url_for("office_allotments.overview", event=catalog.slug, done="released"), 303)


def _set_aside(catalog: Catalog, aside: Aside, key: str) -> None:
    try:
        with writing() as session:
            allotments.set_aside(session, catalog, aside, key, actor(), clock.now())
    except Unmet as error:
        holds.check_left(catalog, [(aside.tier, aside.count)])
        raise Refused("busy", 503) from error
    except IntegrityError:  # the same form came twice in this moment, and the other one has made it
        return


def _read(catalog: Catalog, values: Mapping[str, str]) -> Aside:
    name = " ".join(values["name"].split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused("allotment_nameless", 400, limit=LONGEST_NAME)
    count = unicodedata.normalize("NFKC", values["count"]).strip()
    if not (count.isascii() and count.isdecimal() and len(count) < 5 and 0 < int(count) <= MOST):
        raise Refused("allotment_count", 400, limit=MOST)
    return Aside(name, catalog.tier(values["tier"]), int(count), _until(catalog, values["until"].strip()))


def _until(catalog: Catalog, text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused("start_unreadable", 400) from error
    return at.replace(tzinfo=catalog.zone) if at and at.tzinfo is None else at


def _form_key() -> str:
    try:
        return str(uuid.UUID(request.form.get("form_key", "")))
    except ValueError:
        return str(uuid.uuid4())


def _page(catalog: Catalog, values: Mapping[str, str], done: str = "", error: Refused | None = None) -> str:
    with reading() as session:
        found = allotments.of_event(session, catalog.id)
    page = AllotmentsPage(
        event=heading(catalog),
        error=error.text() if error else "",
        done=done,
        rows=tuple(_row(catalog, one) for one in found),
        tiers=tuple((tier.code, pick(tier.name)) for tier in catalog.tiers),
        values=values,
        form_key=str(uuid.uuid4()),
        zone=str(catalog.zone),
        may_manage=allowed(catalog.id, "manage_orders"),
    )
    return render_template("office/allotments.html", page=page)


def _row(catalog: Catalog, one: Standing) -> AllotmentRow:
    tier, ended = catalog.tier_by_id(one.row.tier_id), one.row.released_at
    return AllotmentRow(
        id=one.row.hold_id,
        name=one.row.name,
        tier=pick(tier.name),
        sign=tier.sign,
        count=one.row.count,
        given=one.given,
        kept=one.kept,
        until=moment(one.until, catalog.zone) if one.until else _("released by hand"),
        ended=moment(ended, catalog.zone) if ended else "",
    )
