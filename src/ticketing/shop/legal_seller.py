"""特定商取引法に基づく表記: what Japan's Act on Specified Commercial Transactions (articles 11 and 12-6) wants told.

The event's file says who sells; prices, periods, limits and cancellation are those that the shop applies. A statement
in the file under the same Japanese title replaces a row; others stand after them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.orders.term_lines import cancellation, last_moment

EMAIL = "email"


@dataclass(frozen=True)
class Row:
    """One item and its sentences; the one with the key EMAIL is an address to write to."""

    key: str
    title: str
    lines: tuple[str, ...]


def rows(catalog: Catalog, now: datetime) -> tuple[Row, ...]:
    """All items with something to say, in the order that readers of such pages know."""
    statements = {str(one["title"].get("ja", "")): one for one in catalog.seller.get("statements", ())}
    found = []
    for row in (*_who(catalog), *_price(catalog), *_when(catalog), *_back(catalog, now)):
        own = statements.pop(_japanese(row.key), None)
        found.append(Row(row.key, pick(own["title"]), (pick(own["text"]),)) if own else row)
    more = (Row("", pick(one["title"]), (pick(one["text"]),)) for one in statements.values())
    return tuple(row for row in (*found, *more) if any(row.lines))


# The titles by which a statement in the event's file replaces a row; they are those of the Japanese page.
TITLES = {
    "price": "販売価格",
    "charges": "販売価格以外に必要な費用",
    "method": "お支払い方法",
    "payment": "お支払いの時期",
    "delivery": "チケットのお渡し時期",
    "service": "サービスの提供時期",
    "period": "お申し込みの期間",
    "limits": "販売数量の制限",
    "cancel": "キャンセル・返金",
    "needs": "動作環境",
}


def _japanese(key: str) -> str:
    return TITLES.get(key, key)


def _who(catalog: Catalog) -> tuple[Row, ...]:
    seller = catalog.seller
    return (
        Row("name", _("Seller"), (pick(seller.get("name", {})),)),
        Row("responsible", _("Responsible"), (pick(seller.get("responsible", {})),)),
        Row("address", _("Address"), (pick(seller.get("address", {})),)),
        Row("phone", _("Phone"), (pick(seller.get("phone", {})),)),
        Row(EMAIL, _("E-mail"), (str(seller.get("email", "")),)),
        Row("registration", _("Registration number"), (str(seller.get("registration_number", "")),)),
    )


def _price(catalog: Catalog) -> tuple[Row, ...]:
    prices = tuple(
        _("%(tier)s: %(price)s, tax included", tier=pick(tier.name), price=i18n.money(tier.price))
        for tier in catalog.tiers
    )
    charges = _("None of ours. Your own connection to the internet is at your cost.")
    methods, payments = [_("Card (on Stripe's payment page)")], [_("By card: charged when you confirm the payment.")]
    if _konbini(catalog):
        methods.append(_("Convenience store, while it is offered on the payment page"))
        payments.append(_("At a convenience store: by the time that is shown after you order; else the order ends."))
    return (
        Row("price", _("Selling price"), prices),
        Row("charges", _("Other charges"), (charges,)),
        Row("method", _("Ways to pay"), tuple(methods)),
        Row("payment", _("When to pay"), tuple(payments)),
    )


def _when(catalog: Catalog) -> tuple[Row, ...]:
    delivery = _("By e-mail and on the order's page, as soon as the payment is confirmed. Nothing is sent by post.")
    programs = (
        _(
            "%(program)s: %(day)s %(hours)s",
            program=pick(program.title),
            day=i18n.date(program.starts_at, catalog.zone),
            hours=i18n.span(program.starts_at, program.ends_at, catalog.zone),
        )
        for program in catalog.programs
    )
    return (
        Row("delivery", _("When you get your tickets"), (delivery,)),
        Row("service", _("When the event takes place"), tuple(programs)),
        Row("period", _("When you can order"), _period(catalog)),
        Row("limits", _("Limits"), _limits(catalog)),
        Row("needs", _("What you need"), (_("A current web browser and an e-mail address."),)),
    )


def _period(catalog: Catalog) -> tuple[str, ...]:
    periods = tuple(
        _(
            "%(tier)s: from %(start)s until %(end)s, or until it is sold out",
            tier=pick(tier.name),
            start=last_moment(catalog, tier.sale_starts_at),
            end=last_moment(catalog, tier.sale_ends_at),
        )
        for tier in catalog.tiers
    )
    kept = _("Places are kept for %(minutes)s minutes while you pay.", minutes=catalog.hold_minutes)
    return (*periods, kept)


def _limits(catalog: Catalog) -> tuple[str, ...]:
    limits = [
        _("%(tier)s: up to %(limit)s in one order", tier=pick(tier.name), limit=tier.max_per_order)
        for tier in catalog.tiers
    ]
    if most := catalog.policy.get("max_per_email"):
        limits.append(_("Up to %(limit)s tickets for one e-mail address.", limit=most))
    return (*limits, _("The number of places is limited."))


def _back(catalog: Catalog, now: datetime) -> tuple[Row, ...]:
    off = _("If the event is called off, you get the full price back.")
    no_cooling_off = _("A sale at a distance has no cooling-off period by law; these rules hold instead.")
    return (Row("cancel", _("Cancellation and refunds"), (*cancellation(catalog, now), off, no_cooling_off)),)


def _konbini(catalog: Catalog) -> bool:
    return bool((catalog.policy.get("konbini") or {}).get("enabled"))
