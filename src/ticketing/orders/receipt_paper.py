"""What stands on a receipt or a return invoice, in words: Japanese as Japan's rules want it, for other readers with
English beside it. `receipt_pdf` prints it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date

from ticketing.core import i18n
from ticketing.core.i18n import pick
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.orders.models import Order, OrderLine, Receipt
from ticketing.orders.receipts import RatePart, Returned, parts_of, parts_returned, seats_of, tickets_returned
from ticketing.orders.states import PARTLY, REFUNDED

Both = tuple[str, str]
"""A text in Japanese and in English."""
NOTHING: Both = ("", "")
METHODS: dict[str, Both] = {
    "card": ("クレジットカード払い", "Credit card"),
    "konbini": ("コンビニ払い", "Convenience store"),
    "cash": ("現金払い", "Cash"),
}
MARKS: dict[str, Both] = {
    PARTLY: ("一部払い戻しあり", "Partly refunded"),
    REFUNDED: ("払い戻し済み", "Refunded"),
}
HONORIFICS = ("様", "御中", "殿", "先生")


@dataclass(frozen=True)
class Line:
    """A line of the breakdown. `figures` stand to the right, one under each of the headings."""

    text: Both
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Issued:
    """What every document says of itself and of its seller. `english`: print the English halves too."""

    english: bool
    number: str
    day: Both
    order_code: str
    addressee: str
    amount: str
    seller: tuple[Both, ...]
    registration: str
    rehearsal: bool


@dataclass(frozen=True)
class Paper:
    """A document ready to print; any text may be empty. `lines` are what was sold, `rates` the sums by tax rate."""

    issued: Issued
    title: Both
    kind: Both
    marks: tuple[Both, ...]
    numbered: Both
    amount_label: Both
    purpose: Both
    said: Both
    facts: tuple[tuple[Both, Both], ...]
    lines: tuple[Line, ...]
    rates: tuple[Line, ...]
    notes: tuple[Both, ...]


def receipt(catalog: Catalog, order: Order, row: Receipt, method: str | None) -> Paper:
    """The receipt; `method` is how it was paid, where that is known. `row.printed` counts this very print too."""
    registered = bool(registration(catalog))
    paid_by = METHODS.get(method or "")
    facts = [(("お支払日", "Paid on"), day(catalog, order.paid_at or row.issued_at))]
    if paid_by:
        facts.append((("お支払い方法", "Paid by"), paid_by))
    notes = [*_about_returns(order, registered), *_about_reissue(row)]
    return Paper(
        issued=_issued(catalog, order, row),
        title=("領収書", "Receipt"),
        kind=("適格請求書", "Qualified invoice") if registered else NOTHING,
        marks=(*_reissued(row), *((MARKS[order.state],) if order.state in MARKS else ())),
        numbered=("領収書番号", "Receipt no."),
        amount_label=("領収金額(税込)", "Received, tax included"),
        purpose=purpose(catalog),
        said=("上記の金額を正に領収いたしました。", "Received with thanks."),
        facts=(*facts, *_about(catalog, order)),
        lines=_lines(catalog, seats_of(order), order.currency),
        rates=_rates(parts_of(order)),
        notes=(
            *notes,
            ("消費税等は税率ごとに1回計算し、1円未満を切り捨てています。", "Tax is rounded down once for each rate."),
            ("電子データで発行したため、収入印紙は不要です。", "Issued electronically, so no revenue stamp is due."),
        ),
    )


def return_invoice(catalog: Catalog, order: Order, row: Receipt, facts: Returned, original: Receipt | None) -> Paper:
    """The return invoice; `original` is the receipt of the sale, where one was issued.

    Only a registered seller may call it that; from others it is a plain statement of the money that went back.
    """
    registered = bool(registration(catalog))
    about = [
        (("返金日", "Returned on"), day(catalog, facts.at)),
        (("元のお取引日", "Original sale on"), day(catalog, order.paid_at or facts.at)),
    ]
    if original:
        about.append((("元の領収書番号", "Original receipt no."), (document_number(original), "")))
    return Paper(
        issued=_issued(catalog, order, row),
        title=("返還インボイス", "Return invoice") if registered else ("返金明細書", "Refund statement"),
        kind=("適格返還請求書", "Qualified return invoice") if registered else NOTHING,
        marks=(*_reissued(row), *((("無効", "Void"),) if facts.void else ())),
        numbered=("番号", "No."),
        amount_label=("返金額(税込)", "Returned, tax included"),
        purpose=purpose(catalog, back=True),
        said=("上記の金額をご返金いたしました。", "This amount was paid back to you."),
        facts=(*about, *_about(catalog, order)),
        lines=_lines_returned(catalog, order, facts),
        rates=_rates(parts_returned(order, facts)),
        notes=(
            *_about_void(facts),
            *_about_reissue(row),
            ("消費税等は税率ごとに1回計算し、1円未満を切り捨てています。", "Tax is rounded down once for each rate."),
        ),
    )


def registration(catalog: Catalog) -> str:
    """The registration number of a seller who may issue qualified invoices, or nothing."""
    return str(catalog.seller.get("registration_number") or "")


def document_number(row: Receipt) -> str:
    """How a number is written: the event's own number before it, so that no two documents of a seller share one."""
    return f"{row.event_id}-{row.number:05d}"


def addressed(name: str) -> str:
    """The addressee with 様, unless an honorific was typed."""
    return name if name.endswith(HONORIFICS) else f"{name} 様"


def purpose(catalog: Catalog, *, back: bool = False) -> Both:
    """但し書き: what the money was for."""
    ja, en = pick(catalog.title, "ja"), pick(catalog.title, "en")
    if back:
        return f"但し {ja} チケット代の返金として", f"Refund of tickets to {en}"
    return f"但し {ja} チケット代として", f"For tickets to {en}"


def amount(money: Money) -> str:
    """¥3,000-, as amounts stand on receipts: closed, so that no figure can be added."""
    return f"{i18n.money(money, 'en')}-"


def day(catalog: Catalog, at: datetime) -> Both:
    """2025年10月26日, and 26 October 2025, where the event is."""
    on = at.astimezone(catalog.zone).date()
    return f"{on.year}年{on.month}月{on.day}日", format_date(on, "d MMMM y", "en")


def _issued(catalog: Catalog, order: Order, row: Receipt) -> Issued:
    names = (catalog.seller.get("name") or {}, catalog.seller.get("address") or {})
    return Issued(
        english=order.language != "ja",
        number=document_number(row),
        day=day(catalog, row.issued_at),
        order_code=order.code,
        addressee=addressed(row.addressee),
        amount=amount(Money(row.amount_minor, row.currency)),
        seller=(
            *((pick(texts, "ja"), pick(texts, "en")) for texts in names),
            (str(catalog.seller.get("email", "")), ""),
        ),
        registration=registration(catalog),
        rehearsal=catalog.rehearsal,
    )


def _about(catalog: Catalog, order: Order) -> tuple[tuple[Both, Both], ...]:
    return (("開催日", "Day of the event"), day(catalog, catalog.starts_at)), (("注文番号", "Order"), (order.code, ""))


def _lines(catalog: Catalog, seats: Sequence[OrderLine], currency: str) -> tuple[Line, ...]:
    lines = []
    for line in dict.fromkeys(seats):
        tier, count = catalog.tier_by_id(line.tier_id), seats.count(line)
        each, whole = Money(line.unit_minor, currency), Money(line.unit_minor * count, currency)
        figures = (i18n.money(each, "en"), str(count), i18n.money(whole, "en"))
        lines.append(Line((pick(tier.name, "ja"), pick(tier.name, "en")), figures))
    return tuple(lines)


def _lines_returned(catalog: Catalog, order: Order, facts: Returned) -> tuple[Line, ...]:
    """The tickets at their price and the fee that was kept, where that comes to what went back; else just that."""
    seats = tickets_returned(order, facts)
    paid = Money(sum(line.unit_minor for line in seats), order.currency)
    whole = i18n.money(facts.amount, "en")
    if paid != facts.amount + facts.kept:
        return (Line(("チケット代金の一部", "Part of the price of the tickets"), ("", "", whole)),)
    lines = _lines(catalog, seats, order.currency)
    if facts.kept.amount:
        fee = f"−{i18n.money(facts.kept, 'en')}"
        lines = (*lines, Line(("キャンセル料(差引)", "Cancellation fee, kept"), ("", "", fee)))
    return lines


def _rates(parts: Sequence[RatePart]) -> tuple[Line, ...]:
    return tuple(
        Line(
            (f"{part.percent}%対象", f"Taxed at {part.percent} %"),
            (i18n.money(part.amount, "ja"), i18n.money(part.tax, "ja")),
        )
        for part in parts
    )


def _reissued(row: Receipt) -> tuple[Both, ...]:
    return (("再発行", "Reissued"),) if row.printed > 1 else ()


def _about_reissue(row: Receipt) -> tuple[Both, ...]:
    text = ("再発行: 同じ番号の書類をすでに発行しています。", "Reissued: this was issued before under the same number.")
    return (text,) if row.printed > 1 else ()


def _about_returns(order: Order, registered: bool) -> tuple[Both, ...]:
    if order.state not in MARKS:
        return ()
    ja, en = ("返還インボイス", "return invoice") if registered else ("返金明細書", "refund statement")
    return ((f"払い戻しについては{ja}をご覧ください。", f"For what was paid back see the {en}."),)


def _about_void(facts: Returned) -> tuple[Both, ...]:
    text = ("返金が完了しなかったため、この書類は無効です。", "The money did not arrive, so this document is void.")
    return (text,) if facts.void else ()
