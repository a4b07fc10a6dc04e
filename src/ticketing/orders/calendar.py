"""The dates of an order as an iCalendar file (RFC 5545, published by RFC 5546), in the language in force.

One entry for each program that a ticket of the order admits to. What changes later is told by the same file under the
same UIDs: an entry that no valid ticket stands behind any more is a canceled one. Calendars are shared with families
and offices, so neither the order's secret nor a ticket code is in it. Import this module where it is used only: the
library costs some MiB and a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Alarm, Calendar, Event, vCalAddress

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog, ProgramInfo
from ticketing.events.titles import short_title
from ticketing.orders.links import public_url
from ticketing.orders.reading import OrderView, TicketView

PARAMETERS: Mapping[str, str] = {"charset": "UTF-8", "method": "PUBLISH"}
MIME = "text/calendar; charset=UTF-8; method=PUBLISH"
FIRST_ALARM, LATER_ALARM = timedelta(hours=-2), timedelta(minutes=-30)


def file_name(order: OrderView) -> str:
    """What the file is called on the buyer's phone."""
    return f"event-{order.code}.ics"


def calendar_file(catalog: Catalog, order: OrderView, now: datetime) -> bytes:
    """All programs that the tickets of this order admit to, or did; at least one ticket must have been issued."""
    made = Calendar()
    made.add("prodid", "-//ticketing//order//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    alarm = FIRST_ALARM
    for program in catalog.programs:
        tickets = [ticket for ticket in order.tickets if program.code in ticket.tier.admits]
        valid = [ticket for ticket in tickets if ticket.admits]
        if tickets:
            entry = _entry(catalog, order, program, now)
            made.add_component(entry)
            if catalog.canceled_at or not valid:
                _call_off(entry, catalog)
            else:
                entry.add("status", "CONFIRMED")
                entry.add("description", _description(catalog, order, program, valid))
                entry.add_component(_alarm(str(entry["summary"]), alarm))
                alarm = LATER_ALARM
    _add_zone(made, catalog)
    return bytes(made.to_ical())


def _entry(catalog: Catalog, order: OrderView, program: ProgramInfo, now: datetime) -> Event:
    """What an entry says whatever became of the tickets. Its sequence rises with every change of the event."""
    entry = Event()
    entry.add("uid", str(uuid5(UUID(order.id), program.code)))
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("sequence", catalog.revision)
    entry.add("summary", _summary(catalog, program))
    entry.add("dtstart", program.starts_at.astimezone(catalog.zone))
    entry.add("dtend", program.ends_at.astimezone(catalog.zone))
    entry.add("url", f"{public_url()}/e/{catalog.slug}")
    seller = vCalAddress(f"mailto:{catalog.seller.get('email', '')}")
    seller.params["CN"] = pick(catalog.seller.get("name") or {"en": ""})
    entry.add("organizer", seller)
    _place(entry, catalog, program)
    return entry


def _place(entry: Event, catalog: Catalog, program: ProgramInfo) -> None:
    """Where it is; with a point on the map where the event's map link has one, so that Apple shows the way."""
    parts = (pick(program.room.name), pick(catalog.venue.name), pick(catalog.venue.address))
    entry.add("location", ", ".join(filter(None, parts)))
    if point := catalog.venue.coordinates:
        entry.add("geo", point)
        facts = {"VALUE": "URI", "X-TITLE": pick(catalog.venue.name), "X-APPLE-RADIUS": "100"}
        entry.add("x-apple-structured-location", f"geo:{point[0]},{point[1]}", parameters=facts)


def _summary(catalog: Catalog, program: ProgramInfo) -> str:
    parts = [_("REHEARSAL")] if catalog.rehearsal else []
    parts.append(short_title(catalog, i18n.language()))
    if len(catalog.programs) > 1:
        parts.append(pick(program.title))
    return " – ".join(parts)


def _description(catalog: Catalog, order: OrderView, program: ProgramInfo, tickets: list[TicketView]) -> str:
    names = [pick(ticket.tier.name) for ticket in tickets]
    counted = [_("%(quantity)s × %(tier)s", quantity=names.count(name), tier=name) for name in dict.fromkeys(names)]
    return "\n".join(
        (
            _("Doors open %(time)s", time=i18n.clock_time(program.doors_open_at, catalog.zone)),
            ", ".join(counted),
            f"{_('Order')} {order.code}",
            pick(catalog.venue.access),
            _("Your tickets are in our letter and on your order page, not here: calendars are often shared."),
        )
    )


def _call_off(entry: Event, catalog: Catalog) -> None:
    """Take an entry back; its title says so too, for calendars that do not look at the status."""
    what = str(entry.pop("summary"))
    text = _("Called off: %(what)s", what=what) if catalog.canceled_at else _("Canceled: %(what)s", what=what)
    entry.add("summary", text)
    entry.add("status", "CANCELLED")
    entry.add("transp", "TRANSPARENT")


def _alarm(text: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", before)
    return alarm


def _add_zone(made: Calendar, catalog: Catalog) -> None:
    """Describe the event's time zone around its day: not every calendar knows its name."""
    day = catalog.starts_at.astimezone(catalog.zone).date()
    made.add_missing_timezones(first_date=day - timedelta(days=400), last_date=day + timedelta(days=400))
