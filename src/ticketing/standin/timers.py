"""What happens by itself once the stand-in's clock has come far enough."""

from collections.abc import Callable

from ticketing.standin import bank_refunds, disputes, konbini, payouts, refund_steps, sessions
from ticketing.standin.world import Action, World


def _expire_session(action: Action, object_id: str, _: str) -> None:
    session = action.get("checkout.session", object_id)
    if session["status"] == "open":
        sessions.expire(action, session)


def _succeed_refund(action: Action, object_id: str, _: str) -> None:
    refund_steps.succeed(action, action.get("refund", object_id))


def _fail_refund(action: Action, object_id: str, _: str) -> None:
    refund_steps.fail(action, action.get("refund", object_id), "expired_or_canceled_card")


def _return_refund(action: Action, object_id: str, _: str) -> None:
    bank_refunds.come_back(action, action.get("refund", object_id))


def _expire_refund(action: Action, object_id: str, _: str) -> None:
    bank_refunds.expire(action, action.get("refund", object_id))


def _dispute(action: Action, object_id: str, reason: str) -> None:
    disputes.open_dispute(action, action.get("payment_intent", object_id), reason)


def _pay_voucher(action: Action, object_id: str, _: str) -> None:
    konbini.pay_voucher(action, action.get("payment_intent", object_id))


def _expire_voucher(action: Action, object_id: str, _: str) -> None:
    konbini.expire_voucher(action, action.get("payment_intent", object_id))


def _pay_out(action: Action, _object_id: str, _: str) -> None:
    payouts.pay_out_all(action)


def _submit_payout(action: Action, object_id: str, _: str) -> None:
    payouts.submit(action, action.get("payout", object_id))


def _arrive_payout(action: Action, object_id: str, _: str) -> None:
    payouts.arrive(action, action.get("payout", object_id))


_ACTIONS: dict[str, Callable[[Action, str, str], None]] = {
    "expire_session": _expire_session,
    "succeed_refund": _succeed_refund,
    "fail_refund": _fail_refund,
    "return_refund": _return_refund,
    "expire_refund": _expire_refund,
    "dispute": _dispute,
    "pay_voucher": _pay_voucher,
    "expire_voucher": _expire_voucher,
    "pay_out": _pay_out,
    "submit_payout": _submit_payout,
    "arrive_payout": _arrive_payout,
}


def run_due(world: World, since: int | None = None) -> int:
    """Does everything that is due, in order of time, each in a transaction of its own; answers how much.

    What fell due after `since` (before the clock was moved) carries its own time, the rest the present."""
    done = 0
    while True:
        now = world.clock.now()
        with world.store.transaction() as db:
            row = db.execute("SELECT at, action, id FROM timers WHERE at <= ? ORDER BY at LIMIT 1", (now,)).fetchone()
        if row is None:
            return done
        with world.action(now=max(row[0], now if since is None else since)) as action:
            _run(action, *row)
        done += 1


def _run(action: Action, at: int, name: str, object_id: str) -> None:
    """Does one thing, unless somebody else did it in the meantime."""
    deleted = action.db.execute("DELETE FROM timers WHERE id = ? AND action = ? AND at = ?", (object_id, name, at))
    if deleted.rowcount:
        kind, _, detail = name.partition(":")
        _ACTIONS[kind](action, object_id, detail)
