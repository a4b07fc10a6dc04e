"""The audit log to read: who did what to what, when and from where; what it refers to is looked up here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from ticketing.core.audit import AuditEntry
from ticketing.orders.models import Order
from ticketing.staff.models import Device, Person, StaffSession

ON_A_PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """Which entries: by a part of a person's e-mail, the beginning of an action, an order's code, a day; those before
    an entry's id. Empty ones ask for nothing."""

    person: str = ""
    kind: str = ""
    order: str = ""
    day: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class LogLine:
    """One entry with what it refers to, as far as that is known: `who`, `whom` and `device` are names, `order` is a
    code."""

    id: int
    at: datetime
    actor: str
    who: str
    whom: str
    device: str
    action: str
    subject: str
    order: str
    facts: dict[str, object]
    browser: str
    address: str


def lines(session: Session, wanted: Wanted, zone: ZoneInfo) -> tuple[Sequence[LogLine], bool]:
    """Up to 50 entries, the newest first, and whether there are older ones."""
    whom = aliased(Person)
    rows = (
        select(
            AuditEntry, Person.email, whom.email, Device.name, Order.code, StaffSession.browser, StaffSession.address
        )
        .outerjoin(Person, AuditEntry.actor == "person:" + Person.id)
        .outerjoin(whom, AuditEntry.subject == "person:" + whom.id)
        .outerjoin(Device, AuditEntry.actor == "device:" + Device.id)
        .outerjoin(Order, AuditEntry.subject == "order:" + Order.id)
        .outerjoin(StaffSession, StaffSession.id == AuditEntry.sign_in)
        .where(*_conditions(session, wanted, zone))
        .order_by(AuditEntry.id.desc())
        .limit(ON_A_PAGE + 1)
    )
    found = [_line(*row) for row in session.execute(rows)]
    return found[:ON_A_PAGE], len(found) > ON_A_PAGE


def _conditions(session: Session, wanted: Wanted, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.person:
        conditions.append(func.lower(Person.email).contains(wanted.person.lower(), autoescape=True))
    if wanted.kind:
        conditions.append(AuditEntry.action.startswith(wanted.kind + ".", autoescape=True))
    if wanted.order:
        order_id = session.scalars(select(Order.id).where(Order.code == wanted.order)).one_or_none()
        conditions.append(AuditEntry.subject.in_((f"order:{order_id}", f"order:{wanted.order}")))
    if wanted.day:
        first = datetime.combine(wanted.day, time(), zone)
        conditions += [AuditEntry.at >= first, AuditEntry.at < first + timedelta(days=1)]
    if wanted.before:
        conditions.append(AuditEntry.id < wanted.before)
    return conditions


def _line(entry: AuditEntry, *names: str | None) -> LogLine:
    who, whom, device, order, browser, address = (name or "" for name in names)
    return LogLine(
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        who=who,
        whom=whom,
        device=device,
        action=entry.action,
        subject=entry.subject,
        order=order,
        facts=entry.facts,
        browser=browser,
        address=address,
    )
