"""The lines on the dashboard that somebody must act on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ticketing.api.hooks import gone_off
from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.door.stations import of_event
from ticketing.events.catalog import Catalog
from ticketing.office.access import may_here
from ticketing.office.hook_page import why_off
from ticketing.office.order_rows import moment
from ticketing.reports.conflicts import count_open
from ticketing.reports.to_act import failed_refunds, open_disputes
from ticketing.reports.undelivered import count_not_reached

AWAY_FOR = timedelta(minutes=2)
FORGOTTEN_AFTER = timedelta(hours=12)


@dataclass(frozen=True)
class ActLine:
    """One thing to do, and where."""

    text: str
    path: str


def act_lines(session: Session, catalog: Catalog, now: datetime) -> tuple[ActLine, ...]:
    """The door first; disputes that wait for an answer, the most urgent first; refunds that failed;
    letters that do not arrive; programs that are told nothing any more."""
    lines = [*_of_the_door(session, catalog, now)] if may_here("run_door") else []
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
        text = _("Order %(code)s: the refund of %(amount)s failed. Ask for it again, or pay it another way.", **facts)
        lines.append(ActLine(text, f"/office/orders/{refund.order_code}#refunds"))
    if count := count_not_reached(session, catalog.id):
        text = _("Orders whose letters do not arrive: %(count)s", count=count)
        lines.append(ActLine(text, f"/office/orders?event={catalog.slug}&unreached=1"))
    if may_here("manage_api"):
        for hook in gone_off(session, catalog.id):
            text = _("The webhook %(name)s is switched off. %(why)s", name=hook.name, why=why_off(hook.off_reason))
            lines.append(ActLine(text, f"/office/api/hooks/{hook.id}?event={catalog.slug}"))
    return tuple(lines)


def _of_the_door(session: Session, catalog: Catalog, now: datetime) -> Iterator[ActLine]:
    """Conflicts, and tablets that have been silent while people may be coming in; not those of another day."""
    door = f"/office/door?event={catalog.slug}"
    if count := count_open(session, catalog.id):
        yield ActLine(_("Open conflicts: %(count)s", count=count), door.replace("/door?", "/door/conflicts?"))
    for view in of_event(session, catalog.id, now):
        if view.revoked_at or view.contact_at is None or not AWAY_FOR < now - view.contact_at < FORGOTTEN_AFTER:
            continue
        facts = {"name": view.name, "since": i18n.clock_time(view.contact_at, catalog.zone), "places": view.permits}
        text = _("Tablet %(name)s has been offline since %(since)s. It may still admit %(places)s.", **facts)
        if view.queued:
            text = f"{text} " + _("It owes %(count)s scans.", count=view.queued)
        yield ActLine(text, f"/office/door/tablets/{view.device_id}?event={catalog.slug}")
