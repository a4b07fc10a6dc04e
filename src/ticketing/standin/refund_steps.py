"""The steps that refunds of every kind go through, and what each does to the charge and to the balance."""

from ticketing.standin.balance import Movement, book
from ticketing.standin.events import emit
from ticketing.standin.store import Obj
from ticketing.standin.world import Action


def pay_out(action: Action, refund: Obj) -> None:
    """The money leaves the balance."""
    out = Movement("refund", "refund", refund["id"], -refund["amount"], refund["currency"])
    refund["balance_transaction"] = book(action, out)["id"]


def take_back(action: Action, refund: Obj) -> None:
    """The buyer's bank has sent the money back: it is on the balance again."""
    back = Movement("refund_failure", "refund_failure", refund["id"], refund["amount"], refund["currency"])
    refund["failure_balance_transaction"] = book(action, back)["id"]


def count(action: Action, refund: Obj, amount: int) -> None:
    """The charge shows how much of it has been given back; a failed refund counts no more (`amount` < 0)."""
    charge = action.get("charge", refund["charge"])
    former = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    action.save(charge)
    changed = {name: value for name, value in former.items() if charge[name] != value}
    emit(action, "charge.refunded" if amount > 0 else "charge.updated", charge, changed)


def move(action: Action, refund: Obj, status: str) -> None:
    """A refund takes another status, and says so."""
    former = {"status": refund["status"]}
    refund["status"] = status
    if status != "requires_action":
        refund.pop("next_action", None)
    if status != "pending":
        refund.pop("pending_reason", None)
    action.save(refund)
    emit(action, "refund.updated", refund, former)


def succeed(action: Action, refund: Obj) -> None:
    """A pending refund reaches the buyer."""
    if refund["balance_transaction"] is None:
        pay_out(action, refund)
    move(action, refund, "succeeded")


def fail(action: Action, refund: Obj, reason: str) -> None:
    """A refund ends without the buyer having the money; what had left the balance comes back."""
    action.drop_timers(refund["id"])
    if refund["balance_transaction"] is not None:
        take_back(action, refund)
    refund["failure_reason"] = reason
    move(action, refund, "failed")
    emit(action, "refund.failed", refund)
    count(action, refund, -refund["amount"])
