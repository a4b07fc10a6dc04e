"""What programs may look up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ticketing.api import asked, facts
from ticketing.api.answers import (
    Availability,
    EventFacts,
    EventList,
    MoneyFacts,
    OrderFacts,
    OrderPage,
    ScanPage,
    TicketList,
    TicketPage,
)
from ticketing.api.asked import ListQuery, OrdersQuery, ScansQuery, TicketsQuery
from ticketing.api.calls import Asker, Call, check, event_of
from ticketing.api.report_answers import Attendance, MoneyReport, RoomPeople, Sales, TierSales
from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.core.money import Money
from ticketing.door import attendance, occupancy
from ticketing.events.catalog import Catalog, load, load_by_id, slugs
from ticketing.inventory import levels
from ticketing.orders.models import Order
from ticketing.reports import day, listing
from ticketing.reports.money import money as money_of
from ticketing.tickets.issue import of_order


def list_events(asker: Asker) -> EventList:
    """The events that the token reaches."""
    with reading() as session:
        known = [load(session, slug) for slug in slugs(session)]
    return EventList([facts.event(one) for one in known if asker.bearer.reaches(one.id, "events:read")])


def get_event(asker: Asker, slug: str) -> EventFacts:
    """One event: its programs and tiers."""
    with reading() as session:
        return facts.event(event_of(session, asker, slug, "events:read"))


def get_availability(asker: Asker, slug: str) -> Availability:
    """How many places there are at this moment."""
    with reading() as session:
        catalog = event_of(session, asker, slug, "events:read")
        return facts.availability(catalog, levels.read(session, catalog.id), asker.now)


def list_orders(asker: Asker, slug: str) -> OrderPage:
    """The orders of an event, the newest first."""
    query = asked.query(OrdersQuery)
    with reading() as session:
        catalog = event_of(session, asker, slug, "orders:read")
        page = listing.orders(session, catalog.id, {"state": query.state, **_span(query)}, asked.part(query))
        rows = [facts.order(catalog, row, personal=asker.sees_people(catalog.id)) for row in page.rows]
    return OrderPage(rows, asked.cursor(page.after))


def get_order(asker: Asker, code: str) -> OrderFacts:
    """One order."""
    with reading() as session:
        order, catalog = opened(session, asker, code, "orders:read")
        return facts.order(catalog, order, personal=asker.sees_people(catalog.id))


def list_order_tickets(asker: Asker, code: str) -> TicketList:
    """The tickets of one order."""
    with reading() as session:
        order, catalog = opened(session, asker, code, "tickets:read")
        personal = asker.sees_people(catalog.id)
        return TicketList([facts.ticket(catalog, row, personal=personal) for row in of_order(session, order.code)])


def list_tickets(asker: Asker, slug: str) -> TicketPage:
    """The tickets of an event, the newest first."""
    query = asked.query(TicketsQuery)
    with reading() as session:
        catalog = event_of(session, asker, slug, "tickets:read")
        wanted = {"state": query.state, "tier_id": _tier_id(catalog, query.tier), **_span(query)}
        page = listing.tickets(session, catalog.id, wanted, asked.part(query))
        rows = [facts.ticket(catalog, row, personal=asker.sees_people(catalog.id)) for row in page.rows]
    return TicketPage(rows, asked.cursor(page.after))


def list_scans(asker: Asker, slug: str) -> ScanPage:
    """The scans of an event, those that reached us last first; refused ones too."""
    query = asked.query(ScansQuery)
    with reading() as session:
        catalog = event_of(session, asker, slug, "scans:read")
        wanted = {"decision": query.decision, "gate": query.gate, **_span(query)}
        page = listing.scans(session, catalog.id, wanted, asked.part(query))
        rows = [facts.scan(catalog, row) for row in page.rows]
    return ScanPage(rows, asked.cursor(page.after))


def report_sales(asker: Asker, slug: str) -> Sales:
    """What is sold and held by tier, and what paid orders come to."""
    with reading() as session:
        catalog = event_of(session, asker, slug, "reports:read")
        present = levels.read(session, catalog.id).tiers
        count, gross = day.paid_orders(session, catalog.id)
    tiers = [
        TierSales(tier.code, present[tier.id].sold, present[tier.id].held, facts.money(tier.price))
        for tier in catalog.tiers
    ]
    return Sales(catalog.slug, count, facts.money(Money(gross, catalog.currency)), tiers)


def report_attendance(asker: Asker, slug: str) -> Attendance:
    """Who came, and who is inside now."""
    with reading() as session:
        catalog = event_of(session, asker, slug, "reports:read")
        valid, entered = attendance.of_event(session, catalog.id)
        rooms = {program.room.id: program.room.code for program in catalog.programs}
        people = [(code, occupancy.people(session, room_id)) for room_id, code in rooms.items()]
    inside = [RoomPeople(code, one.inside, one.untracked, one.capacity) for code, one in people]
    return Attendance(catalog.slug, valid, entered, inside)


def report_money(asker: Asker, slug: str) -> MoneyReport:
    """Gross, Stripe's fees, refunds, disputes, net."""
    with reading() as session:
        catalog = event_of(session, asker, slug, "reports:read")
        sums = money_of(session, catalog.id).sums

    def yen(amount: int) -> MoneyFacts:
        return MoneyFacts(amount, catalog.currency)

    return MoneyReport(
        event=catalog.slug,
        gross=yen(sums.gross),
        fees=yen(sums.fee),
        refunded=yen(sums.refunded),
        disputed=yen(sums.disputed),
        paid_outside=yen(sums.outside),
        net=yen(sums.net),
        fees_unknown=sums.fees_unknown,
    )


def opened(session: Session, asker: Asker, code: str, scope: str) -> tuple[Order, Catalog]:
    """The order with this code and its event, where the token reaches that; raises Refused("not_found", 404)."""
    order = listing.order_of(session, code)
    check(asker, order.event_id, scope)
    return order, load_by_id(session, order.event_id)


def _span(query: ListQuery) -> dict[str, datetime | None]:
    return {"since": asked.instant(query.since), "until": asked.instant(query.until)}


def _tier_id(catalog: Catalog, code: str | None) -> int | None:
    if code is None:
        return None
    found = [tier.id for tier in catalog.tiers if tier.code == code]
    if not found:
        raise Refused("unknown_tier", 400)
    return found[0]


EVENT = "/events/<slug>"
ORDER = "/orders/<code>"
LIST: dict[str, Any] = {"refusals": (400, 404)}
CALLS = (
    Call("GET", "/events", "events:read", EventList, list_events),
    Call("GET", EVENT, "events:read", EventFacts, get_event, refusals=(404,)),
    Call("GET", f"{EVENT}/availability", "events:read", Availability, get_availability, refusals=(404,)),
    Call("GET", f"{EVENT}/orders", "orders:read", OrderPage, list_orders, query=OrdersQuery, **LIST),
    Call("GET", f"{EVENT}/tickets", "tickets:read", TicketPage, list_tickets, query=TicketsQuery, **LIST),
    Call("GET", f"{EVENT}/scans", "scans:read", ScanPage, list_scans, query=ScansQuery, **LIST),
    Call("GET", f"{EVENT}/reports/sales", "reports:read", Sales, report_sales, refusals=(404,)),
    Call("GET", f"{EVENT}/reports/attendance", "reports:read", Attendance, report_attendance, refusals=(404,)),
    Call("GET", f"{EVENT}/reports/money", "reports:read", MoneyReport, report_money, refusals=(404,)),
    Call("GET", ORDER, "orders:read", OrderFacts, get_order, refusals=(404,)),
    Call("GET", f"{ORDER}/tickets", "tickets:read", TicketList, list_order_tickets, refusals=(404,)),
)
