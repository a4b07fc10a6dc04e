"""What states are called for the people who run the event: said honestly, money that is only on its way is not back."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from ticketing.payments.methods import CASH
from ticketing.payments.models import Refund

Words = Mapping[str, tuple[str, LazyString]]
"""For each state, how it looks (`good`, `warn`, `bad`, `wait`, or nothing) and what it is called."""

ORDERS: Words = {
    "pending": ("wait", _("on the payment page")),
    "awaiting_payment": ("wait", _("waits for payment at a store")),
    "paid": ("good", _("paid")),
    "expired": ("", _("not paid in time")),
    "canceled": ("", _("canceled")),
    "refunded": ("", _("refunded")),
    "partially_refunded": ("good", _("partly refunded")),
    "refund_open": ("wait", _("refund on its way")),
    "refund_owed": ("bad", _("refund failed, money not back")),
}
TICKETS: Words = {"valid": ("good", _("valid")), "revoked": ("", _("revoked"))}
PAYMENTS: Words = {
    "created": ("wait", _("begun")),
    "pending": ("wait", _("open at Stripe")),
    "confirmed": ("good", _("paid")),
    "failed": ("", _("given up")),
    "canceled": ("", _("ended without payment")),
}
FLAGS: Words = {
    "wrong_amount": ("warn", _("Stripe took another amount than the order's")),
    "paid_late": ("warn", _("paid when the places were gone")),
    "paid_twice": ("warn", _("paid a second time")),
    "disputed": ("bad", _("disputed: the bank took the money back")),
}
REFUNDS: Words = {
    "requested": ("wait", _("asked for, not yet at Stripe")),
    "pending": ("wait", _("on its way at Stripe")),
    "requires_action": ("wait", _("Stripe waits for the buyer's bank account")),
    "succeeded": ("good", _("done; banks take up to 10 days to show it")),
    "failed": ("bad", _("failed: the buyer has no money back")),
    "canceled": ("bad", _("canceled at Stripe: the buyer has no money back")),
    "paid_outside": ("good", _("paid back outside Stripe")),
    "cash_owed": ("warn", _("to be given back in cash")),
    "cash_back": ("good", _("given back by hand")),
}
REASONS: Words = {
    "buyer": ("", _("canceled by the buyer")),
    "organizer": ("", _("refunded by the organizer")),
    "event_canceled": ("", _("event called off")),
    "paid_late": ("", _("paid when the places were gone")),
    "paid_twice": ("", _("paid a second time")),
    "wrong_amount": ("", _("another amount than the order's")),
    "dashboard": ("", _("refunded in Stripe's Dashboard")),
    "void": ("", _("voided at the till")),
}
DISPUTES: Words = {
    "needs_response": ("bad", _("the bank waits for your answer")),
    "warning_needs_response": ("warn", _("the bank asks before a dispute")),
    "under_review": ("wait", _("the bank is deciding")),
    "warning_under_review": ("wait", _("the bank is looking at your answer")),
    "won": ("good", _("won: the money stays here")),
    "lost": ("bad", _("lost: the buyer has the money")),
    "warning_closed": ("good", _("closed without a dispute")),
    "prevented": ("good", _("prevented")),
}
DISPUTE_REASONS: Words = {
    "fraudulent": ("", _("the cardholder did not buy this")),
    "product_not_received": ("", _("the cardholder got nothing")),
    "duplicate": ("", _("charged twice")),
    "credit_not_processed": ("", _("a promised refund did not come")),
    "product_unacceptable": ("", _("not as described")),
    "subscription_canceled": ("", _("canceled before")),
    "unrecognized": ("", _("the cardholder does not recognize it")),
    "general": ("", _("no reason given")),
}
LETTERS: Words = {
    "order.paid": ("", _("tickets")),
    "order.voucher": ("", _("how to pay at a store")),
    "order.expired": ("", _("not paid in time")),
    "refund.asked": ("", _("refund asked for")),
    "refund.done": ("", _("refund done")),
    "refund.failed": ("", _("refund failed")),
    "refund.outside": ("", _("refund paid outside Stripe")),
    "event.canceled": ("", _("event called off")),
    "event.changed": ("", _("event changed")),
    "order.reminder": ("", _("reminder")),
    "event.message": ("", _("message of the organizer")),
    "orders.find": ("", _("lost links")),
    "ticket.renamed": ("", _("name on a ticket changed")),
    "ticket.received": ("", _("ticket for a new holder")),
    "ticket.passed_on": ("", _("ticket passed on")),
    "ticket.returned": ("", _("ticket came back")),
    "ticket.taken": ("", _("ticket went back to the buyer")),
    "ticket.ended": ("", _("ticket ended, to its holder")),
    "ticket.blocked": ("", _("ticket rests, to its holder")),
    "ticket.restored": ("", _("ticket works again, to its holder")),
    "address.confirm": ("", _("confirm a new address")),
    "ticket.reading": ("", _("How the name on a ticket is read was changed")),
    "address.asked": ("", _("another address was asked for")),
    "address.changed": ("", _("address changed")),
    "order.corrected": ("", _("order corrected")),
    "order.readdressed": ("", _("address changed, to the former one")),
    "order.revoked": ("", _("tickets taken back")),
    "order.reissued": ("", _("tickets with new codes")),
    "ticket.reissued": ("", _("ticket with a new code, to its holder")),
    "waiting.joined": ("", _("put on the waiting list")),
    "waiting.offer": ("", _("places offered to who waits")),
    "waiting.lapsed": ("", _("offer to who waits is over")),
    "waiting.closed": ("", _("waiting list closed")),
}
LETTER_STATES: Words = {
    "queued": ("wait", _("waiting to be sent")),
    "sending": ("wait", _("being sent")),
    "sent": ("good", _("sent")),
    "failed": ("bad", _("could not be delivered")),
    "dropped": ("", _("not needed any more")),
}
PAYOUTS: Words = {
    "pending": ("wait", _("waits to be sent to the bank")),
    "in_transit": ("wait", _("on its way to the bank")),
    "paid": ("good", _("sent to the bank")),
    "failed": ("bad", _("failed, back at Stripe")),
    "canceled": ("", _("canceled, back at Stripe")),
    "reversed": ("bad", _("taken back from the bank")),
}
METHODS: Words = {
    "card": ("", _("card")),
    "konbini": ("", _("convenience store")),
    "link": ("", _("Link")),
    "cash": ("", _("cash")),
    "free": ("", _("free of charge")),
}
ACTIONS: Words = {
    "order.refund": ("", _("Refund confirmed")),
    "order.refund_again": ("", _("Failed refund asked for again")),
    "order.refund_outside": ("", _("Failed refund noted as paid outside Stripe")),
    "order.cancel": ("", _("Unpaid order canceled")),
    "order.letter_again": ("", _("Letter sent again")),
    "order.evidence": ("", _("Evidence taken out")),
    "order.note": ("", _("Note written")),
    "order.correct": ("", _("Order corrected")),
    "order.resend": ("", _("Letter sent again")),
    "order.complimentary": ("", _("Complimentary tickets given")),
    "order.link": ("", _("Order's link replaced by a new one")),
    "ticket.reading": ("", _("How the name on a ticket is read was changed")),
    "address.asked": ("", _("Another e-mail address asked for")),
    "address.confirmed": ("", _("E-mail address changed")),
    "address.stopped": ("", _("Change of e-mail address stopped")),
    "address.undone": ("", _("Change of e-mail address taken back")),
    "event.canceled": ("", _("Event called off")),
    "till.sale": ("", _("Sold at the till")),
    "till.void": ("", _("Cash sale voided")),
    "till.back": ("", _("Cash of a refund given from a drawer")),
    "till.address": ("", _("Address for the tickets given at the till")),
}


def refund_state(refund: Refund) -> str:
    """The key of REFUNDS that says how a refund stands for its buyer."""
    if refund.failure == CASH:
        return "cash_back" if refund.paid_outside_at else "cash_owed"
    return "paid_outside" if refund.paid_outside_at else refund.state


def word(words: Words, key: str) -> str:
    """What this is called in the language in force; its code where it has no words yet, nothing for nothing."""
    return str(words[key][1]) if key in words else key


def look(words: Words, key: str) -> str:
    """How it looks: the kind of badge, or nothing for plain text."""
    return words[key][0] if key in words else ""
