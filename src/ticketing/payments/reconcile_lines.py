"""Comparing with the lines of Stripe's own books: what really moved, and what Stripe kept of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ticketing.payments.books import CHARGES, Books, OurPayment
from ticketing.payments.differences import Difference
from ticketing.payments.outcome import BalanceLine

Lines = Mapping[str, Sequence[BalanceLine]]


@dataclass(frozen=True)
class Fill:
    """What Stripe's books say of a payment that we did not know yet; amounts in minor units."""

    payment_id: str
    charge_id: str
    fee: int
    net: int


def lines(books: Books) -> Iterator[Difference]:
    """What is wrong between the lines and our payments, refunds and disputes."""
    charged, by_source = _by_payment(books), _by_source(books)
    for payment in books.payments.values():
        if payment.state == "confirmed" and payment.amount > 0 and books.is_asked(payment.id):
            yield from _payment(payment, charged.get(payment.id, ()))
    yield from _refunds(books, by_source)
    yield from _disputes(books, by_source)
    named = {checkout.payment_id for checkout in books.theirs.checkouts}
    for payment_id, found in charged.items():
        if payment_id not in books.payments and payment_id not in named:
            facts = {"theirs": sum(line.amount for line in found), "currency": found[0].currency}
            yield Difference("balance_unknown", None, found[0].source, facts)


def fills(books: Books) -> list[Fill]:
    """The fees that Stripe's books know and we do not."""
    found = []
    for payment_id, of_payment in _by_payment(books).items():
        payment = books.payments.get(payment_id)
        if payment is not None and payment.state == "confirmed" and None in (payment.charge_id, payment.fee):
            found.append(fill(payment_id, of_payment))
    return found


def fill(payment_id: str, found: Sequence[BalanceLine]) -> Fill:
    """What these lines say of a payment."""
    fee, net = sum(line.fee for line in found), sum(line.net for line in found)
    return Fill(payment_id, found[-1].source or "", fee, net)


def foreign(books: Books) -> int:
    """How many charges in the books are somebody else's: the account serves other purposes too."""
    ours = {payment.charge_id for payment in books.payments.values()}
    charges = [line for line in books.theirs.lines if line.type in CHARGES]
    return sum(1 for line in charges if line.payment_id is None and line.source not in ours)


def _by_payment(books: Books) -> Lines:
    """The lines of each charge by our payment: by the mark that the charge bears, else by its id."""
    of_charge = {payment.charge_id: payment.id for payment in books.payments.values() if payment.charge_id}
    found: dict[str, list[BalanceLine]] = defaultdict(list)
    for line in books.theirs.lines:
        payment_id = line.payment_id or of_charge.get(line.source or "")
        if payment_id is not None:
            found[payment_id].append(line)
    return found


def _by_source(books: Books) -> Lines:
    found: dict[str, list[BalanceLine]] = defaultdict(list)
    for line in books.theirs.lines:
        found[line.source or ""].append(line)
    return found


def _payment(payment: OurPayment, found: Sequence[BalanceLine]) -> Iterator[Difference]:
    money = {"ours": payment.amount, "currency": payment.currency}
    if not found:
        yield Difference("balance_missing", payment.order, payment.charge_id, money, subject=payment.id)
        return
    said = fill(payment.id, found)
    gross = sum(line.amount for line in found)
    if (gross, found[0].currency) != (payment.amount, payment.currency) and payment.flag != "wrong_amount":
        facts = {**money, "theirs": gross}
        yield Difference("balance_amount", payment.order, said.charge_id, facts, subject=payment.id)
    if payment.fee is not None and (payment.fee, payment.net) != (said.fee, said.net):
        facts = {"ours": payment.fee, "theirs": said.fee, "currency": payment.currency, "fill": said}
        yield Difference("fee_differs", payment.order, said.charge_id, facts, subject=payment.id)


def _refunds(books: Books, by_source: Lines) -> Iterator[Difference]:
    """Money that was given back has left the books; money that came back is in them again."""
    for ours in books.refunds:
        if not books.is_asked(ours.payment_id) or ours.stripe_id is None:
            continue
        found, order = by_source.get(ours.stripe_id, ()), books.payments[ours.payment_id].order
        moved = sum(line.amount for line in found)
        facts = {"ours": -ours.amount, "theirs": moved, "currency": ours.currency}
        if ours.state == "succeeded" and not found:
            yield Difference("balance_missing", order, ours.stripe_id, facts, subject=ours.id)
        elif moved not in _moved_by(ours.state, ours.amount):
            yield Difference("balance_amount", order, ours.stripe_id, facts, subject=ours.id)


def _moved_by(state: str, amount: int) -> tuple[int, ...]:
    if state == "succeeded":
        return (-amount,)
    return (0,) if state in {"failed", "canceled"} else (0, -amount)


def _disputes(books: Books, by_source: Lines) -> Iterator[Difference]:
    """What a dispute takes leaves at once and may come back; its fee does not."""
    for ours in (one for one in books.disputes if books.is_asked(one.payment_id)):
        found, order = by_source.get(ours.id, ()), books.payments[ours.payment_id].order
        moved, fee = sum(line.amount for line in found), sum(line.fee for line in found)
        if moved not in (0, -ours.amount):
            facts = {"ours": -ours.amount, "theirs": moved, "currency": ours.currency}
            yield Difference("balance_amount", order, ours.id, facts, subject=ours.id)
        if fee != ours.fee:
            facts = {"ours": ours.fee, "theirs": fee, "currency": ours.currency}
            yield Difference("dispute_fee", order, ours.id, facts, subject=ours.id)
