"""The tickets of an order on paper, in the buyer's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ticketing.core import i18n
from ticketing.core.i18n import clock_time, date, force_locale, pick
from ticketing.core.i18n import gettext as _
from ticketing.events.artwork import artwork
from ticketing.events.catalog import Catalog, TierInfo
from ticketing.events.titles import title_lines
from ticketing.orders.reading import OrderView, TicketView

if TYPE_CHECKING:
    from ticketing.tickets.pdf import EventTexts, TicketPage, TierTexts

SIGNS = "●◐▲■◆"
PHONE = "phone"
NO_CODE = "COPY"
"""What the symbol of a copy says: no ticket code at all."""


def valid_tickets(order: OrderView) -> tuple[TicketView, ...]:
    """The tickets that still admit somebody, and were not passed on."""
    return tuple(ticket for ticket in order.tickets if ticket.admits)


def file_name(order: OrderView, size: str = "a4") -> str:
    """What the file is called on the buyer's phone."""
    return f"tickets-{order.code}.pdf" if size != PHONE else f"tickets-{order.code}-phone.pdf"


def tickets_pdf(catalog: Catalog, order: OrderView, size: str = "a4") -> bytes:
    """All valid tickets as one PDF, a page each, to print or (`size` is PHONE) for a screen; one must be valid."""
    from ticketing.tickets import pdf  # noqa: PLC0415 (reportlab and its fonts: 10 MiB for who prints only)

    with force_locale(order.language):
        texts = _event_texts(catalog, pdf.EventTexts)
        tiers = {tier.code: _tier_texts(catalog, tier, pdf.TierTexts) for tier in catalog.tiers}
        tickets = valid_tickets(order)
        pages = [_page(order, ticket, texts, tiers[ticket.tier.code], pdf.TicketPage) for ticket in tickets]
        return pdf.render(pages, artwork(catalog).poster, sheet=pdf.PHONE if size == PHONE else pdf.SHEET)


def copies_pdf(catalog: Catalog, order: OrderView) -> bytes:
    """All tickets as they were issued, revoked ones too, but without their codes: to show what was sold.

    At least one must have been issued.
    """
    from ticketing.tickets import pdf  # noqa: PLC0415 (as above)

    with force_locale(order.language):
        texts = _event_texts(catalog, pdf.EventTexts)
        band = _("Copy of a ticket, without its code: admits nobody")
        texts = replace(texts, rehearsal="  ".join(filter(None, (band, texts.rehearsal))))
        tiers = {tier.code: _tier_texts(catalog, tier, pdf.TierTexts) for tier in catalog.tiers}
        pages = [_page(order, ticket, texts, tiers[ticket.tier.code], pdf.TicketPage) for ticket in order.tickets]
        return pdf.render([replace(page, code=NO_CODE, code_alt=band) for page in pages], artwork(catalog).poster)


def _page(
    order: OrderView, ticket: TicketView, event: EventTexts, tier: TierTexts, make: Callable[..., TicketPage]
) -> TicketPage:
    price = next(i18n.money(line.amount_each) for line in order.lines if line.tier.code == ticket.tier.code)
    return make(
        event=event,
        tier=tier,
        attendee=ticket.attendee,
        order_code=order.code,
        number=ticket.number,
        count=_("%(number)s of %(count)s", number=order.tickets.index(ticket) + 1, count=len(order.tickets)),
        price=_("%(price)s, tax included", price=price),
        code=ticket.code,
        code_alt=_("QR code of ticket %(code)s", code=f"{order.code}-{ticket.number}"),
    )


def _event_texts(catalog: Catalog, make: Callable[..., EventTexts]) -> EventTexts:
    lang = i18n.language()
    zone = catalog.zone
    first = catalog.programs[0]
    start = catalog.starts_at.astimezone(zone)
    ja = lang == "ja"
    return make(
        language=lang,
        title_lines=title_lines(catalog, lang),
        other_title=pick(catalog.title, "en") if ja else "",
        date=f"{start:%Y.%m.%d}" if ja else date(start, zone, lang),
        weekday=f"({i18n.WEEKDAYS_JA[start.weekday()]})" if ja else "",
        times=i18n.span(catalog.starts_at, catalog.ends_at, zone),
        doors=_("Doors open %(time)s", time=clock_time(first.doors_open_at, zone)),
        venue=f"{pick(catalog.venue.name)} {pick(first.room.name)}",
        order_label=_("Order"),
        admits_label=_("Admits to"),
        access_label=_("Getting there"),
        access=(pick(catalog.venue.address), pick(catalog.venue.access)),
        notes_label=_("Please note"),
        notes=_notes(),
        organizer=_organizer(catalog),
        rehearsal=_("REHEARSAL: not a real ticket") if catalog.rehearsal else "",
        art_alt=_("The poster: two bands of thin strips that come together to one figure"),
    )


def _tier_texts(catalog: Catalog, tier: TierInfo, make: Callable[..., TierTexts]) -> TierTexts:
    admits = [
        f"{pick(program.title)} {i18n.span(program.starts_at, program.ends_at, catalog.zone)}"
        for program in catalog.programs_of(tier)
    ]
    if tier.reentry:
        admits.append(_("Your code is read each time you go in or out. You may come back in."))
    else:
        admits.append(_("Your code is read when you go in. It admits once."))
    return make(sign=SIGNS[tier.sign % len(SIGNS)], name=pick(tier.name), admits=tuple(admits))


def _notes() -> tuple[str, ...]:
    return (
        _("This code lets one person in. Keep it off social media."),
        _("Tickets bought from resellers may be refused at the door."),
    )


def _organizer(catalog: Catalog) -> str:
    names = (catalog.seller.get("name") or {}, catalog.page.get("series") or {})
    return " ".join(filter(None, map(pick, names)))
