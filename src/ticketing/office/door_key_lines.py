"""Reading what was written beside the list: one line for each tick, as people type it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ticketing.core.i18n import gettext as _

MOST_LINES = 2000
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_LINE = re.compile(
    r"(?P<code>[0-9A-Z]{4,12})[ -]+(?P<number>\d{1,3})"
    r"[ ,;]+(?P<hour>\d{1,2})[:.時](?P<minute>\d{2})(?:[:.分](?P<second>\d{2})?)?"
    r"(?:[ ,;]*(?P<kind>OUT|IN|退場|入場))?"
)
_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class Keyed:
    """A line that can be read: this ticket, then, `entry` or `exit`."""

    text: str
    code: str
    number: int
    at: datetime
    kind: str


@dataclass(frozen=True)
class Unread:
    """A line that cannot be taken, and why, in the language in force."""

    text: str
    why: str


@dataclass(frozen=True)
class Day:
    """The day that the times belong to, where, and what time it is now."""

    on: date
    zone: ZoneInfo
    now: datetime


def read_lines(text: str, day: Day) -> Iterator[Keyed | Unread]:
    """Each line that is not empty, in the order of the paper: `K7M2QFA-1 10:42`, with `out` behind it for an exit.

    Full-width letters, small letters, other dashes, commas and 10.42 or 10時42分 are understood.
    """
    for count, line in enumerate(filter(str.strip, text.splitlines())):
        if count < MOST_LINES:
            yield _read(line.strip(), day)
        else:
            yield Unread(line.strip(), _("Too many lines at once: send this one afterwards."))


def _read(line: str, day: Day) -> Keyed | Unread:
    plain = " ".join(unicodedata.normalize("NFKC", line).translate(_DASHES).upper().split())
    found = _LINE.fullmatch(plain)
    if found is None:
        return Unread(line, _("Write the code, its number and the time, such as K7M2QFA-1 10:42."))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        return Unread(line, _("There is no such time of day."))
    at = datetime.combine(day.on, time(hour, minute, second), day.zone)
    if at > day.now + _CLOCKS_DIFFER:
        return Unread(line, _("That time is still to come. Look at the day above too."))
    kind = "exit" if found["kind"] in {"OUT", "退場"} else "entry"
    return Keyed(line, found["code"], int(found["number"]), at, kind)
