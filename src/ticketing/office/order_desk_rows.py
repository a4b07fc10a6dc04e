"""What the office itself did to an order, for its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ticketing.core.i18n import gettext as _
from ticketing.reports.dossier import Dossier


@dataclass(frozen=True)
class Found:
    """One thing that happened, by whom (as the audit log has it), with what they wrote."""

    at: datetime
    text: str
    by: str = ""
    note: str = ""


def of_the_desk(file: Dossier) -> Iterator[Found]:
    """Notes, and what was corrected."""
    for note in file.notes:
        yield Found(note.at, _("Note"), note.by, note.text)
    for one in file.corrections:
        facts = {"before": one.before or "–", "after": one.after or "–", "number": one.number}
        texts = {
            "name": _("Buyer's name: %(before)s became %(after)s", **facts),
            "kana": _("Buyer's name in kana: %(before)s became %(after)s", **facts),
            "email": _("E-mail address: %(before)s became %(after)s", **facts),
            "attendee": _("Ticket %(number)s: %(before)s became %(name)s", **facts, name=facts["after"]),
        }
        yield Found(one.at, texts[one.what], one.by)
