"""Balance transactions: what every payment, refund and dispute does to the merchant's balance."""

from dataclasses import dataclass

from ticketing.standin.ids import new_id
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

# Money of a payment can be paid out after this time.
SETTLES_AFTER = 4 * 86400
_DESCRIPTIONS = {
    "payout": "STRIPE PAYOUT",
    "payout_failure": "STRIPE PAYOUT FAILURE",
    "payout_cancel": "STRIPE PAYOUT CANCEL",
}


@dataclass(frozen=True)
class Movement:
    """One change of the balance; `amount` is negative where money leaves."""

    type: str
    category: str
    source: str
    amount: int
    currency: str
    fee: int = 0
    fee_name: str = "Stripe processing fees"


def book(action: Action, movement: Movement, available_on: int | None = None) -> Obj:
    """Writes the balance transaction of a movement; a payment settles later than everything else."""
    fees = []
    if movement.fee:
        fees.append(
            {
                "amount": movement.fee,
                "application": None,
                "currency": movement.currency,
                "description": movement.fee_name,
                "type": "stripe_fee",
            }
        )
    settles = action.now + (SETTLES_AFTER if movement.type == "charge" else 0)
    available = settles if available_on is None else available_on
    return action.add(
        {
            "id": new_id("txn_"),
            "object": "balance_transaction",
            "amount": movement.amount,
            "available_on": available,
            "balance_type": "payments",
            "created": action.now,
            "currency": movement.currency,
            "description": _DESCRIPTIONS.get(movement.type),
            "exchange_rate": None,
            "fee": movement.fee,
            "fee_details": fees,
            "net": movement.amount - movement.fee,
            "reporting_category": movement.category,
            "source": movement.source,
            "status": "pending" if available > action.now else "available",
            "type": movement.type,
        }
    )


def seen_now(action: Action, transaction: Obj) -> Obj:
    """The transaction with the status it has by now."""
    return transaction | {"status": "available" if action.now >= transaction["available_on"] else "pending"}
