"""The organizer's routes for promo codes: which there are, a new one, other limits, and withdrawing one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.office.access import actor, allowed, asked_event, check
from ticketing.office.promo_page import Answer, promo_page
from ticketing.office.typed import read_moment, read_number
from ticketing.promos import making
from ticketing.promos.making import LONGEST_NOTE, MOST_USES, Limits, Wish
from ticketing.promos.models import PromoCode
from ticketing.promos.words import plain
from ticketing.reports import promo_codes
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_promos", __name__, url_prefix="/office/promo-codes")
MOST_OFF = 9_999_999
FIELDS = ("word", "kind", "off", "max_uses", "max_per_order", "starts_at", "ends_at", "note")


@bp.get("")
@signed_in_only
def overview() -> str:
    """The codes with what they did, and the form for a new one."""
    with reading() as session:
        catalog = asked_event(session, "see_orders")
    return _page(catalog, Answer(done=request.args.get("done", "")))


@bp.post("")
@signed_in_only
def make() -> BaseResponse | tuple[str, int]:
    """Make a code, once for each `form_key`."""
    with reading() as session:
        catalog = asked_event(session, "manage_orders")
    values, tiers = _typed(), tuple(request.form.getlist("tier"))
    try:
        _make(catalog, _wish(catalog, values, tiers))
    except Refused as error:
        return _page(catalog, Answer(error.text(), values=values, tiers=tiers)), error.status
    return redirect(url_for("office_promos.overview", event=catalog.slug, done="made"), 303)


@bp.post("/<promo_id>")
@signed_in_only
def change(promo_id: str) -> BaseResponse | tuple[str, int]:
    """Give a code other limits; what it takes off stays."""
    catalog, row = _found(promo_id)
    values = _typed()
    try:
        limits = _limits(catalog, values)
        with writing() as session:
            making.change(session, row, limits, actor(), clock.now())
    except Refused as error:
        return _page(catalog, Answer(error.text(), values=values, about=row.id)), error.status
    return redirect(url_for("office_promos.overview", event=catalog.slug, done="changed"), 303)


@bp.post("/<promo_id>/withdraw")
@signed_in_only
def withdraw(promo_id: str) -> BaseResponse:
    """End a code; a second time changes nothing."""
    catalog, row = _found(promo_id)
    with writing() as session:
        making.withdraw(session, row, actor(), clock.now())
    return redirect(url_for("office_promos.overview", event=catalog.slug, done="withdrawn"), 303)


def _found(promo_id: str) -> tuple[Catalog, PromoCode]:
    with reading() as session:
        row = making.get(session, promo_id)
        check(row.event_id, "manage_orders")
        return load_by_id(session, row.event_id), row


def _make(catalog: Catalog, wish: Wish) -> None:
    key = _form_key()
    try:
        with writing() as session:
            making.make(session, catalog, wish, key, actor(), clock.now())
    except IntegrityError as error:  # somebody else in this moment: with this very form, or with the same word
        with reading() as session:
            if session.get(PromoCode, key) is None:
                raise Refused("promo_word_taken", word=plain(wish.word)) from error


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "")[: LONGEST_NOTE + 1] for name in FIELDS}


def _form_key() -> str:
    try:
        return str(uuid.UUID(request.form.get("form_key", "")))
    except ValueError:
        return str(uuid.uuid4())


def _wish(catalog: Catalog, values: Mapping[str, str], tiers: tuple[str, ...]) -> Wish:
    by_percent = values["kind"] != "amount"
    off = read_number(values["off"], 100 if by_percent else MOST_OFF)
    if off is None:
        raise Refused("promo_off", 400)
    percent, amount = (off, None) if by_percent else (None, off)
    known = tuple(catalog.tier(code).code for code in tiers)
    return Wish(values["word"], percent, amount, known, _limits(catalog, values))


def _limits(catalog: Catalog, values: Mapping[str, str]) -> Limits:
    note = " ".join(values["note"].split())
    if len(note) > LONGEST_NOTE:
        raise Refused("promo_note_long", 400, limit=LONGEST_NOTE)
    return Limits(
        max_uses=_count(values["max_uses"]),
        max_per_order=_count(values["max_per_order"]),
        starts_at=read_moment(catalog, values["starts_at"]),
        ends_at=read_moment(catalog, values["ends_at"]),
        note=note,
    )


def _count(text: str) -> int | None:
    count = read_number(text, MOST_USES)
    if text.strip() and count is None:
        raise Refused("promo_count", 400, limit=MOST_USES)
    return count


def _page(catalog: Catalog, answer: Answer) -> str:
    with reading() as session:
        found = promo_codes.of_event(session, catalog.id)
        makers = promo_codes.makers(session, [one.row for one in found])
    may_manage = allowed(catalog.id, "manage_orders")
    page = promo_page(catalog, found, makers, answer, clock.now(), may_manage=may_manage)
    return render_template("office/promo_codes.html", page=page)
