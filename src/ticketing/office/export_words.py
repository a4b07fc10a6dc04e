"""Tables for people: columns and states as words of the reader's language. Programs take the names and codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from ticketing.office.guest_words import PURPOSES
from ticketing.office.scan_rows import REASONS
from ticketing.payments.methods import CASH
from ticketing.reports.accounting import ACCOUNT, STRIPE
from ticketing.reports.words import LETTER_STATES, LETTERS, ORDERS, PAYOUTS, TICKETS, Words

Row = Sequence[Any]
COLUMNS: Mapping[str, LazyString] = {
    "amount": _("Amount"),
    "arrives_on": _("Arrives on"),
    "attempts": _("Attempts"),
    "attendee": _("Attendee"),
    "buyer": _("Buyer"),
    "closed_at": _("Ended at"),
    "complimentary": _("Complimentary, for"),
    "counted": _("Counted"),
    "currency": _("Currency"),
    "day": _("Day"),
    "decision": _("Decision"),
    "device": _("Tablet"),
    "difference": _("Difference"),
    "disputed": _("Disputed"),
    "discount": _("Discount"),
    "email": _("E-mail"),
    "ended_at": _("Ended at"),
    "entries": _("Entries"),
    "error": _("Error"),
    "expected": _("Should be there"),
    "failure": _("Why it failed"),
    "fees": _("Stripe fees"),
    "fees_unknown": _("Payments whose fee is not known yet"),
    "first_entry_at": _("First entry at"),
    "gate": _("Gate"),
    "given_back": _("Given back in cash"),
    "issued_at": _("Issued at"),
    "kind": _("Kind"),
    "language": _("Language"),
    "left_at": _("Left Stripe at"),
    "letter": _("Letter's number"),
    "mode": _("Connection"),
    "n": _("Ticket number"),
    "name": _("Buyer"),
    "net": _("What is left"),
    "note": _("Note"),
    "opened": _("Cash at the beginning"),
    "opened_at": _("Begun at"),
    "order": _("Order"),
    "ordered_at": _("Ordered at"),
    "paid_at": _("Paid at"),
    "paid_outside": _("Paid back outside Stripe"),
    "payments": _("Number of payments"),
    "promo_code": _("Promo code"),
    "payout": _("Payout's number at Stripe"),
    "payouts": _("Paid out to the bank"),
    "person": _("Person"),
    "put_in": _("Put in"),
    "queued_at": _("Written at"),
    "reading": _("Name as it is read"),
    "reason": _("Reason"),
    "received_at": _("Received at"),
    "refunds": _("Refunds"),
    "refunds_tax": _("Tax in what went back"),
    "revoked_at": _("Revoked at"),
    "sales": _("Sales, tax included"),
    "scan": _("Scan's number"),
    "scanned_at": _("Scanned at"),
    "sent_at": _("Sent at"),
    "shift": _("Shift's number"),
    "sold_for_cash": _("Sold for cash"),
    "state": _("State"),
    "taken_out": _("Taken out"),
    "tax": _("Tax in it"),
    "tickets": _("Number of tickets"),
    "tier": _("Ticket type"),
    "till": _("Till"),
    "till_difference": _("Difference of the drawers"),
    "to": _("To"),
    "total": _("Total, tax included"),
    "voided": _("Voided"),
    "way": _("Way"),
}
_LANGUAGES = {"ja": "日本語", "en": "English"}
_SCANS: Mapping[str, Mapping[str, object]] = {
    "kind": {"entry": _("entry"), "exit": _("exit")},
    "decision": {"admit": _("admitted"), "refuse": _("refused")},
    "reason": REASONS,
    "mode": {"online": _("online"), "offline": _("offline")},
}


def _names(words: Words) -> Mapping[str, object]:
    return {code: name for code, (_look, name) in words.items()}


CODES: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "orders": {"state": _names(ORDERS), "language": _LANGUAGES, "complimentary": PURPOSES},
    "attendees": {"state": _names(TICKETS), "complimentary": PURPOSES},
    "scans": _SCANS,
    "letters": {"kind": _names(LETTERS), "state": _names(LETTER_STATES), "language": _LANGUAGES},
    "shifts": {"state": {"open": _("open"), "closed": _("ended")}},
    "accounting": {"way": {STRIPE: "Stripe", CASH: _("cash"), ACCOUNT: _("the whole account at Stripe")}},
    "payouts": {"state": _names(PAYOUTS), "kind": {"automatic": _("automatic"), "manual": _("by hand")}},
}
"""What the codes in a table's columns are called. Codes of tiers and gates are the organizer's own words."""


def headings(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns in the language in force."""
    return tuple(str(COLUMNS[column]) for column in columns)


def in_words(kind: str, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Row]:
    """The rows with words of the language in force in the place of codes; a code without words stays as it is."""
    words = {
        columns.index(column): {code: str(word) for code, word in known.items()}
        for column, known in CODES[kind].items()
    }
    for row in rows:
        said = list(row)
        for place, known in words.items():
            said[place] = known.get(said[place], said[place])
        yield said
