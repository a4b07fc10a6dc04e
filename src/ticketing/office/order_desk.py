"""The organizer's routes at an order that move no money: a note, letters again, new codes."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.office import order_file
from ticketing.office.access import actor
from ticketing.office.order_confirm import Confirmation
from ticketing.office.order_pages import Answer
from ticketing.office.order_rows import ticket_rows
from ticketing.orders import notes, reissuing, resending
from ticketing.orders.changes import Act
from ticketing.orders.reading import get
from ticketing.reports.dossier import Dossier
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_order_desk", __name__, url_prefix="/office/orders/<code>")
Answered = str | BaseResponse | tuple[str, int]


@bp.post("/note")
@signed_in_only
def note(code: str) -> Answered:
    """Keep a note in the order's history, once for each `form_key`."""
    file = _opened(code)
    text = request.form.get("note", "")
    try:
        with writing() as session:
            notes.add(session, get(session, file.order.id), _form_key(), text, Act(actor(), clock.now()))
    except Refused as error:
        return _refused(code, Answer(error=error.text(), note=text[:2000]), error.status)
    return _done(code, "note", "history")


@bp.post("/resend")
@signed_in_only
def resend(code: str) -> Answered:
    """Send the tickets again, or how to pay, to the buyer's address as it is now; once for each `form_key`."""
    file = _opened(code)
    try:
        with writing() as session:
            resending.resend(session, get(session, file.order.id), _form_key(), Act(actor(), clock.now()))
    except Refused as error:
        return _refused(code, Answer(error=error.text()), error.status)
    return _done(code, "letter", "letters")


@bp.post("/reissue")
@signed_in_only
def reissue(code: str) -> Answered:
    """Show what new codes for the chosen tickets mean; with `confirm`, make them."""
    file = _opened(code)
    try:
        issues = _issues(request.form.getlist("ticket"))
        if request.form.get("confirm") != "yes":
            return order_file.page(file, None, Answer(confirm=_confirmation(file, issues)))
        with writing() as session:
            reissuing.reissue(session, get(session, file.order.id), issues, Act(actor(), clock.now()))
    except Refused as error:
        return _refused(code, Answer(error=error.text()), error.status)
    return _done(code, "reissue", "tickets")


def _issues(keys: list[str]) -> dict[int, int]:
    """Tickets as the form names them, "2.1": number and issue."""
    pairs = [key.partition(".")[::2] for key in keys[:100]]
    if not all(part.isascii() and part.isdecimal() and len(part) < 7 for pair in pairs for part in pair):
        raise Refused("ticket_not_valid")
    return {int(number): int(issue) for number, issue in pairs}


def _confirmation(file: Dossier, issues: dict[int, int]) -> Confirmation:
    chosen = [row for row in ticket_rows(file) if row.number in issues and row.valid]
    if not issues:
        raise Refused("nothing_chosen", 400)
    if {row.key for row in chosen} != {f"{number}.{issue}" for number, issue in issues.items()}:
        raise Refused("ticket_not_valid")
    lines = [_about_ticket(row.number, row.tier, row.attendee) for row in chosen]
    entered = sorted({scan.number for scan in file.scans if scan.number in issues and scan.decision == "admit"})
    if entered:
        lines.append(
            _("Somebody has been let in already with ticket %(numbers)s.", numbers=", ".join(map(str, entered)))
        )
    if any(not row.holder for row in chosen):
        to = file.order.buyer_email
        told = _("The buyer gets a letter to %(email)s with the new codes and a new link to the order.", email=to)
        untold = _("No address of the buyer is known, so nobody is written to.")
        lines += [_("The order's link ends, too."), told if to else untold]
    holders = [row.holder for row in chosen if row.holder]
    lines += [_("%(email)s gets a letter with the new code and a new link.", email=email) for email in holders]
    form = [("confirm", "yes"), *(("ticket", row.key) for row in chosen)]
    action = f"/office/orders/{file.order.code}/reissue"
    return Confirmation(tuple(lines), action, _("Make new codes"), tuple(form))


def _about_ticket(number: int, tier: str, name: str) -> str:
    facts = {"number": number, "tier": tier, "name": name}
    return _("The code of ticket %(number)s (%(tier)s, %(name)s) stops working at once.", **facts)


def _opened(code: str) -> Dossier:
    with reading() as session:
        return order_file.opened(session, code, "manage_orders")


def _form_key() -> str:
    """The key of the form, which counts once; a form without one counts each time."""
    try:
        return str(uuid.UUID(request.form.get("form_key", "")))
    except ValueError:
        return str(uuid.uuid4())


def _refused(code: str, answer: Answer, status: int) -> tuple[str, int]:
    with reading() as session:
        file = order_file.opened(session, code, "manage_orders")
        left = order_file.left(session, file)
    return order_file.page(file, left, answer), status


def _done(code: str, what: str, part: str) -> BaseResponse:
    return redirect(url_for("office_orders.order", code=code, done=what, _anchor=part), 303)
