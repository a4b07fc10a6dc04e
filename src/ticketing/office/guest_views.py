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
from ticketing.office.guest_pages import Asked, Given, Preview, Wanted, guests_page, preview_of
from ticketing.office.guest_places import short_of
from ticketing.office.guest_words import PURPOSES
from ticketing.orders import lookup
from ticketing.orders.search_key import LONGEST
from ticketing.payments import comps
from ticketing.payments.comps import Line
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_guests", __name__, url_prefix="/office/guests")
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
    preview = _preview(catalog, listed, lines, asked.values["allotment"])
    if request.form.get("confirm") != "yes" or not preview.is_right:
        asked = replace(asked, preview=preview)
        return _page(catalog, asked, text), 400 if preview.faults else 409 if preview.short else 200
    return _give(catalog, asked, listed, lines)


def _give(catalog: Catalog, asked: Asked, listed: Listed, lines: list[Line]) -> BaseResponse | tuple[str, int]:
    try:
        guest_giving.give_all(catalog, lines, actor(), clock.now())
    except Refused as error:
        asked = replace(asked, error=error.text(), preview=_preview(catalog, listed, lines, asked.values["allotment"]))
        return _page(catalog, asked, request.form.get("list", "")), error.status
    return redirect(url_for("office_guests.guests", event=catalog.slug, done=len(lines)), 303)


def _preview(catalog: Catalog, listed: Listed, lines: list[Line], allotment_id: str) -> Preview:
    with reading() as session:
        made = comps.made(session, lines)
        has = comps.has_already(session, catalog.id, {line.guest.email for line in lines if line.guest.email})
        to_make = [line for line in lines if line.number not in made]
        kept = allotments.kept_of(session, catalog, allotment_id) if allotment_id else None
        short = short_of(catalog, levels.read(session, catalog.id), kept, to_make)
    return replace(preview_of(listed, lines, made, has), short=short)


def _page(catalog: Catalog, asked: Asked, text: str = "") -> str:
    with reading() as session:
        given = _given(session, catalog)
    page = guests_page(catalog, given, asked, may_manage=allowed(catalog.id, "manage_orders"))
    return render_template("office/guests.html", page=page, text=text)


def _given(session: Session, catalog: Catalog) -> Given:
    """What was given, and of it what the fields `q`, `for` and `page` of the address ask for."""
    purpose = request.args.get("for", "")
    wanted = Wanted(request.args.get("q", "")[:LONGEST], purpose if purpose in PURPOSES else "")
    look_for = lookup.Asked(wanted.text, also=(comps.among(catalog.id, wanted.purpose),))
    found = lookup.search(session, catalog.id, look_for, request.args.get("page", 1, int))
    purposes, counts = comps.purposes(session, found.orders), comps.counts(session, catalog.id)
    return Given(wanted, found, purposes, counts, allotments.of_event(session, catalog.id))


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
