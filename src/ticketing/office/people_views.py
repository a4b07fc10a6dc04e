"""The organizer's people: who works here in which role, who is invited, and what each role may do."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.addresses import read_email
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import language
from ticketing.events.catalog import Catalog
from ticketing.office.access import asked_event, person
from ticketing.office.people_pages import Known, Said, people_page
from ticketing.staff import invitations, people, strict
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_people", __name__, url_prefix="/office/people")
Answered = BaseResponse | tuple[str, int]
EVERYWHERE = "all"


@bp.get("")
@signed_in_only
def overview() -> Answered:
    """Everybody with a role here, open invitations, and the table of roles."""
    return _page(Said(done=request.args.get("done", "")))


@bp.post("/invitations")
@signed_in_only
def invite() -> Answered:
    """Send an invitation; one that the address has for the same place ends with it."""
    typed = request.form.get("email", "")
    role, scope = request.form.get("role", ""), request.form.get("scope", "")
    try:
        with writing() as session:
            catalog = _here(session)
            place = (None if scope == EVERYWHERE else catalog.id, role)
            invitations.invite(session, person(), read_email(typed), place, language(), clock.now())
    except Refused as error:
        return _page(Said(error=error.text(), email=typed[:254], role=role, scope=scope), error.status)
    return _done(catalog, "invited")


@bp.post("/invitations/<invitation_id>/withdraw")
@signed_in_only
def withdraw(invitation_id: str) -> Answered:
    """End an invitation before somebody takes it."""
    return _do("withdrawn", lambda session: invitations.withdraw(session, person(), invitation_id, clock.now()))


@bp.post("/<int:grant_id>/role")
@signed_in_only
def change_role(grant_id: int) -> Answered:
    """Give somebody another role."""
    role = request.form.get("role", "")
    return _do("changed", lambda session: people.change_role(session, person(), grant_id, role, clock.now()))


@bp.post("/<int:grant_id>/remove")
@signed_in_only
def remove(grant_id: int) -> Answered:
    """Show what removing somebody will do; with `confirm`, do it."""
    if request.form.get("confirm") != "yes":
        return _page(Said(removing=grant_id))
    return _do("removed", lambda session: people.remove(session, person(), grant_id, clock.now()))


@bp.post("/<int:grant_id>/sign-out")
@signed_in_only
def sign_out(grant_id: int) -> Answered:
    """End all sign-ins of somebody, as when a phone was lost."""
    return _do("signed_out", lambda session: people.sign_out_all(session, person(), grant_id, clock.now()))


@bp.post("/<int:grant_id>/second-factor")
@signed_in_only
def reset_factor(grant_id: int) -> Answered:
    """Show what resetting somebody's second factor will do; with `confirm`, do it."""
    if request.form.get("confirm") != "yes":
        return _page(Said(resetting=grant_id))
    return _do("reset", lambda session: people.reset_factor(session, person(), grant_id, clock.now()))


@bp.post("/second-factor")
@signed_in_only
def require_factor() -> Answered:
    """Say which roles need a second factor, in the whole house."""
    roles = request.form.getlist("strict")
    return _do("strict", lambda session: people.set_strict(session, person(), roles, clock.now()))


def _do(what: str, act: Callable[[Session], object]) -> Answered:
    """Do it in one transaction; the page says that it is done, or why not."""
    try:
        with writing() as session:
            catalog = _here(session)
            act(session)
    except Refused as error:
        return _page(Said(error=error.text()), error.status)
    return _done(catalog, what)


def _here(session: Session) -> Catalog:
    return asked_event(session, "manage_people")


def _page(said: Said, status: int = 200) -> tuple[str, int]:
    now = clock.now()
    with reading() as session:
        catalog = _here(session)
        known = Known(
            people.of_event(session, catalog.id),
            invitations.open_ones(session, catalog.id, now),
            strict.people_with_factor(session),
            strict.roles(session),
        )
    page = people_page(catalog, person(), known, said)
    if (said.removing and page.removing is None) or (said.resetting and page.resetting is None):
        raise Refused("not_found", 404)
    return render_template("office/people.html", page=page), status


def _done(catalog: Catalog, what: str) -> BaseResponse:
    return redirect(url_for("office_people.overview", event=catalog.slug, done=what), 303)
