"""What becomes of personal data, as Japan's Act on the Protection of Personal Information wants it told: purposes
(articles 17, 21), keeping (22), care (23 to 25), who receives it (27, 28), what people may ask for (32 to 39)."""

from __future__ import annotations

from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.shop.legal_terms import Part


def privacy(catalog: Catalog) -> tuple[Part, ...]:
    """Who keeps what, what for, who else receives it, how long, and how to ask."""
    return (
        _who(catalog),
        _what(),
        _purposes(),
        _receivers(catalog),
        _keeping(catalog),
        _care(),
        _rights(catalog),
    )


def _who(catalog: Catalog) -> Part:
    return Part(
        _("Who is responsible"),
        (
            pick(catalog.seller.get("name", {})),
            _("The address and the person in charge stand above, under the Act on Specified Commercial Transactions."),
        ),
    )


def _what() -> Part:
    return Part(
        _("What we keep"),
        (
            _("Your name and e-mail address, the names on the tickets and how they are read where you give them, "
              "what you ordered, how the payment stands, and when a ticket was used at the door."),
            _("For the waiting list: your e-mail address and how many places you want."),
            _("Card numbers and bank accounts never reach us: Stripe takes them on its own page."),
            _("Addresses of the network are counted for half an hour at most, against misuse. The cookies here "
              "hold your language and the order you began; there are no trackers and no advertising."),
        ),
    )  # fmt: skip


def _purposes() -> Part:
    again = _("To send you your tickets and what you must know about the event: changes, reminders, its calling off")
    return Part(
        _("What for"),
        (
            again,
            _("To check tickets at the door and to keep to the number of people that the room may hold"),
            _("To take payments, give money back, and issue receipts"),
            _("To answer you, and to offer you places from the waiting list"),
            _("To prevent misuse, and to keep the books that the law demands"),
            _("For nothing else. We send no advertising."),
        ),
    )


def _receivers(catalog: Catalog) -> Part:
    lines = [
        _("Stripe (payments) receives your e-mail address and what you buy, and what you enter on its page. It also "
          "keeps data outside Japan, in the United States among others; its own privacy policy applies there."),
        _("The company that carries our e-mail receives your address and the letters to you."),
        _("The staff at the door see your ticket, and on the list on paper the names."),
    ]  # fmt: skip
    if catalog.policy.get("door_names"):
        lines.append(_("The tablets at the door show the name on a ticket."))
    lines += [
        _("Apple or Google, only if you add a ticket to their wallet yourself."),
        _("Nobody else without your consent, unless the law demands it."),
    ]
    return Part(_("Who receives it"), tuple(lines))


def _keeping(catalog: Catalog) -> Part:
    days = int(catalog.policy.get("keep_personal_data_days", 90))
    erased = (
        _(
            "%(days)s days after the event we erase names and addresses that the law does not tell us to keep.",
            days=days,
        )
        if days
        else _("After the event we erase names and addresses that the law does not tell us to keep.")
    )
    lines = [erased, _("Records of sales are kept as long as tax law demands, as a rule for seven years.")]
    return Part(_("How long"), tuple(lines))


def _care() -> Part:
    return Part(
        _("How it is guarded"),
        (
            _("Only people who need it for this event can see it, each with an account of their own; what they do is "
              "recorded. Connections are encrypted. Should data leak, we report it and tell you as the law demands."),
        ),
    )  # fmt: skip


def _rights(catalog: Catalog) -> Part:
    email = str(catalog.seller.get("email", ""))
    return Part(
        _("What you may ask for"),
        (
            _("You may ask what we keep of you, and have it corrected, erased or no longer used. Write to %(email)s "
              "from the "
              "address you ordered with; we answer without delay and charge nothing.", email=email),
        ),
    )  # fmt: skip
