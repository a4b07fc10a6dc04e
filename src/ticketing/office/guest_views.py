"""The organizer's routes for guests: tickets that nobody pays, for one or for a list, shown before they are made."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog
from ticketing.inventory import allotments, levels
from ticketing.office import guest_giving
from ticketing.office.access import actor, allowed, asked_event
from ticketing.office.guest_file import Listed, decoded, read_guests
from ticketing.office.guest_line import Standard
from ticketing.office.guest_pages import Asked, Given, Preview, guests_page, preview_of, short_of
from ticketing.payments import comps
from ticketing.payments.comps import Line
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_guests", __name__, url_prefix="/office/guests")
SHOWN = 200
FIELDS = ("allotment", "tier", "count", "language", "purpose", "name", "kana", "email", "list")


@bp.get("")
@signed_in_only
def guests() -> str:
    """Who was given tickets, and the form to give more."""
    with reading() as session:
        catalog = asked_event(session, "see_orders")
    done = request.args.get("done", 0, type=int)
    return _page(catalog, Asked(_values({}), str(uuid.uuid4()), done=done))


@bp.post("")
@signed_in_only
def give() -> str | BaseResponse | tuple[str, int]:
    """Show what a list means, line by line; with `confirm`, give the guests their tickets, each once."""
    with reading() as session:
        catalog = asked_event(session, "manage_orders")
    asked = Asked(_values(request.form), _batch())
    try:
        text = _text(asked.values)
        asked = replace(asked, values={**asked.values, "list": text if not asked.values["name"] else ""})
        listed = read_guests(catalog, text, _standard(catalog, asked.values))
    except Refused as error:
        return _page(catalog, replace(asked, error=error.text())), error.status
    lines = comps.lines_of(asked.batch, listed.guests, asked.values["allotment"])
    preview = _preview(catalog, listed, lines)
    if request.form.get("confirm") != "yes" or not preview.is_right:
        asked = replace(asked, preview=preview)
        return _page(catalog, asked, text), 400 if preview.faults else 409 if preview.short else 200
    return _give(catalog, asked, listed, lines)


def _give(catalog: Catalog, asked: Asked, listed: Listed, lines: list[Line]) -> BaseResponse | tuple[str, int]:
    try:
        guest_giving.give_all(catalog, lines, actor(), clock.now())
    except Refused as error:
        asked = replace(asked, error=error.text(), preview=_preview(catalog, listed, lines))
        return _page(catalog, asked, request.form.get("list", "")), error.status
    return redirect(url_for("office_guests.guests", event=catalog.slug, done=len(lines)), 303)


def _preview(catalog: Catalog, listed: Listed, lines: list[Line]) -> Preview:
    with reading() as session:
        made = comps.made(session, lines)
        has = comps.has_already(session, catalog.id, {line.guest.email for line in lines if line.guest.email})
        to_make = [line for line in lines if line.number not in made]
        left = _left(session, catalog, lines)
    preview = preview_of(listed, lines, made, has)
    return replace(preview, short=short_of(catalog, left, to_make))


def _left(session: Session, catalog: Catalog, lines: list[Line]) -> dict[int, int]:
    """How many places there are for these lines, by the ids of tiers."""
    present = levels.read(session, catalog.id)
    left = {tier.id: present.left(catalog, tier) for tier in catalog.tiers}
    for allotment_id in {line.allotment_id for line in lines if line.allotment_id}:
        kept = allotments.kept_of(session, catalog, allotment_id)
        left[kept.tier.id] = kept.count
    return left


def _page(catalog: Catalog, asked: Asked, text: str = "") -> str:
    with reading() as session:
        given = comps.newest(session, catalog.id, SHOWN)
        counts = comps.counts(session, catalog.id)
        standing = allotments.of_event(session, catalog.id)
    may_manage = allowed(catalog.id, "manage_orders")
    page = guests_page(catalog, Given(given, counts, standing), asked, may_manage=may_manage)
    return render_template("office/guests.html", page=page, text=text)


def _values(form: Mapping[str, str]) -> dict[str, str]:
    standard = {"count": "1", "language": "ja", "purpose": "guest"}
    return {name: form.get(name, standard.get(name, "")).strip("\r\n") for name in FIELDS}


def _batch() -> str:
    try:
        return str(uuid.UUID(request.form.get("batch", "")))
    except ValueError:
        return str(uuid.uuid4())


def _text(values: Mapping[str, str]) -> str:
    """The list that is meant: the one guest, the file, or what was typed."""
    if values["name"]:
        written = StringIO()
        csv.writer(written).writerows([("name", "kana", "email"), (values["name"], values["kana"], values["email"])])
        return written.getvalue()
    file = request.files.get("file")
    return decoded(file.read()).strip("\r\n") if file and file.filename else values["list"]


def _standard(catalog: Catalog, values: Mapping[str, str]) -> Standard:
    tier = catalog.tier(values["tier"]) if values["tier"] else catalog.tiers[0]
    return Standard(tier, values["count"] or "1", values["language"], values["purpose"])
