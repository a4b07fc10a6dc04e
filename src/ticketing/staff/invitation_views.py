"""Taking an invitation: the link in the letter shows the role; the button, pressed once, takes it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ticketing.core import clock, limits
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import language
from ticketing.staff import invitations
from ticketing.staff.models import Invitation
from ticketing.staff.passwords import SHORTEST_PASSWORD, hash_new
from ticketing.staff.role_words import ROLE_WORDS

bp = Blueprint("staff_invitation", __name__, url_prefix="/staff/invitation/<invitation_id>/<secret>")


@dataclass(frozen=True)
class InvitationPage:
    """All that `staff/invitation.html` shows. Who has an account already `needs` no password."""

    email: str
    role: str
    needs_password: bool
    shortest: int
    error: str


@bp.get("")
def ask(invitation_id: str, secret: str) -> str:
    """What the invitation gives, and a field for the password."""
    invitation, needs = _opened(invitation_id, secret)
    return _page(invitation, needs)


@bp.post("")
def take(invitation_id: str, secret: str) -> Response | tuple[str, int]:
    """Take the role; then sign in with the password."""
    invitation, needs = _opened(invitation_id, secret)
    now = clock.now()
    try:
        password_hash = hash_new(request.form.get("password", "")) if needs else ""
    except Refused as error:
        return _page(invitation, needs, error.text()), error.status
    with writing() as session:
        invitations.take(
            session, invitations.opened(session, invitation_id, secret, now), password_hash, language(), now
        )
    return redirect(url_for("staff.login", joined="yes"), 303)


def _opened(invitation_id: str, secret: str) -> tuple[Invitation, bool]:
    try:
        with reading() as session:
            found = invitations.opened(session, invitation_id, secret, clock.now())
            return found, invitations.needs_password(session, found.email)
    except Refused:
        limits.hit("staff_link", limits.client())
        raise


def _page(invitation: Invitation, needs: bool, error: str = "") -> str:
    role = str(ROLE_WORDS[invitation.role])
    page = InvitationPage(invitation.email, role, needs, SHORTEST_PASSWORD, error)
    return render_template("staff/invitation.html", page=page)
