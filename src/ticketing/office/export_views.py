"""Tables to take away: what there is, and the files. They hold personal data, so the audit log keeps who took what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from ticketing.core import audit, clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.events.heading import Heading, heading
from ticketing.office.access import actor, allowed_everywhere, asked_event
from ticketing.office.export_words import headings, in_words
from ticketing.reports.export_files import BLOCKS
from ticketing.reports.exports import EXPORTS, Rows
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_exports", __name__, url_prefix="/office/exports")
TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WORDS: Mapping[str, tuple[LazyString, LazyString]] = {
    "orders": (_("Orders"), _("Each order: who bought it, when, its state, its total with tax.")),
    "attendees": (_("Tickets"), _("Each ticket: whose it is, its tier and state, when they first entered.")),
    "scans": (_("Scans"), _("Each scan at the door: gate, tablet, admitted or refused, and why.")),
    "letters": (_("Letters"), _("Each letter to buyers, holders and those who wait: to whom, and what became of it.")),
    "shifts": (
        _("Shifts at tills"),
        _("Each drawer: its beginning, sales, voids, what was counted, the difference."),
    ),
    "accounting": (
        _("Accounts by day"),
        _("For each day: sales, tax, refunds, fees, what is left; cash apart, and payouts of the account."),
    ),
    "payouts": (
        _("Payouts"),
        _("Each transfer from Stripe to the bank. They are the account's and may hold other events."),
    ),
}


@dataclass(frozen=True)
class ExportRow:
    """One kind of table; `columns` are names for people and for programs."""

    kind: str
    name: str
    about: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ExportsPage:
    """All that `office/exports.html` shows."""

    event: Heading
    zone: str
    rows: tuple[ExportRow, ...]


@bp.get("")
@signed_in_only
def overview() -> str:
    """What can be taken out of the event."""
    with reading() as session:
        catalog = asked_event(session, "export")
        rows = tuple(_row(kind, str(name), str(about)) for kind, (name, about) in WORDS.items() if _rows(kind))
    return render_template("office/exports.html", page=ExportsPage(heading(catalog), str(catalog.zone), rows))


def _rows(kind: str) -> Rows | None:
    """What who asks may see of a table; None for nothing."""
    export = EXPORTS[kind]
    return export.rows if allowed_everywhere("export") else export.of_event


def _row(kind: str, name: str, about: str) -> ExportRow:
    columns = EXPORTS[kind].columns
    return ExportRow(kind, name, about, tuple(zip(headings(columns), columns, strict=True)))


@bp.get("/<kind>.<form>")
@signed_in_only
def file(kind: str, form: str) -> Response:
    """One table, sent block by block: in the reader's words, or for programs (`codes=1`) in names and codes."""
    now, coded = clock.now(), request.args.get("codes") == "1"
    with writing() as session:
        catalog = asked_event(session, "export")
        if kind not in EXPORTS or form not in TYPES:
            raise Refused("not_found", 404)
        read = _rows(kind)
        if read is None:
            raise Refused("forbidden", 403)
        audit.record(session, now, actor(), "event.export", f"event:{catalog.id}", what=kind, format=form)
    columns, rows = EXPORTS[kind].columns, read(catalog)
    if not coded:
        columns, rows = headings(columns), in_words(kind, columns, rows)
    blocks = BLOCKS[form](columns, rows, catalog.zone)
    answer = Response(stream_with_context(blocks), content_type=TYPES[form])
    name = f"{catalog.slug}-{kind}-{now.astimezone(catalog.zone):%Y%m%d}.{form}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
