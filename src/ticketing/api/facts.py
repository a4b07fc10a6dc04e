"""From the house's own facts to what programs get."""

from __future__ import annotations

from datetime import datetime

from msgspec import convert

from ticketing.api.answers import (
    Availability,
    Decision,
    EventFacts,
    LineFacts,
    Mode,
    MoneyFacts,
    OrderFacts,
    OrderState,
    Person,
    ProgramFacts,
    ProgramLevel,
    SaleState,
    ScanFacts,
    ScanKind,
    TicketFacts,
    TicketState,
    TierFacts,
    TierLevel,
)
from ticketing.api.answers import Texts as TextFacts
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.events.places import Texts
from ticketing.inventory.levels import Levels
from ticketing.orders.models import Order
from ticketing.reports.listing import ScanRow
from ticketing.tickets.models import Ticket


def money(amount: Money) -> MoneyFacts:
    """An amount."""
    return MoneyFacts(amount.amount, amount.currency)


def texts(text: Texts) -> TextFacts:
    """A text in both languages."""
    return TextFacts(ja=text.get("ja", ""), en=text.get("en", ""))


def event(catalog: Catalog) -> EventFacts:
    """An event as anybody may know it."""
    return EventFacts(
        slug=catalog.slug,
        title=texts(catalog.title),
        starts_at=catalog.starts_at,
        ends_at=catalog.ends_at,
        timezone=catalog.zone.key,
        currency=catalog.currency,
        venue=texts(catalog.venue.name),
        rehearsal=catalog.rehearsal,
        canceled_at=catalog.canceled_at,
        programs=[
            ProgramFacts(
                one.code, texts(one.title), one.room.code, one.starts_at, one.ends_at, one.doors_open_at, one.places
            )
            for one in catalog.programs
        ],
        tiers=[
            TierFacts(
                code=tier.code,
                name=texts(tier.name),
                price=money(tier.price),
                tax_percent=tier.tax_percent,
                admits=list(tier.admits),
                reentry=tier.reentry,
                sale_starts_at=tier.sale_starts_at,
                sale_ends_at=tier.sale_ends_at,
            )
            for tier in catalog.tiers
        ],
    )


def availability(catalog: Catalog, levels: Levels, now: datetime) -> Availability:
    """The places of an event now."""
    tiers = []
    for tier in catalog.tiers:
        level, sale = levels.tiers[tier.id], "over" if catalog.canceled_at else tier.sale_state(now)
        left = levels.left(catalog, tier) if sale == "open" else 0
        state = convert(sale, SaleState)
        tiers.append(TierLevel(tier.code, state, left, level.sold, level.held, level.waiting))
    programs = []
    for program in catalog.programs:
        level = levels.programs[program.id]
        programs.append(ProgramLevel(program.code, level.capacity, level.sold, level.held, level.left))
    return Availability(catalog.slug, tiers, programs)


def order(catalog: Catalog, row: Order, *, personal: bool) -> OrderFacts:
    """An order with its lines; who bought it only where that may be told."""
    return OrderFacts(
        code=row.code,
        event=catalog.slug,
        state=convert(row.state, OrderState),
        total=MoneyFacts(row.total_minor, row.currency),
        tax=MoneyFacts(row.tax_minor, row.currency),
        lines=[
            LineFacts(
                catalog.tier_by_id(line.tier_id).code,
                line.quantity,
                MoneyFacts(line.unit_minor, row.currency),
                line.tax_percent,
            )
            for line in row.lines
        ],
        created_at=row.created_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        ended_at=row.ended_at,
        buyer=Person(row.buyer_name, row.buyer_email, row.language) if personal else None,
    )


def ticket(catalog: Catalog, row: Ticket, *, personal: bool) -> TicketFacts:
    """A ticket without its code; the name on it only where that may be told."""
    return TicketFacts(
        order=row.order_code,
        number=row.number,
        tier=catalog.tier_by_id(row.tier_id).code,
        state=convert(row.state, TicketState),
        issue=row.issue,
        issued_at=row.issued_at,
        revoked_at=row.revoked_at,
        attendee=row.attendee if personal else None,
    )


def scan(catalog: Catalog, row: ScanRow) -> ScanFacts:
    """A scan."""
    one = row.scan
    return ScanFacts(
        id=one.id,
        kind=convert(one.kind, ScanKind),
        decision=convert(one.decision, Decision),
        reason=one.reason,
        mode=convert(one.mode, Mode),
        gate=row.gate,
        device=row.device,
        order=row.order_code,
        number=row.number,
        tier=catalog.tier_by_id(row.tier_id).code if row.tier_id else None,
        scanned_at=one.scanned_at,
        received_at=one.received_at,
        undoes=one.undoes,
    )
