"""The organizer's routes about webhooks: made, looked at, switched, told again."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.api import deliveries, hooks, signing
from ticketing.api.models import Hook
from ticketing.core import clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.office.access import actor, asked_event, person
from ticketing.office.hook_page import HookPage, Typed, hook_page, hooks_page, with_typed
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_hooks", __name__, url_prefix="/office/api/hooks")
SHOWN = 50
Act = Callable[[Session, Hook, Catalog], None]


@bp.get("")
@signed_in_only
def overview() -> str:
    """The webhooks of the event."""
    with reading() as session:
        catalog = asked_event(session, "manage_api")
        rows = hooks.of_event(session, catalog.id)
    return render_template("office/hooks.html", page=hooks_page(catalog, rows, Typed()))


@bp.post("")
@signed_in_only
def make() -> str | tuple[str, int]:
    """Make a webhook and show its secret this once; the form again with what is missing."""
    typed = _typed()
    try:
        with writing() as session:
            catalog = asked_event(session, "manage_api")
            hook = hooks.make(session, catalog.id, person().person_id, typed.wish, clock.now())
    except Refused as refused:
        if refused.status != 400:
            raise
        with reading() as session:
            catalog = asked_event(session, "manage_api")
            rows = hooks.of_event(session, catalog.id)
        return render_template("office/hooks.html", page=hooks_page(catalog, rows, typed, refused.text())), 400
    return render_template("office/hook.html", page=hook_page(catalog, hook, (), secret=signing.secret(hook)))


@bp.get("/<hook_id>")
@signed_in_only
def show(hook_id: str) -> str:
    """One webhook, and what it was told last."""
    return render_template("office/hook.html", page=_page(hook_id))


def _page(hook_id: str) -> HookPage:
    with reading() as session:
        catalog = asked_event(session, "manage_api")
        hook = hooks.get(session, catalog.id, hook_id)
        rows = deliveries.page(session, hook, "", None, SHOWN)
    done = {
        "test": _("The test is on its way. Reload the page in a moment."),
        "again": _("It is on its way again."),
        "changed": _("The changes are saved."),
    }
    return hook_page(catalog, hook, rows, done=done.get(request.args.get("done", ""), ""))


@bp.post("/<hook_id>/change")
@signed_in_only
def change(hook_id: str) -> BaseResponse | tuple[str, int]:
    """Change name, address, or what it is told; the form again with what is missing."""
    typed = _typed()

    def act(session: Session, hook: Hook, _catalog: Catalog) -> None:
        hooks.change(session, hook, typed.wish, clock.now(), actor())

    try:
        return _act(hook_id, act, "changed")
    except Refused as refused:
        if refused.status != 400:
            raise
        page = with_typed(_page(hook_id), typed, refused.text())
        return render_template("office/hook.html", page=page), 400


@bp.post("/<hook_id>/switch")
@signed_in_only
def switch(hook_id: str) -> BaseResponse:
    """Switch a webhook on or off."""

    def act(session: Session, hook: Hook, _catalog: Catalog) -> None:
        if request.form.get("to") == hooks.ON:
            hooks.switch_on(session, hook, person().person_id, clock.now())
        else:
            hooks.switch_off(session, hook, hooks.BY_HAND, clock.now(), actor())

    return _act(hook_id, act)


@bp.post("/<hook_id>/secret")
@signed_in_only
def renew(hook_id: str) -> str:
    """Make a new secret, shown this once."""
    with writing() as session:
        catalog = asked_event(session, "manage_api")
        hook = hooks.renew_secret(session, hooks.get(session, catalog.id, hook_id), clock.now(), actor())
        rows = deliveries.page(session, hook, "", None, SHOWN)
    return render_template("office/hook.html", page=hook_page(catalog, hook, rows, secret=signing.secret(hook)))


@bp.post("/<hook_id>/test")
@signed_in_only
def test(hook_id: str) -> BaseResponse:
    """Send a delivery that tells nothing."""

    def act(session: Session, hook: Hook, catalog: Catalog) -> None:
        deliveries.send_test(session, hook, catalog.slug, clock.now())

    return _act(hook_id, act, "test")


@bp.post("/<hook_id>/again")
@signed_in_only
def again(hook_id: str) -> BaseResponse:
    """Send one delivery again, or everything that failed."""

    def act(session: Session, hook: Hook, catalog: Catalog) -> None:
        one = request.form.get("delivery", "")
        if one:
            deliveries.replay(session, catalog.id, one, clock.now(), actor())
        else:
            deliveries.replay_failed(session, hook, clock.now(), actor())

    return _act(hook_id, act, "again")


@bp.post("/<hook_id>/remove")
@signed_in_only
def remove(hook_id: str) -> BaseResponse:
    """Take a webhook that is off away."""

    def act(session: Session, hook: Hook, _catalog: Catalog) -> None:
        hooks.remove(session, hook, clock.now(), actor())

    answer = _act(hook_id, act)
    answer.headers["Location"] = url_for("office_hooks.overview", event=request.form.get("event"))
    return answer


def _act(hook_id: str, act: Act, done: str = "") -> BaseResponse:
    with writing() as session:
        catalog = asked_event(session, "manage_api")
        act(session, hooks.get(session, catalog.id, hook_id), catalog)
    return redirect(url_for("office_hooks.show", hook_id=hook_id, event=catalog.slug, done=done or None), 303)


def _typed() -> Typed:
    form = request.form
    return Typed(form.get("name", "")[:200], form.get("address", "")[:600], form.getlist("type")[:20])
