"""What moved on Stripe's balance since a moment: by this house, by others, and to the bank.

The lines since then say by how much the balance has changed, and no more: what it was before, they do not know.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass

from ticketing.payments.books import Books
from ticketing.payments.outcome import BalanceLine

PAYOUTS = frozenset({"payout", "payout_cancel", "payout_failure"})
"""Lines of money that leaves for the bank or comes back; docs.stripe.com/reports/balance-transaction-types"""


@dataclass
class Moved:
    """Net amounts in minor units of one currency: `left` is what stayed at Stripe: by so much its balance changed."""

    ours: int = 0
    others: int = 0
    paid_out: int = 0
    left: int = 0


def moved(books: Books) -> dict[str, dict[str, int]]:
    """By currency. `others` is business of the account that this house knows nothing of, and Stripe's bills."""
    ours = _sources(books)
    found: dict[str, Moved] = defaultdict(Moved)
    for line in books.theirs.lines:
        sums = found[line.currency]
        sums.left += line.net
        if line.type in PAYOUTS:
            sums.paid_out -= line.net
        elif line.source in ours or _is_of_payment(books, line):
            sums.ours += line.net
        else:
            sums.others += line.net
    return {currency: asdict(sums) for currency, sums in found.items()}


def _sources(books: Books) -> set[str]:
    """Stripe's ids of all that moves money and stands here."""
    charges = {one.charge_id for one in books.payments.values()}
    known = charges | {one.stripe_id for one in books.refunds} | {one.id for one in books.disputes}
    return {one for one in known if one}


def _is_of_payment(books: Books, line: BalanceLine) -> bool:
    return line.payment_id in books.payments
