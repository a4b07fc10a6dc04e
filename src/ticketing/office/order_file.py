"""Opening an order for a page of the office: who may, what is left to give back, and the page itself."""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy.orm import Session

from ticketing.core.errors import Refused
from ticketing.core.money import Money
from ticketing.office.access import allowed, check
from ticketing.office.order_pages import Answer, order_page
from ticketing.orders.lookup import by_code
from ticketing.payments.by_hand import free_of
from ticketing.payments.refunds import confirmed
from ticketing.reports.dossier import Dossier, dossier


def opened(session: Session, code: str, permission: str) -> Dossier:
    """Everything about an order; raises Refused("order_unknown"), or Refused("forbidden") by the role at its event."""
    order = by_code(session, code)
    check(order.event_id, permission)
    return dossier(session, order)


def left(session: Session, file: Dossier) -> Money | None:
    """What of the order's payment may still be given back, besides what failed refunds owe; None where nothing may."""
    try:
        return free_of(session, confirmed(session, file.order.id))
    except Refused:
        return None


def page(file: Dossier, rest: Money | None, answer: Answer | None = None) -> str:
    """The order's page."""
    may_manage = allowed(file.order.event_id, "manage_orders")
    shown = order_page(file, rest, answer or Answer(done=request.args.get("done", "")), may_manage=may_manage)
    return render_template("office/order.html", page=shown)
