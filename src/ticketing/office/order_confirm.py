"""What is about to happen to an order's money, in sentences, before it happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.office.order_rows import ticket_rows
from ticketing.payments.by_hand import Plan
from ticketing.reports.dossier import Dossier


@dataclass(frozen=True)
class Wish:
    """What somebody has typed into the refund form: nothing of it is lost by a refusal."""

    what: str = "tickets"
    tickets: tuple[str, ...] = ()
    amount: str = ""


@dataclass(frozen=True)
class Confirmation:
    """What is about to happen. `form` is sent again with the confirmation to `action`; `button` says what it does."""

    lines: tuple[str, ...]
    action: str
    button: str
    form: tuple[tuple[str, str], ...]


def refund_confirmation(file: Dossier, plan: Plan, wish: Wish, form_key: str) -> Confirmation:
    """What a refund will do."""
    form = [("what", wish.what), ("amount", wish.amount), ("form_key", form_key), ("confirm", "yes")]
    form += [("ticket", number) for number in wish.tickets]
    form.append(("expected", str(plan.amount.amount)))
    amount = i18n.money(plan.amount)
    button = _("Refund %(amount)s", amount=amount) if plan.amount.amount else _("Revoke without money")
    lines = (*_about_money(plan), *_about_tickets(file, plan))
    return Confirmation(lines, f"/office/orders/{file.order.code}/refund", button, tuple(form))


def cancel_confirmation(file: Dossier) -> Confirmation:
    """What canceling an unpaid order will do."""
    count = sum(line.quantity for line in file.view.lines)
    if file.order.state == "pending":
        first = _("The payment page ends at Stripe: nobody can pay for this order any more.")
    else:
        first = _("The voucher ends at Stripe: it cannot be paid at a store any more.")
    lines = (
        first,
        _("The order ends, and its places can be sold again at once: %(count)s.", count=count),
        _("Nothing was charged, so no money goes back."),
    )
    action = f"/office/orders/{file.order.code}/cancel"
    return Confirmation(lines, action, _("Cancel this order"), (("confirm", "yes"),))


def _about_money(plan: Plan) -> Iterator[str]:
    amount = i18n.money(plan.amount)
    if plan.amount.amount == 0:
        yield _("No money goes back: nothing is left of the payment.")
    elif plan.method == "cash":
        yield _(
            "It was paid in cash: give %(amount)s at a till, or pay it another way and note that here.", amount=amount
        )
    elif plan.method == "konbini":
        yield _("%(amount)s goes back to a bank account. Stripe asks the buyer for it by e-mail.", amount=amount)
    else:
        yield _("%(amount)s goes back the way it was paid. Banks take up to 10 days to show it.", amount=amount)
    if plan.amount < plan.price:
        price = i18n.money(plan.price)
        yield _(
            "The tickets cost %(price)s, but of the payment no more than %(amount)s is left.",
            price=price,
            amount=amount,
        )
    if plan.amount.amount:
        yield _("After that %(left)s of the payment is left. The buyer gets a letter.", left=i18n.money(plan.left))


def _about_tickets(file: Dossier, plan: Plan) -> Iterator[str]:
    if not plan.numbers:
        yield _("All tickets stay as they are.")
        return
    for row in ticket_rows(file):
        if row.number in plan.numbers:
            facts = {"number": row.number, "tier": row.tier, "name": row.attendee}
            yield _("Ticket %(number)s (%(tier)s, %(name)s) stops working at once.", **facts)
    yield _("Places that can be sold again at once: %(count)s.", count=len(plan.numbers))
