"""Changes of an event as people read them: where, what it was, what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.events.compare import Change
from ticketing.office.editor_sections import section_at
from ticketing.office.editor_words import LABELS, label, place_words

TEXT_LENGTH = 160


@dataclass(frozen=True)
class Line:
    """One thing that is different: where, what it was, what it is; `section` is the page that it is edited on."""

    where: str
    before: str
    after: str
    section: str


def lines(found: Iterable[Change], zone: ZoneInfo) -> tuple[Line, ...]:
    """Changes as people read them."""
    return tuple(_line(change, zone) for change in found)


def _line(change: Change, zone: ZoneInfo) -> Line:
    section = section_at(change.place)
    return Line(
        place_words(change.place),
        _said(change.before, zone),
        _said(change.after, zone),
        section.name if section else "",
    )


def _said(value: object, zone: ZoneInfo) -> str:
    """A value of the event file in words."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return _said_table(value, zone)
    if isinstance(value, list):
        return ", ".join(_said(one, zone) for one in value)
    text = str(value)
    if len(text) > 18 and text[10:11] == "T" and text[:4].isdecimal():
        return i18n.date_time(datetime.fromisoformat(text), zone)
    return text if len(text) <= TEXT_LENGTH else f"{text[:TEXT_LENGTH]}…"


def _said_table(value: dict[str, object], zone: ZoneInfo) -> str:
    if set(value) == {"ja", "en"}:
        return _said(value[i18n.language()], zone)
    named = (f"{label(key)}: {_said(part, zone)}" for key, part in value.items() if key in LABELS)
    return " · ".join(named)
