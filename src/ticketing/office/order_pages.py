"""The view model of an order: everything about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.events.heading import Heading, heading
from ticketing.office.guest_words import purpose_word, standing_word
from ticketing.office.order_blocks import Block, dispute_blocks, payment_blocks, refund_blocks
from ticketing.office.order_confirm import Confirmation, Wish
from ticketing.office.order_history import Happened, history
from ticketing.office.order_rows import LetterRow, TicketRow, letter_rows, moment, ticket_rows
from ticketing.orders.letter_parts import saved
from ticketing.orders.states import AWAITING, WAITING
from ticketing.reports.dossier import Dossier
from ticketing.reports.words import METHODS, ORDERS, look, word


@dataclass(frozen=True)
class Answer:
    """What the page says to what was done: a refusal, that it is done, or what to confirm."""

    error: str = ""
    done: str = ""
    confirm: Confirmation | None = None
    wish: Wish = field(default_factory=Wish)
    note: str = ""


@dataclass(frozen=True)
class OrderPage:
    """All that `office/order.html` shows. `left` is what may still be given back, empty where nothing may;
    `resend` what can be sent again; `purpose` whom the tickets are for that nobody pays."""

    event: Heading
    code: str
    look: str
    state: str
    total: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[tuple[int, str, str], ...]
    tickets: tuple[TicketRow, ...]
    payments: tuple[Block, ...]
    refunds: tuple[Block, ...]
    disputes: tuple[Block, ...]
    letters: tuple[LetterRow, ...]
    history: tuple[Happened, ...]
    left: str
    answer: Answer
    may_manage: bool
    can_refund: bool
    can_cancel: bool
    can_reissue: bool
    free: bool
    purpose: str
    resend: str
    form_key: str


def order_page(file: Dossier, left: Money | None, answer: Answer, *, may_manage: bool) -> OrderPage:
    """One order; `left` is what may still be given back, None where nothing may."""
    state = file.order.state
    valid = any(ticket.state == "valid" for ticket in file.tickets)
    return OrderPage(
        event=heading(file.catalog),
        code=file.order.code,
        look=look(ORDERS, file.standing),
        state=standing_word(file.standing) if file.purpose else word(ORDERS, file.standing),
        total=i18n.money(file.view.total),
        facts=_facts(file),
        lines=tuple((line.quantity, pick(line.tier.name), i18n.money(line.amount)) for line in file.view.lines),
        tickets=ticket_rows(file, may_manage=may_manage),
        payments=payment_blocks(file),
        refunds=refund_blocks(file, may_manage=may_manage),
        disputes=dispute_blocks(file),
        letters=letter_rows(file, may_manage=may_manage),
        history=history(file, with_places=may_manage),
        left=i18n.money(left) if left else "",
        answer=answer,
        may_manage=may_manage,
        can_refund=may_manage and left is not None and (left.amount > 0 or valid),
        can_cancel=may_manage and state in WAITING,
        can_reissue=may_manage and valid,
        free=file.order.total_minor == 0,
        purpose=purpose_word(file.purpose) if file.purpose else "",
        resend=_resend(file) if may_manage and file.order.buyer_email else "",
        form_key=new_id(),
    )


def _resend(file: Dossier) -> str:
    if any(ticket.admits for ticket in file.view.tickets):
        return _("Send the tickets again")
    return _("Send again how to pay") if file.order.state == AWAITING else ""


def _facts(file: Dossier) -> tuple[tuple[str, str], ...]:
    order = file.order

    def at(when: datetime | None) -> str:
        return moment(when, file.catalog.zone) if when else ""

    paid_by = file.paid_by.method if file.paid_by else None
    receipt = _("issued to %(name)s", name=file.receipt.addressee) if file.receipt else ""
    facts = (
        (_("Buyer"), f"{order.buyer_name} ({order.buyer_kana})" if order.buyer_kana else order.buyer_name),
        (_("E-mail"), order.buyer_email),
        (_("Language"), {"ja": "日本語", "en": "English"}.get(order.language, order.language)),
        (_("Ordered"), at(order.created_at)),
        (_("Places kept until"), at(order.expires_at) if order.state in WAITING else ""),
        (_("Paid"), at(order.paid_at)),
        (_("Paid by"), word(METHODS, paid_by or "")),
        (_("Promo code"), saved(file.view.promo, file.view.off) if file.view.promo else ""),
        (_("Complimentary, for"), purpose_word(file.purpose) if file.purpose else ""),
        (_("Ended"), at(order.ended_at)),
        (_("Receipt"), receipt),
        (_("Personal data erased"), at(order.erased_at)),
    )
    return tuple((label, value) for label, value in facts if value)
