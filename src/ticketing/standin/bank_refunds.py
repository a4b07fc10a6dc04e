"""Refunds of convenience store payments: the buyer is asked by mail for a bank account, which takes time.

docs.stripe.com/payments/konbini#refunds. The stand-in sends no mail; the page the mail would name is
`/c/refund/<refund id>`."""

import re

from ticketing.standin.errors import invalid, refused
from ticketing.standin.refund_steps import count, fail, move, pay_out, take_back
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

_ANSWER_WITHIN = 45 * 86400
_BANK_TAKES = 180
_ROUTING = "1100000"
_GOOD_ACCOUNT = "0001234"
_BAD_ACCOUNTS = ("1111113", "1111116", "3333335", "4444440")


def start(action: Action, refund: Obj, email: str | None) -> None:
    """Asks the buyer for a bank account; the refund waits for 45 days."""
    if not email:
        message = "instructions_email is required: the payment carries no e-mail address of the buyer."
        raise invalid(message, "instructions_email", "parameter_missing")
    transfer = {"reference": None, "reference_status": None}
    refund["destination_details"] = {"type": "jp_bank_transfer", "jp_bank_transfer": transfer}
    refund["instructions_email"] = email
    refund["status"] = "requires_action"
    _ask(action, refund)


def _ask(action: Action, refund: Obj) -> None:
    until = action.now + _ANSWER_WITHIN
    mail = {"email_sent_at": action.now, "email_sent_to": refund["instructions_email"]}
    details = {"email_sent": mail, "expires_at": until}
    refund["next_action"] = {"type": "display_details", "display_details": details}
    action.set_timer(until, "expire_refund", refund["id"])


def fault_of(routing: str, account: str) -> str | None:
    """What is wrong with bank details, if something is."""
    known = account in (_GOOD_ACCOUNT, *_BAD_ACCOUNTS)
    if not re.fullmatch(r"[0-9]{7}", routing) or not re.fullmatch(r"[0-9]{7}", account):
        return "bank_digits"
    return None if routing == _ROUTING and known else "bank_unknown"


def give_details(action: Action, refund: Obj, account: str) -> None:
    """The buyer has named an account; the bank takes some minutes to pay or to send back."""
    action.drop_timers(refund["id"])
    pay_out(action, refund)
    refund["pending_reason"] = "processing"
    move(action, refund, "pending")
    what = "succeed_refund" if account == _GOOD_ACCOUNT else "return_refund"
    action.set_timer(action.now + _BANK_TAKES, what, refund["id"])


def come_back(action: Action, refund: Obj) -> None:
    """The bank did not find the account: the buyer is asked again."""
    take_back(action, refund)
    refund["balance_transaction"] = None
    _ask(action, refund)
    move(action, refund, "requires_action")


def expire(action: Action, refund: Obj) -> None:
    """Nobody named an account in 45 days."""
    if refund["status"] != "requires_action":
        raise refused("Only refunds that wait for the buyer's bank details can expire.")
    fail(action, refund, "unknown")


def cancel(action: Action, refund: Obj) -> Obj:
    """The merchant takes a waiting refund back."""
    if refund["status"] != "requires_action":
        message = f"You cannot cancel this refund: it has a status of {refund['status']}, not requires_action."
        raise refused(message)
    action.drop_timers(refund["id"])
    move(action, refund, "canceled")
    count(action, refund, -refund["amount"])
    return refund
