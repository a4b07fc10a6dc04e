"""The list on paper, for when nothing else works: every valid ticket with a box to tick, and how it is sorted."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core import clock, i18n
from ticketing.core.db import reading
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.door.models import Presence
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.office.access import asked_event
from ticketing.staff.views import signed_in_only
from ticketing.tickets.issue import VALID
from ticketing.tickets.models import Ticket

bp = Blueprint("office_door_paper", __name__, url_prefix="/office/door")
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}  # to hiragana: both are one row of the list


@dataclass(frozen=True)
class PaperRow:
    """One ticket on paper. `inside` is since when it is inside, as the house knows; nothing where it is not."""

    code: str
    name: str
    tier: str
    sign: int
    inside: str
    kana: str = ""


@dataclass(frozen=True)
class PaperPage:
    """All that `office/door_paper.html` shows."""

    event: Heading
    names: bool
    made: str
    rows: tuple[PaperRow, ...]


@bp.get("/paper")
@signed_in_only
def paper() -> str:
    """The list with a print style sheet."""
    with reading() as session:
        catalog = asked_event(session, "run_door")
        page = _page(session, catalog, clock.now())
    return render_template("office/door_paper.html", page=page)


@bp.get("/paper.pdf")
@signed_in_only
def paper_pdf() -> Response:
    """The same as a PDF, for printers that know nothing of web pages."""
    from ticketing.office import door_paper_pdf as sheets  # noqa: PLC0415 (reportlab: 10 MiB for who prints only)

    with reading() as session:
        catalog = asked_event(session, "run_door")
        page = _page(session, catalog, clock.now())
    texts = sheets.PaperTexts(
        title=_("Paper list"),
        event=page.event.title_full,
        made=page.made,
        columns=(_("In"), _("Name") if page.names else "", _("Code"), _("Ticket"), _("Time")),
        page=_("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        rehearsal=_("REHEARSAL") if page.event.rehearsal else "",
    )
    response = Response(sheets.render(sheets.PaperSheet(texts, page.rows, i18n.language())), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{catalog.slug}-list.pdf"'
    return response


def sort_key(name: str, kana: str = "") -> tuple[int, str]:
    """Where a name stands: kana in their order, whichever kana they are, then Latin, then what begins with a kanji.

    Where nobody told us how a kanji is read, those stand together at the end, in the order of their characters."""
    plain = unicodedata.normalize("NFKC", kana or name).casefold().translate(_KATAKANA).strip()
    first = plain[:1]
    return (0 if "ぁ" <= first <= "ん" else 1 if first.isascii() else 2, plain)


def _page(session: Session, catalog: Catalog, now: datetime) -> PaperPage:
    names = bool(catalog.policy.get("door_names"))
    rows = _rows(session, catalog, names)
    made = _(
        "As of %(date)s %(time)s. Valid tickets: %(count)s.",
        date=i18n.date(now, catalog.zone),
        time=i18n.clock_time(now, catalog.zone),
        count=len(rows),
    )
    return PaperPage(heading(catalog), names, made, tuple(rows))


def _rows(session: Session, catalog: Catalog, names: bool) -> list[PaperRow]:
    found = session.execute(
        select(Ticket.order_code, Ticket.number, Ticket.attendee, Ticket.kana, Ticket.tier_id, Presence.last_at)
        .outerjoin(Presence, (Presence.ticket_id == Ticket.id) & Presence.inside.is_(True))
        .where(Ticket.event_id == catalog.id, Ticket.state == VALID)
        .order_by(Ticket.order_code, Ticket.number)
    )
    tiers = {tier.id: (pick(tier.name), tier.sign) for tier in catalog.tiers}
    rows = [
        PaperRow(
            code=f"{code}-{number}",
            name=name if names else "",
            tier=tiers[tier_id][0],
            sign=tiers[tier_id][1],
            inside=i18n.clock_time(at, catalog.zone) if at else "",
            kana=kana if names else "",
        )
        for code, number, name, kana, tier_id, at in found
    ]
    return sorted(rows, key=lambda row: sort_key(row.name, row.kana)) if names else rows
