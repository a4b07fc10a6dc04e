"""The routes of messages to attendees: write, look, try on oneself, send, stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import LANGUAGES
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.events.heading import heading
from ticketing.messages import audience
from ticketing.messages import writing as messages
from ticketing.messages.audience import Audience
from ticketing.messages.models import Message
from ticketing.messages.states import DRAFT
from ticketing.office import message_pages as pages
from ticketing.office.access import actor, asked_event, check, person
from ticketing.office.message_words import STATE_WORDS
from ticketing.reports.actors import addresses
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_messages", __name__, url_prefix="/office/messages")
Answer = str | BaseResponse | tuple[str, int]
NEED = "write_messages"


@bp.get("")
@signed_in_only
def overview() -> str:
    """All messages of the event."""
    with reading() as session:
        catalog = asked_event(session, NEED)
        found = messages.of_event(session, catalog.id)
        people = addresses(session, {one.sent_by or one.made_by for one in found})
    page = pages.MessagesPage(heading(catalog), pages.rows(catalog, found, people))
    return render_template("office/messages.html", page=page)


@bp.get("/new")
@signed_in_only
def new() -> str:
    """An empty form."""
    with reading() as session:
        catalog = asked_event(session, NEED)
    return render_template("office/message.html", page=pages.blank(catalog, pages.form_of(catalog, {}, Audience())))


@bp.post("")
@signed_in_only
def begin() -> Answer:
    """Keep a new message, and show what it would look like and whom it would reach."""
    try:
        with writing() as session:
            catalog = asked_event(session, NEED)
            text = messages.read_text(request.form)
            message_id = messages.begin(session, catalog.id, text, _audience(catalog), actor(), clock.now())
    except Refused as error:
        if error.code == "forbidden":
            raise
        page = pages.blank(catalog, _typed(catalog), error.text())
        return render_template("office/message.html", page=page), error.status
    return _to(message_id)


@bp.get("/<message_id>")
@signed_in_only
def one(message_id: str) -> str:
    """One message: as a form with its preview, or how far its letters have come."""
    done = {"kept": _("Kept."), "tried": _("The trial letter is on its way to you.")}
    return _page(message_id, done=done.get(request.args.get("done", ""), ""))


@bp.post("/<message_id>")
@signed_in_only
def change(message_id: str) -> Answer:
    """Write a draft anew."""

    def act(session: Session, message: Message) -> None:
        catalog = load_by_id(session, message.event_id)
        text = messages.read_text(request.form)
        messages.change(session, message.id, _version(), text, _audience(catalog))

    return _act(message_id, act, "kept")


@bp.post("/<message_id>/try")
@signed_in_only
def try_out(message_id: str) -> Answer:
    """Send it to oneself."""

    def act(session: Session, message: Message) -> None:
        messages.try_out(session, message, person().email, actor(), clock.now())

    return _act(message_id, act, "tried")


@bp.post("/<message_id>/send")
@signed_in_only
def send(message_id: str) -> Answer:
    """Let the worker send it, once somebody said that it is no advertising."""

    def act(session: Session, message: Message) -> None:
        if request.form.get("no-ad") != "yes":
            raise Refused("message_unconfirmed", 400)
        messages.send(session, message.id, _version(), actor(), clock.now())

    return _act(message_id, act)


@bp.post("/<message_id>/stop")
@signed_in_only
def stop(message_id: str) -> Answer:
    """Write to nobody more."""
    return _act(message_id, lambda session, message: messages.stop(session, message.id, actor(), clock.now()))


@bp.post("/<message_id>/discard")
@signed_in_only
def discard(message_id: str) -> Answer:
    """Give a draft up."""
    with writing() as session:
        message = _mine(session, message_id)
        slug = load_by_id(session, message.event_id).slug
        messages.discard(session, message.id, actor(), clock.now())
    return redirect(url_for("office_messages.overview", event=slug), 303)


@bp.get("/<message_id>/progress.json")
@signed_in_only
def progress_json(message_id: str) -> Response | BaseResponse:
    """How far it has come, for the open page; 304 while nothing changes."""
    with reading() as session:
        found = pages.going(session, _mine(session, message_id))
    response = jsonify(figures=dict(found.figures), paths={"sent": found.meter.taken, "rest": found.meter.free})
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def _act(message_id: str, act: Callable[[Session, Message], None], done: str = "") -> Answer:
    """Do it in one transaction and go back to the message; a refusal is told on its page, with all that was typed."""
    try:
        with writing() as session:
            act(session, _mine(session, message_id))
    except Refused as error:
        if error.code in ("forbidden", "not_found"):
            raise
        return _page(message_id, error=error.text(), typed="subject-ja" in request.form), error.status
    return _to(message_id, done)


def _to(message_id: str, done: str = "") -> BaseResponse:
    return redirect(url_for("office_messages.one", message_id=message_id, done=done or None), 303)


def _mine(session: Session, message_id: str) -> Message:
    """The message; raises Refused("forbidden") for who may not write at its event."""
    message = messages.find(session, message_id)
    check(message.event_id, NEED)
    return message


def _page(message_id: str, *, error: str = "", done: str = "", typed: bool = False) -> str:
    with reading() as session:
        message = _mine(session, message_id)
        catalog = load_by_id(session, message.event_id)
        page = _shown(session, catalog, message)
    form = _typed(catalog) if typed and page.form else page.form
    return render_template("office/message.html", page=replace(page, error=error, done=done, form=form))


def _shown(session: Session, catalog: Catalog, message: Message) -> pages.MessagePage:
    to = audience.of_row(message.audience)
    is_draft = message.state == DRAFT
    people = addresses(session, {message.made_by, message.sent_by or ""})
    look, state = STATE_WORDS[message.state]
    return pages.MessagePage(
        event=heading(catalog),
        zone=str(catalog.zone),
        id=message.id,
        version=message.version,
        form=pages.form_of(catalog, pages.texts_of(message), to) if is_draft else None,
        to=pages.to_whom(catalog, to),
        me=person().email,
        reach=pages.reach_of(session, message) if is_draft else None,
        previews=pages.previews_of(catalog, message),
        going=None if is_draft else pages.going(session, message),
        look=look,
        state=str(state),
        stamps=pages.stamps(catalog, message, people),
    )


def _audience(catalog: Catalog) -> Audience:
    form = request.form
    return audience.read(catalog, form.get("group", ""), form.getlist("tier"), absent=form.get("absent") == "yes")


def _typed(catalog: Catalog) -> pages.Form:
    """The form as it was sent."""
    form = request.form
    texts = {lang: (form.get(f"subject-{lang}", ""), form.get(f"body-{lang}", "")) for lang in LANGUAGES}
    return pages.form_of(catalog, texts, _audience(catalog))


def _version() -> int:
    return request.form.get("version", 0, type=int)
