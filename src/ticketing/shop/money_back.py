"""Money on its way back, as the buyer's page tells it: what was asked for, where it is, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.money import Money
from ticketing.door.attendance import entered
from ticketing.events.catalog import Catalog
from ticketing.orders.reading import OrderView
from ticketing.payments import refunds
from ticketing.payments.cash import is_cash
from ticketing.payments.disputes import is_disputed
from ticketing.payments.letters import why
from ticketing.payments.methods import KONBINI
from ticketing.payments.models import Payment, Refund
from ticketing.payments.refunds import ACTION, REQUESTED, SUCCEEDED, is_lost
from ticketing.payments.vouchers import OpenVoucher, voucher_of

STRAYS = frozenset({"paid_late", "paid_twice", "wrong_amount"})
"""The reasons for which money goes back that paid for nothing."""


@dataclass(frozen=True)
class Repaid:
    """A refund with the way that its payment came: `card`, `konbini`, or empty where Stripe did not say."""

    refund: Refund
    method: str


@dataclass(frozen=True)
class OrderMoney:
    """What payments know of an order. `disputed`: its buyer's bank looks into it, or took the money.

    `used` are the numbers of the tickets that somebody has entered with: their money does not come back by the rules.
    `cash`: paid at a till, so that money goes back by hand only.
    """

    voucher: OpenVoucher | None = None
    refunds: tuple[Repaid, ...] = ()
    disputed: bool = False
    used: frozenset[int] = frozenset()
    cash: bool = False


@dataclass(frozen=True)
class RefundRow:
    """One refund; `kind` is that of its badge: wait, warn, good or bad. `kept` is the fee, or empty."""

    kind: str
    state: str
    amount: str
    kept: str
    on: str
    reason: str
    next_step: str


@dataclass(frozen=True)
class MoneyBack:
    """All refunds of an order. `headline` says how they stand together; empty without one."""

    headline: str
    rows: tuple[RefundRow, ...]
    stray: bool
    lost: bool


def read_money(session: Session, order: OrderView) -> OrderMoney:
    """What payments know of this order now, the chains named in the language in force."""
    rows = []
    for refund in refunds.of_order(session, order.id):
        payment = session.get_one(Payment, refund.payment_id)
        rows.append(Repaid(refund, payment.method or ""))
    return OrderMoney(
        voucher=voucher_of(session, order.id),
        refunds=tuple(rows),
        disputed=is_disputed(session, order.id),
        used=entered(session, order.code),
        cash=is_cash(session, order.id),
    )


def money_back(catalog: Catalog, money: OrderMoney, *, whole: bool) -> MoneyBack:
    """The refunds in sentences. `whole`: the order has no valid ticket left, so all its money is meant."""
    plain = [one.refund for one in money.refunds]
    return MoneyBack(
        headline=_headline(plain, whole=whole),
        rows=tuple(_row(catalog, one) for one in money.refunds),
        stray=any(refund.reason in STRAYS for refund in plain),
        lost=bool(_unreplaced(plain)),
    )


def _headline(rows: Sequence[Refund], *, whole: bool) -> str:
    """What matters most of all refunds: what failed, what the buyer must do, what is on its way, what was sent."""
    lost = _unreplaced(rows)
    alive = [refund for refund in rows if not is_lost(refund)]
    if lost:
        all_of_it = whole and all(is_lost(refund) for refund in rows)
        return _("Your money could not be sent yet.") if all_of_it else _("Part of your money could not be sent yet.")
    if any(refund.state == ACTION for refund in alive):
        return _("Stripe needs your bank account to send your money.")
    if not all(_is_there(refund) for refund in alive):
        all_of_it = whole and not any(_is_there(refund) for refund in alive)
        return _("Your money is on its way back.") if all_of_it else _("Part of your money is on its way back.")
    if alive:
        return _("Your money is sent back.") if whole else _("Part of your money is sent back.")
    return ""


def _is_there(refund: Refund) -> bool:
    return refund.state == SUCCEEDED or refund.paid_outside_at is not None


def _unreplaced(rows: Sequence[Refund]) -> list[Refund]:
    """The refunds that failed and were not asked for again: the same payment, the same amount, later."""
    later = [refund for refund in rows if not is_lost(refund)]
    lost = []
    for failed in (refund for refund in rows if is_lost(refund)):
        again = next((one for one in later if _replaces(one, failed)), None)
        if again is None:
            lost.append(failed)
        else:
            later.remove(again)
    return lost


def _replaces(one: Refund, failed: Refund) -> bool:
    same = (one.payment_id, one.amount_minor) == (failed.payment_id, failed.amount_minor)
    return same and one.requested_at >= failed.requested_at and one.tickets in ([], failed.tickets)


def _row(catalog: Catalog, one: Repaid) -> RefundRow:
    refund = one.refund
    kind, state, next_step = _standing(one)
    at = refund.paid_outside_at or refund.settled_at or refund.requested_at
    return RefundRow(
        kind=kind,
        state=state,
        amount=i18n.money(Money(refund.amount_minor, refund.currency)),
        kept=i18n.money(Money(refund.kept_minor, refund.currency)) if refund.kept_minor else "",
        on=i18n.date(at, catalog.zone),
        reason=why(refund.reason),
        next_step=next_step,
    )


def _standing(one: Repaid) -> tuple[str, str, str]:
    """Badge, word and sentence of a refund's state."""
    state, cash = one.refund.state, one.method == KONBINI
    if one.refund.paid_outside_at:
        return "good", _("Paid back"), _("We paid it another way: %(how)s", how=one.refund.paid_outside_note)
    if is_lost(one.refund):
        return "bad", _("Could not be sent"), _("You do not lose it: we look for another way and write to you.")
    if state == SUCCEEDED:
        return "good", _("Sent"), _("Depending on your bank it may take 5 to 10 days until you see it there.")
    if state == ACTION:
        told = _("Stripe wrote you an e-mail. Name your bank account there within 45 days.")
        return "warn", _("Bank account needed"), told
    if cash and state == REQUESTED:
        return "wait", _("On its way"), _("Stripe is about to ask you for a bank account by e-mail.")
    if cash:
        return "wait", _("On its way"), _("Stripe sends it to the bank account that you named.")
    return "wait", _("On its way"), _("Depending on your bank it takes 5 to 10 days.")
