"""The organizer's routes about single tickets: bringing one that was passed on back to its buyer."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.office import order_file
from ticketing.office.access import actor
from ticketing.office.order_confirm import Confirmation
from ticketing.office.order_pages import Answer
from ticketing.orders import changes, holders
from ticketing.orders.changes import Act
from ticketing.orders.models import TicketChange
from ticketing.orders.reading import get
from ticketing.reports.dossier import Dossier
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_ticket_actions", __name__, url_prefix="/office/orders/<code>/tickets/<int:number>")


@bp.post("/back")
@signed_in_only
def back(code: str, number: int) -> str | BaseResponse | tuple[str, int]:
    """Show what bringing a ticket back to its buyer does; with `confirm`, do it. For a ticket that went to a wrong
    address: its buyer cannot take it back alone, because whoever has it must be safe with it."""
    with reading() as session:
        file = order_file.opened(session, code, "manage_orders")
        holder = _holder(session, file, number)
    try:
        if request.form.get("confirm") != "yes":
            return order_file.page(file, None, Answer(confirm=_confirmation(file, holder)))
        with writing() as session:
            order = get(session, file.order.id)
            changes.lock(session, order)
            ticket = changes.ticket_now(session, order, number)
            changes.give_back(session, order, ticket, Act(actor(), clock.now()))
    except Refused as error:
        return order_file.page(file, None, Answer(error=error.text())), error.status
    return redirect(url_for("office_orders.order", code=code, done="ticket", _anchor="tickets"), 303)


def _holder(session: Session, file: Dossier, number: int) -> TicketChange:
    gone = holders.away(session, file.order.id).get(number)
    if gone is None:
        raise Refused("not_found", 404)
    return gone.change


def _confirmation(file: Dossier, holder: TicketChange) -> Confirmation:
    lines = (
        _("The code of %(name)s stops working at once. They get a letter.", name=holder.name),
        _("The buyer has the ticket again, with a new code, and gets a letter with it."),
    )
    action = f"/office/orders/{file.order.code}/tickets/{holder.number}/back"
    return Confirmation(lines, action, _("Bring the ticket back"), (("confirm", "yes"),))
