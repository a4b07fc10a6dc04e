"""Payouts: what is available leaves the balance for the merchant's bank, each Friday by itself, or when ordered.

In Japan Stripe pays out weekly or monthly; docs.stripe.com/payouts. A payout arrives on the next day on which banks
work (public holidays are not known here), and may come back."""

from datetime import UTC, datetime, timedelta

from ticketing.standin.balance import Movement, book
from ticketing.standin.errors import invalid, refused
from ticketing.standin.events import emit
from ticketing.standin.ids import new_id
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

FRIDAY = 4
ENDS = ("paid", "failed", "canceled")
_BANK = "ba_1StandinBankOfTheShop00"
_DAY = timedelta(days=1)
# Which lines may leave now: what a payout took itself is gone at once. Each line leaves with one automatic payout.
_LEAVE = (
    "kind = 'balance_transaction' AND json_extract(private, '$.payout') IS NULL "
    "AND json_extract(body, '$.currency') = ? "
    "AND (json_extract(body, '$.available_on') <= ? OR json_extract(body, '$.type') LIKE 'payout%')"
)


def plan(action: Action, available_on: int) -> None:
    """Has what becomes available then paid out on the Friday after it."""
    day = _midnight(available_on) + _DAY
    while day.weekday() != FRIDAY:
        day += _DAY
    friday = int(day.timestamp())
    action.set_timer(friday, "pay_out", f"payouts of {friday}")


def pay_out_all(action: Action) -> None:
    """The automatic payout of a Friday; nothing where nothing is left."""
    for currency in _currencies(action):
        amount = _available(action, currency)
        if amount > 0:
            payout = _make(action, amount, currency, automatic=True)
            mark = (payout["id"], currency, action.now)
            # The conditions are this module's own text; every value is bound.
            action.db.execute(
                f"UPDATE objects SET private = json_set(private, '$.payout', ?) WHERE {_LEAVE}",  # noqa: S608 - see above
                mark,
            )


def pay_out(action: Action, amount: int | None, currency: str = "jpy") -> Obj:
    """A payout that somebody orders: of so much, or of all that is available."""
    there = _available(action, currency)
    amount = there if amount is None else amount
    if not 0 < amount <= there:
        raise refused("You have insufficient available funds in your Stripe account.", "balance_insufficient")
    return _make(action, amount, currency, automatic=False)


def submit(action: Action, payout: Obj) -> None:
    """It is on its way to the bank, and can be canceled no more."""
    _move(action, payout, "in_transit")


def arrive(action: Action, payout: Obj) -> None:
    """It is there, as far as Stripe knows."""
    if payout["status"] in ("pending", "in_transit"):
        payout["trace_id"] = {"status": "unsupported", "value": None}
        _move(action, payout, "paid")
        emit(action, "payout.paid", payout)


def end(action: Action, payout: Obj, status: str) -> Obj:
    """Ends it at once: it arrives, is canceled before it left, or the bank sends it back, perhaps after it arrived."""
    if status not in ENDS:
        raise invalid(f"status must be one of {', '.join(ENDS)}", "status")
    fitting = {"paid": ("pending", "in_transit"), "failed": ("in_transit", "paid"), "canceled": ("pending",)}
    if payout["status"] not in fitting[status]:
        raise refused(f"This payout is {payout['status']} and cannot become {status}.", None, "status")
    action.drop_timers(payout["id"])
    if status == "paid":
        arrive(action, payout)
        return payout
    if status == "failed":
        payout["failure_code"] = "account_closed"
        payout["failure_message"] = "The bank account has been closed"
    back = Movement(f"payout_{_NOUN[status]}", "payout_reversal", payout["id"], payout["amount"], payout["currency"])
    payout["failure_balance_transaction"] = book(action, back)["id"]
    plan(action, action.now)
    _move(action, payout, status)
    emit(action, f"payout.{status}", payout)
    return payout


_NOUN = {"failed": "failure", "canceled": "cancel"}


def _make(action: Action, amount: int, currency: str, *, automatic: bool) -> Obj:
    payout_id, arrival = new_id("po_1", 23), _bank_day(action.now)
    out = book(action, Movement("payout", "payout", payout_id, -amount, currency), arrival)
    if automatic:
        action.remember(out["id"], payout=payout_id)
    payout = action.add(
        {
            "id": payout_id,
            "object": "payout",
            "amount": amount,
            "application_fee": None,
            "application_fee_amount": None,
            "arrival_date": arrival,
            "automatic": automatic,
            "balance_transaction": out["id"],
            "created": action.now,
            "currency": currency,
            "description": "STRIPE PAYOUT",
            "destination": _BANK,
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "livemode": False,
            "metadata": {},
            "method": "standard",
            "original_payout": None,
            "payout_method": None,
            "reconciliation_status": "completed" if automatic else "not_applicable",
            "reversed_by": None,
            "source_type": "card",
            "statement_descriptor": None,
            "status": "in_transit" if automatic else "pending",
            "trace_id": {"status": "pending", "value": None},
            "type": "bank_account",
        }
    )
    emit(action, "payout.created", payout)
    if not automatic:
        action.set_timer(int((_midnight(action.now) + _DAY).timestamp()) - 1, "submit_payout", payout_id)
    action.set_timer(arrival, "arrive_payout", payout_id)
    return payout


def _move(action: Action, payout: Obj, status: str) -> None:
    former = {"status": payout["status"]}
    payout["status"] = status
    action.save(payout)
    emit(action, "payout.updated", payout, former)


def _currencies(action: Action) -> list[str]:
    rows = action.db.execute(
        "SELECT DISTINCT json_extract(body, '$.currency') FROM objects WHERE kind = 'balance_transaction'"
    )
    return [row[0] for row in rows.fetchall()]


def _available(action: Action, currency: str) -> int:
    query = f"SELECT COALESCE(SUM(json_extract(body, '$.net')), 0) FROM objects WHERE {_LEAVE}"  # noqa: S608 - see above
    total: int = action.db.execute(query, (currency, action.now)).fetchone()[0]
    return total


def _midnight(moment: int) -> datetime:
    """The beginning of this day as Stripe counts days, in UTC."""
    return datetime.fromtimestamp(moment, UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _bank_day(moment: int) -> int:
    """The beginning of the next day on which banks work."""
    day = _midnight(moment) + _DAY
    while day.weekday() > FRIDAY:
        day += _DAY
    return int(day.timestamp())
