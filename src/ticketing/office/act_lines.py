"""The lines on the dashboard that somebody must act on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.events.catalog import Catalog
from ticketing.office.order_rows import moment
from ticketing.reports.to_act import failed_refunds, open_disputes


@dataclass(frozen=True)
class ActLine:
    """One thing to do, and where."""

    text: str
    path: str


def act_lines(session: Session, catalog: Catalog) -> tuple[ActLine, ...]:
    """Disputes that wait for an answer, the most urgent first, then refunds that failed."""
    lines = []
    for dispute in open_disputes(session, catalog.id):
        if dispute.needs_answer:
            facts = {"code": dispute.order_code, "amount": i18n.money(dispute.amount)}
            if dispute.due:
                until = moment(dispute.due, catalog.zone)
                text = _("Order %(code)s: %(amount)s is disputed. Answer until %(until)s.", until=until, **facts)
            else:
                text = _("Order %(code)s: %(amount)s is disputed. Answer in Stripe's Dashboard.", **facts)
            lines.append(ActLine(text, f"/office/orders/{dispute.order_code}#disputes"))
    for refund in failed_refunds(session, catalog.id):
        facts = {"code": refund.order_code, "amount": i18n.money(refund.amount)}
        text = _("Order %(code)s: the refund of %(amount)s failed. Ask for it again.", **facts)
        lines.append(ActLine(text, f"/office/orders/{refund.order_code}#refunds"))
    return tuple(lines)
