"""What an order's page tells of its money: payments, refunds and disputes, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.money import Money
from ticketing.office.order_rows import actor_word, moment
from ticketing.payments.methods import CASH
from ticketing.payments.models import Dispute, Payment, Refund
from ticketing.payments.owed import again_fact
from ticketing.payments.refunds import is_lost
from ticketing.reports.dossier import Dossier
from ticketing.reports.to_act import NEEDS_ANSWER
from ticketing.reports.words import (
    DISPUTE_REASONS,
    DISPUTES,
    FLAGS,
    METHODS,
    PAYMENTS,
    REASONS,
    REFUNDS,
    look,
    refund_state,
    word,
)


@dataclass(frozen=True)
class Block:
    """A payment, refund or dispute: what it is, how it stands, its facts. `again` is where to ask for it again,
    `outside` where to note that it was paid another way."""

    title: str
    look: str
    state: str
    facts: tuple[tuple[str, str], ...]
    warning: str = ""
    again: str = ""
    outside: str = ""


def payment_blocks(file: Dossier) -> tuple[Block, ...]:
    """All attempts to pay, the first one first."""
    return tuple(_payment(file, payment) for payment in file.payments)


def refund_blocks(file: Dossier, *, may_manage: bool) -> tuple[Block, ...]:
    """All refunds; those that failed can be asked for again, or noted as paid another way, once each."""
    facts = {refund.fact for refund in file.refunds}
    blocks = []
    for refund in file.refunds:
        replaced = again_fact(refund.id) in facts
        block = _refund(file, refund, replaced)
        if may_manage and refund.id in file.owed:
            path = f"/office/orders/{file.order.code}/refunds/{refund.id}"
            again = "" if refund.failure == CASH else f"{path}/again"
            block = replace(block, again=again, outside=f"{path}/outside")
        blocks.append(block)
    return tuple(blocks)


def dispute_blocks(file: Dossier) -> tuple[Block, ...]:
    """All disputes, the first one first."""
    return tuple(_dispute(file, dispute) for dispute in file.disputes)


def _payment(file: Dossier, payment: Payment) -> Block:
    zone = file.catalog.zone
    confirmed = payment.state == "confirmed"
    unknown = _("not known yet") if confirmed else ""
    flag = payment.flag or ""
    return Block(
        title=i18n.money(Money(payment.amount_minor, payment.currency)),
        look=look(PAYMENTS, payment.state),
        state=word(PAYMENTS, payment.state),
        warning=word(FLAGS, flag),
        facts=_filled(
            (_("Begun"), moment(payment.created_at, zone)),
            (_("Paid"), moment(payment.confirmed_at, zone) if payment.confirmed_at else ""),
            (_("Paid by"), word(METHODS, payment.method or "")),
            (_("Stripe's fee"), _minor(payment.fee_minor, payment.currency) or unknown),
            (_("Left after the fee"), _minor(payment.net_minor, payment.currency) or unknown),
            (_("Session"), payment.session_id or ""),
            (_("Payment intent"), payment.payment_intent_id or ""),
            (_("Charge"), payment.charge_id or ""),
        ),
    )


def _refund(file: Dossier, refund: Refund, replaced: bool) -> Block:
    zone, state = file.catalog.zone, refund_state(refund)
    otherwise = is_lost(refund) and not replaced and refund.id not in file.owed
    warning = _("Asked for again: see the later refund.") if replaced else ""
    warning = _("The money went back by another refund.") if otherwise else warning
    kept = Money(refund.kept_minor, refund.currency)
    return Block(
        title=i18n.money(Money(refund.amount_minor, refund.currency)),
        look="" if replaced or otherwise else look(REFUNDS, state),
        state=word(REFUNDS, state),
        warning=warning,
        facts=_filled(
            (_("Why"), word(REASONS, refund.reason)),
            (_("Tickets"), ", ".join(map(str, refund.tickets))),
            (_("Kept as fee"), i18n.money(kept) if refund.kept_minor else ""),
            (_("Asked for"), f"{moment(refund.requested_at, zone)} ({actor_word(file, refund.requested_by)})"),
            (_("Settled"), moment(refund.settled_at, zone) if refund.settled_at else ""),
            (_("Stripe says"), refund.failure if refund.failure and refund.failure != CASH else ""),
            (_("Paid outside Stripe"), _outside(file, refund)),
            (_("How it was paid"), refund.paid_outside_note or ""),
            (_("Refund"), refund.stripe_id or ""),
        ),
    )


def _outside(file: Dossier, refund: Refund) -> str:
    if refund.paid_outside_at is None:
        return ""
    return f"{moment(refund.paid_outside_at, file.catalog.zone)} ({actor_word(file, refund.paid_outside_by or '')})"


def _dispute(file: Dossier, dispute: Dispute) -> Block:
    zone = file.catalog.zone
    due = dispute.evidence_due_by
    waits = dispute.status in NEEDS_ANSWER and due is not None
    return Block(
        title=i18n.money(Money(dispute.amount_minor, dispute.currency)),
        look=look(DISPUTES, dispute.status),
        state=word(DISPUTES, dispute.status),
        warning=_("Answer in Stripe's Dashboard until %(time)s.", time=moment(due, zone)) if waits and due else "",
        facts=_filled(
            (_("Reason given"), word(DISPUTE_REASONS, dispute.reason)),
            (_("Opened"), moment(dispute.opened_at, zone)),
            (_("Answer until"), moment(due, zone) if due else ""),
            (_("Tickets"), _("stopped until the bank has decided") if dispute.blocked else ""),
            (_("Dispute"), dispute.id),
        ),
    )


def _minor(amount: int | None, currency: str) -> str:
    return "" if amount is None else i18n.money(Money(amount, currency))


def _filled(*facts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(fact for fact in facts if fact[1])
