"""A copy of an event at another time: for a demonstration, a rehearsal, or next year."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.events.file_parts import EventFile


def shift(file: EventFile, starts_at: datetime) -> EventFile:
    """The same event with all its times moved by one amount, so that it starts at `starts_at`.

    Days without a time of day move to the day that their noon falls on. A naive `starts_at` raises ValueError.
    """
    if starts_at.tzinfo is None:
        raise ValueError("an event cannot start at a naive time")
    zone = ZoneInfo(file.event.timezone)
    amount = starts_at - file.event.starts_at
    moved: EventFile = _moved(file, amount, zone)
    return moved


def _moved(value: Any, amount: timedelta, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return (value + amount).astimezone(zone)
    if isinstance(value, date):
        return (datetime.combine(value, time(12), zone) + amount).date()
    if isinstance(value, tuple):
        return tuple(_moved(item, amount, zone) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part.name: _moved(getattr(value, part.name), amount, zone) for part in fields(value)})
    return value
