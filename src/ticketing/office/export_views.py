"""Tables to take away: what there is, and the files. They hold personal data, so the audit log keeps who took what."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, send_file, stream_with_context
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from ticketing.core import audit, clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.events.heading import Heading, heading
from ticketing.office.access import actor, asked_event
from ticketing.reports.export_files import csv_blocks, write_xlsx
from ticketing.reports.exports import EXPORTS
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
    "accounting": (_("Accounts by day"), _("For each day: sales, tax, refunds, fees, what is left; cash apart.")),
}


@dataclass(frozen=True)
class ExportRow:
    """One kind of table."""

    kind: str
    name: str
    about: str
    columns: tuple[str, ...]


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
    rows = tuple(
        ExportRow(kind, str(name), str(about), tuple(EXPORTS[kind].columns)) for kind, (name, about) in WORDS.items()
    )
    return render_template("office/exports.html", page=ExportsPage(heading(catalog), str(catalog.zone), rows))


@bp.get("/<kind>.<form>")
@signed_in_only
def file(kind: str, form: str) -> Response:
    """One table as CSV, sent while it is read, or as a workbook, which is sent when it is whole."""
    now = clock.now()
    with writing() as session:
        catalog = asked_event(session, "export")
        if kind not in EXPORTS or form not in TYPES:
            raise Refused("not_found", 404)
        audit.record(session, now, actor(), "event.export", f"event:{catalog.id}", what=kind, format=form)
    table, name = EXPORTS[kind], f"{catalog.slug}-{kind}-{now.astimezone(catalog.zone):%Y%m%d}.{form}"
    if form == "csv":
        blocks = csv_blocks(table.columns, table.rows(catalog), catalog.zone)
        answer = Response(stream_with_context(blocks), content_type=TYPES[form])
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        return answer
    book = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it was sent)
    write_xlsx(book, table.columns, table.rows(catalog), catalog.zone)
    book.seek(0)
    return send_file(book, TYPES[form], as_attachment=True, download_name=name)
