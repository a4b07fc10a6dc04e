"""The terms on which tickets are sold, out of the event's rules. They promise nothing that the house does not do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.orders.term_lines import cancellation, change_until


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it."""

    title: str
    lines: tuple[str, ...]


def terms(catalog: Catalog, now: datetime) -> tuple[Part, ...]:
    """The contract, entry, giving back, changes, resale, the waiting list, and what law holds."""
    waiting = [_waiting(catalog)] if catalog.offer_length is not None else []
    return (_contract(catalog), _entry(catalog), _back(catalog, now), _passing_on(catalog, now), *waiting, _rest())


def _contract(catalog: Catalog) -> Part:
    seller = pick(catalog.seller.get("name", {}))
    return Part(
        _("The contract"),
        (
            _("These terms hold between %(seller)s (the seller) and whoever orders tickets here.", seller=seller),
            _("The contract is made when your payment is confirmed; your tickets are issued then."),
            _(
                "While you pay, your places are kept for %(minutes)s minutes, or until the time shown for a payment "
                "at a "
                "convenience store. Without payment by then they are free again, and nothing is charged.",
                minutes=catalog.hold_minutes,
            ),
        ),
    )


def _entry(catalog: Catalog) -> Part:
    again = [pick(tier.name) for tier in catalog.tiers if tier.reentry]
    lines = [
        _(
            "One ticket lets one person in. Each code counts once: when a copy of it was used first, the ticket is "
            "used."
        ),
        _("Keep the code and the link to your order to yourself. Show the code at the door, on a screen or on paper."),
    ]
    if again:
        tiers = _(", ").join(again)
        lines.append(_("With these tickets you may leave and come back: %(tiers)s.", tiers=tiers))
    lines += [
        _("The room takes no more people than the law allows. Follow the staff's directions, also in an emergency."),
        _("Whoever endangers or seriously disturbs others may be refused entry or sent out, without a refund."),
    ]
    return Part(_("Entry"), tuple(lines))


def _back(catalog: Catalog, now: datetime) -> Part:
    rules = cancellation(catalog, now)
    possible = len(rules) > 1
    how = _(
        "You cancel on the page of your order. The money goes back the way it came, within the times of your card's "
        "company; for a payment at a convenience store, Stripe asks you by e-mail for a bank account."
    )
    off = _(
        "If the event is called off, or its day or venue changes so that you cannot come, the full price of the "
        "tickets goes back."
    )
    more = (
        _("Speakers and the order of the program may change; that alone is no reason for a refund."),
        _("Travel and lodging are not replaced, unless the seller acted with intent or gross negligence."),
    )
    return Part(_("Cancellation and refunds"), (*rules, *([how] if possible else []), off, *more))


def _passing_on(catalog: Catalog, now: datetime) -> Part:
    until = change_until(catalog, now)
    lines = [_("You may give a ticket to somebody else for the price you paid, or less.")]
    if until:
        lines.append(_("The name on a ticket can be changed until %(until)s.", until=until))
    lines += [
        _("Selling tickets above their price or as a business, and offering them on resale sites, is not allowed."),
        _("Tickets bought from resellers may be refused at the door."),
    ]
    return Part(_("Changes, passing on, resale"), tuple(lines))


def _waiting(catalog: Catalog) -> Part:
    length = catalog.offer_length
    return Part(
        _("Waiting list"),
        (
            _(
                "Joining costs nothing and promises no ticket. Places that become free are offered by e-mail in the "
                "order in "
                "which people joined, and kept for %(length)s, at most until the sale ends; then they go to the next.",
                length=i18n.duration(length) if length else "",
            ),
        ),
    )


def _rest() -> Part:
    return Part(
        _("Law"),
        (
            _("The law of Japan applies. Rights that the law gives to consumers stay as they are."),
            _("Where the Japanese and the English text differ, the Japanese one holds."),
        ),
    )
