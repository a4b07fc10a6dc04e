"""The audit log in the office: for owners of all events, because it is that of the whole house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from ticketing.core import i18n
from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.events.heading import Heading, heading
from ticketing.office.access import asked_event, person
from ticketing.office.audit_words import ACTION_WORDS, KINDS
from ticketing.reports.audit_log import LogLine, Wanted, lines
from ticketing.reports.words import ACTIONS
from ticketing.staff.roles import may
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_audit", __name__, url_prefix="/office/audit")
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class LogRow:
    """One entry in words; `order` is the code of the order that it is about, `more` what else was noted."""

    day: str
    time: str
    who: str
    what: str
    order: str
    subject: str
    more: str
    where: str


@dataclass(frozen=True)
class AuditPage:
    """All that `office/audit.html` shows; `older` is the query of the next page, empty on the last."""

    event: Heading
    zone: str
    rows: tuple[LogRow, ...]
    kinds: tuple[tuple[str, str], ...]
    person: str
    kind: str
    order: str
    day: str
    older: str


@bp.get("")
@signed_in_only
def overview() -> str:
    """What was done, the newest first; `?person=`, `?kind=`, `?order=`, `?day=` leave out the rest."""
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("person", "kind", "order", "day")}
    with reading() as session:
        catalog = asked_event(session, "see_audit")
        if not may(person().roles.get(None), "see_audit"):
            raise Refused("forbidden", 403)
        found, more = lines(session, _wanted(asked), catalog.zone)
    query = {"event": catalog.slug, **{name: text for name, text in asked.items() if text}}
    page = AuditPage(
        event=heading(catalog),
        zone=str(catalog.zone),
        rows=tuple(_row(line, catalog.zone) for line in found),
        kinds=tuple((kind, str(word)) for kind, word in KINDS.items()),
        older=urlencode({**query, "before": found[-1].id}) if more else "",
        **asked,
    )
    return render_template("office/audit.html", page=page)


def _wanted(asked: dict[str, str]) -> Wanted:
    before = request.args.get("before", 0, type=int)
    try:
        day = date.fromisoformat(asked["day"]) if asked["day"] else None
    except ValueError:
        day = None
    kind = asked["kind"] if asked["kind"] in KINDS else ""
    order = asked["order"].upper().replace(" ", "").replace("-", "")
    return Wanted(asked["person"], kind, order, day, before if 0 < before <= LARGEST_ID else None)


def _row(line: LogLine, zone: ZoneInfo) -> LogRow:
    words = ACTION_WORDS.get(line.action) or (ACTIONS[line.action][1] if line.action in ACTIONS else line.action)
    return LogRow(
        day=i18n.date(line.at, zone),
        time=f"{line.at.astimezone(zone):%H:%M:%S}",
        who=_who(line),
        what=str(words),
        order=line.order,
        subject=_subject(line),
        more=", ".join(f"{name}: {fact}" for name, fact in line.facts.items() if fact is not None),
        where=" · ".join(part for part in (line.browser, line.address) if part),
    )


def _subject(line: LogLine) -> str:
    """What it was done to, where that is not said already: whoever signs in does so to themselves."""
    if line.order or line.subject == line.actor:
        return ""
    return line.whom or line.subject


def _who(line: LogLine) -> str:
    if line.device:
        return _("Tablet %(name)s", name=line.device)
    known = {"cli": _("by command"), "system": _("by itself"), "stripe": _("at Stripe")}
    known |= {"buyer": _("the buyer"), "holder": _("its holder")}
    return line.who or known.get(line.actor, line.actor)
