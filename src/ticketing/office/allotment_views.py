"""The organizer's routes for allotments: places set aside for guests, made more or fewer, and freed again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.batch import Unmet
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.inventory import allotments, holds
from ticketing.inventory.allotments import LONGEST_NAME, MOST, Aside, Size
from ticketing.office.access import actor, allowed, asked_event, check
from ticketing.office.allotment_pages import Answer, allotments_page
from ticketing.office.typed import read_moment, read_number
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_allotments", __name__, url_prefix="/office/allotments")
FIELDS = ("name", "tier", "count", "until")


@bp.get("")
@signed_in_only
def overview() -> str:
    """What is set aside, and the form to set more aside."""
    with reading() as session:
        catalog = asked_event(session, "see_orders")
    return _page(catalog, Answer(done=request.args.get("done", "")))


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
        return _page(catalog, Answer(error.text(), values=values)), error.status
    return _done(catalog, "made")


@bp.post("/<allotment_id>/count")
@signed_in_only
def resize(allotment_id: str) -> BaseResponse | tuple[str, int]:
    """Make it so many places in all (`count`), where it is of as many as was shown (`shown`)."""
    catalog = _of(allotment_id)
    typed = request.form.get("count", "")[:100]
    try:
        size = Size(allotment_id, _count(typed), request.form.get("shown", 0, type=int))
        _resize(catalog, size)
    except Refused as error:
        return _page(catalog, Answer(error.text(), sizes={allotment_id: typed})), error.status
    return _done(catalog, "resized")


@bp.post("/<allotment_id>/release")
@signed_in_only
def release(allotment_id: str) -> BaseResponse | str:
    """Ask whether what it still keeps may be sold again; with `confirm`, let it. A second time changes nothing."""
    catalog = _of(allotment_id)
    if request.form.get("confirm") != "yes":
        return _page(catalog, Answer(releasing=allotment_id))
    with writing() as session:
        allotments.release(session, allotment_id, actor(), clock.now())
    return _done(catalog, "released")


def _of(allotment_id: str) -> Catalog:
    """The event of an allotment, for who may work on it."""
    with reading() as session:
        row = allotments.get(session, allotment_id)
        check(row.event_id, "manage_orders")
        return load_by_id(session, row.event_id)


def _set_aside(catalog: Catalog, aside: Aside, key: str) -> None:
    try:
        with writing() as session:
            allotments.set_aside(session, catalog, aside, key, actor(), clock.now())
    except Unmet as error:
        holds.check_left(catalog, [(aside.tier, aside.count)])
        raise Refused("busy", 503) from error
    except IntegrityError:  # the same form came twice in this moment, and the other one has made it
        return


def _resize(catalog: Catalog, size: Size) -> None:
    try:
        with writing() as session:
            allotments.resize(session, catalog, size, actor(), clock.now())
    except Unmet as error:
        with reading() as session:
            row = allotments.get(session, size.hold_id)
        holds.check_left(catalog, [(catalog.tier_by_id(row.tier_id), size.count - size.shown)])
        raise Refused("busy", 503) from error


def _read(catalog: Catalog, values: Mapping[str, str]) -> Aside:
    name = " ".join(values["name"].split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused("allotment_nameless", 400, limit=LONGEST_NAME)
    return Aside(name, catalog.tier(values["tier"]), _count(values["count"]), read_moment(catalog, values["until"]))


def _count(typed: str) -> int:
    count = read_number(typed, MOST)
    if count is None:
        raise Refused("allotment_count", 400, limit=MOST)
    return count


def _form_key() -> str:
    try:
        return str(uuid.UUID(request.form.get("form_key", "")))
    except ValueError:
        return str(uuid.uuid4())


def _done(catalog: Catalog, what: str) -> BaseResponse:
    return redirect(url_for("office_allotments.overview", event=catalog.slug, done=what), 303)


def _page(catalog: Catalog, answer: Answer) -> str:
    with reading() as session:
        found = allotments.of_event(session, catalog.id)
    page = allotments_page(catalog, found, answer, may_manage=allowed(catalog.id, "manage_orders"))
    return render_template("office/allotments.html", page=page)
