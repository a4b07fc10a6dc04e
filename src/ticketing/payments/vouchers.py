"""Vouchers: what a buyer needs to pay at a convenience store, read from the attempt that got one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.core.i18n import gettext as _
from ticketing.payments.models import Payment


@dataclass(frozen=True)
class Store:
    """One chain with the numbers that its terminal or its counter asks for; some chains need one only."""

    name: str
    payment_code: str
    confirmation_number: str

    @property
    def numbers(self) -> tuple[tuple[str, str], ...]:
        """The numbers that there are, each under its name in the language in force."""
        named = ((_("Payment code"), self.payment_code), (_("Confirmation number"), self.confirmation_number))
        return tuple((label, number) for label, number in named if number)


@dataclass(frozen=True)
class OpenVoucher:
    """How to pay, until when; `url` is Stripe's page about it, or empty."""

    expires_at: datetime
    url: str
    stores: tuple[Store, ...]


def voucher_of(session: Session, order_id: str) -> OpenVoucher | None:
    """The voucher that an order waits for, with the chains named in the language in force; None without one."""
    attempts = select(Payment).where(Payment.order_id == order_id, Payment.state == "pending")
    for payment in session.scalars(attempts.order_by(Payment.attempt.desc())):
        if payment.voucher:
            facts = payment.voucher
            until = datetime.fromisoformat(facts["expires_at"])
            return OpenVoucher(until, facts["url"] or "", _stores(facts["stores"]))
    return None


def _stores(stores: dict[str, dict[str, str | None]]) -> tuple[Store, ...]:
    """The chains that Stripe knows, in its order; one that is new to us keeps Stripe's name for it."""
    names = {
        "familymart": _("FamilyMart"),
        "lawson": _("Lawson"),
        "ministop": _("Ministop"),
        "seicomart": _("Seicomart"),
    }
    known = [chain for chain in names if chain in stores]
    return tuple(
        Store(
            name=names.get(chain, chain),
            payment_code=stores[chain].get("payment_code") or "",
            confirmation_number=stores[chain].get("confirmation_number") or "",
        )
        for chain in [*known, *sorted(stores.keys() - names.keys())]
    )
