"""When the people who have a ticket are reminded of an event."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from ticketing.events.catalog import Catalog

HOUR = time(10)
"""In the event's zone, on the day before: nobody is woken, and there is a day to find the tickets."""


def reminder_at(catalog: Catalog) -> datetime | None:
    """The moment of the reminder: the event's own, else ten in the morning on the day before; None where it is off."""
    if not catalog.policy.get("reminder", True):
        return None
    own = catalog.policy.get("reminder_at")
    if own:
        return own if isinstance(own, datetime) else datetime.fromisoformat(str(own))
    day_before = catalog.starts_at.astimezone(catalog.zone).date() - timedelta(days=1)
    return datetime.combine(day_before, HOUR, catalog.zone)
