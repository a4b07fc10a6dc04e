"""Evidence to answer a dispute with: everything about one order in a zip, made in memory.

It holds personal data and Stripe's ids, but no secret: no ticket code in force, no link to the buyer's page.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.orders import receipt_paper
from ticketing.orders.pdf import copies_pdf
from ticketing.reports.dossier import Dossier
from ticketing.reports.evidence_text import order_text
from ticketing.reports.export_files import csv_blocks


def pack(file: Dossier, now: datetime) -> bytes:
    """The zip: order.json, order.txt, letters.csv, scans.csv, tickets.pdf and receipt.pdf where there are any."""
    written = io.BytesIO()
    stamp = now.astimezone(file.catalog.zone).timetuple()[:6]
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in _files(file, now):
            packed.writestr(zipfile.ZipInfo(name, stamp), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _files(file: Dossier, now: datetime) -> Iterator[tuple[str, bytes]]:
    yield "order.json", json.dumps(order_facts(file, now), ensure_ascii=False, indent=2).encode()
    yield "order.txt", order_text(file, now).encode()
    yield "letters.csv", _csv(("queued_at", "sent_at", "kind", "to", "state"), _letters(file))
    yield (
        "scans.csv",
        _csv(("received_at", "scanned_at", "ticket", "gate", "tablet", "kind", "decision", "reason"), _scans(file)),
    )
    if file.view.tickets:
        yield "tickets.pdf", copies_pdf(file.catalog, file.view)
    if file.receipt is not None:
        yield "receipt.pdf", _receipt(file)


def order_facts(file: Dossier, now: datetime) -> dict[str, Any]:
    """The order for programs; times are UTC, amounts minor units."""
    order, catalog = file.order, file.catalog
    return {
        "made_at": _at(now),
        "order": order.code,
        "state": order.state,
        "event": {
            "slug": catalog.slug,
            "title": dict(catalog.title),
            "starts_at": _at(catalog.starts_at),
            "ends_at": _at(catalog.ends_at),
            "called_off_at": _at(catalog.canceled_at),
        },
        "buyer": {"name": order.buyer_name, "email": order.buyer_email, "language": order.language},
        "ordered_at": _at(order.created_at),
        "paid_at": _at(order.paid_at),
        "ended_at": _at(order.ended_at),
        "total": {"amount": order.total_minor, "tax": order.tax_minor, "currency": order.currency},
        "lines": [
            {"tier": line.tier.code, "quantity": line.quantity, "amount": line.amount.amount}
            for line in file.view.lines
        ],
        "tickets": _tickets(file),
        **_money(file),
        "letters": len(file.letters),
        "scans": len(file.scans),
    }


def _tickets(file: Dossier) -> list[dict[str, Any]]:
    tiers = {ticket.number: ticket.tier.code for ticket in file.view.tickets}
    return [
        {
            "n": ticket.number,
            "tier": tiers[ticket.number],
            "attendee": ticket.attendee,
            "state": ticket.state,
            "issued_at": _at(ticket.issued_at),
            "revoked_at": _at(ticket.revoked_at),
        }
        for ticket in file.tickets
    ]


def _money(file: Dossier) -> dict[str, list[dict[str, Any]]]:
    payment = ("state", "amount_minor", "currency", "method", "session_id", "payment_intent_id", "charge_id")
    refund = ("state", "amount_minor", "currency", "reason", "tickets", "stripe_id", "failure", "paid_outside_note")
    dispute = ("id", "status", "reason", "amount_minor", "currency")
    return {
        "payments": [_plain(one, payment, ("created_at", "confirmed_at")) for one in file.payments],
        "refunds": [_plain(one, refund, ("requested_at", "settled_at", "paid_outside_at")) for one in file.refunds],
        "disputes": [_plain(one, dispute, ("opened_at", "evidence_due_by")) for one in file.disputes],
    }


def _plain(row: object, names: Sequence[str], times: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} | {name: _at(getattr(row, name)) for name in times}


def _letters(file: Dossier) -> Iterator[Sequence[object]]:
    for letter in file.letters:
        yield _at(letter.queued_at), _at(letter.sent_at), letter.kind, letter.to_address, letter.state


def _scans(file: Dossier) -> Iterator[Sequence[object]]:
    for scan in file.scans:
        where = (scan.number, scan.gate, scan.device)
        yield _at(scan.received_at), _at(scan.scanned_at), *where, scan.kind, scan.decision, scan.reason


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    return b"".join(csv_blocks(header, rows, ZoneInfo("UTC")))


def _receipt(file: Dossier) -> bytes:
    """The receipt again, marked as a reprint; it is not counted, so the buyer's own first print stays the original."""
    from ticketing.orders import receipt_pdf  # noqa: PLC0415 (reportlab and its fonts: 10 MiB for who prints only)

    if file.receipt is None:
        raise ValueError("no receipt was issued")
    file.receipt.printed = max(file.receipt.printed, 1) + 1
    method = file.paid_by.method if file.paid_by else None
    return receipt_pdf.render(receipt_paper.receipt(file.catalog, file.order, file.receipt, method))


def _at(when: datetime | None) -> str | None:
    return when.isoformat().replace("+00:00", "Z") if when else None
