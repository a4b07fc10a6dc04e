"""Balance transactions: what every payment, refund and dispute does to the merchant's balance."""

from dataclasses import dataclass

from ticketing.standin.ids import new_id
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

# Money of a payment can be paid out after this time.
SETTLES_AFTER = 4 * 86400


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


def book(action: Action, movement: Movement) -> Obj:
    """Writes the balance transaction of a movement."""
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
    waits = movement.type == "charge"
    return action.add(
        {
            "id": new_id("txn_"),
            "object": "balance_transaction",
            "amount": movement.amount,
            "available_on": action.now + (SETTLES_AFTER if waits else 0),
            "balance_type": "payments",
            "created": action.now,
            "currency": movement.currency,
            "description": None,
            "exchange_rate": None,
            "fee": movement.fee,
            "fee_details": fees,
            "net": movement.amount - movement.fee,
            "reporting_category": movement.category,
            "source": movement.source,
            "status": "pending" if waits else "available",
            "type": movement.type,
        }
    )


def seen_now(action: Action, transaction: Obj) -> Obj:
    """The transaction with the status it has by now."""
    return transaction | {"status": "available" if action.now >= transaction["available_on"] else "pending"}
