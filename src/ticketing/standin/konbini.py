"""Convenience stores: a voucher now, the money later, by the published test numbers and e-mail addresses.

docs.stripe.com/payments/konbini/accept-a-payment#test-integration"""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.standin import intents
from ticketing.standin.attempts import Outcome, intent_of
from ticketing.standin.charges import Failure, Method
from ticketing.standin.events import emit
from ticketing.standin.ids import new_id
from ticketing.standin.money import konbini_fee
from ticketing.standin.sessions import complete
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

_TOKYO = ZoneInfo("Asia/Tokyo")
_DEFAULT_DAYS = 3
_DELAY = 180
_STORES = {"familymart": "FamilyMart", "lawson": "Lawson", "ministop": "Ministop", "seicomart": "Seicomart"}
# (what happens, after how many seconds); never means: not before the voucher is over
_BY_NUMBER = {
    "11111111110": ("pay_voucher", _DELAY),
    "22222222220": ("pay_voucher", 0),
    "33333333330": ("expire_voucher", 0),
    "44444444440": ("expire_voucher", _DELAY),
    "55555555550": ("never", 0),
}
_BY_EMAIL = {
    "succeed_immediately": ("pay_voucher", 0),
    "expire_immediately": ("expire_voucher", 0),
    "expire_with_delay": ("expire_voucher", _DELAY),
    "fill_never": ("never", 0),
}
_INVALID, _REJECTED = "00000000000", "01234567890"


def fault_of(number: str) -> str | None:
    """What is wrong with a confirmation number, if something is; none at all is fine."""
    digits = _digits(number)
    if not digits:
        return None
    if not re.fullmatch(r"[0-9]{10,11}", digits) or digits == _INVALID:
        return "invalid_confirmation_number"
    return "rejected_confirmation_number" if digits == _REJECTED else None


def _digits(number: str) -> str:
    return re.sub(r"[\s-]", "", number)


def issue_voucher(action: Action, session: Obj, number: str) -> Outcome:
    """Completes the session unpaid; what follows is decided by the number, then by the buyer's address."""
    intent = intent_of(action, session)
    ends = _ends(action.now, session)
    url = f"{action.settings.base_url}/c/pay/{session['id']}"
    codes = {store: {"confirmation_number": _digits(number) or new_number(), "payment_code": new_number()}
             for store in _STORES}  # fmt: skip
    details = {"expires_at": ends, "hosted_voucher_url": url, "stores": codes}
    step = {"type": "konbini_display_details", "konbini_display_details": details}
    intents.require_action(action, intent, new_id("pm_1"), step)
    complete(action, session, "unpaid")
    what, delay = _BY_NUMBER.get(_digits(number)) or _by_email(session)
    if what == "never":
        action.set_timer(ends, "expire_voucher", intent["id"])
    else:
        action.set_timer(action.now + delay, what, intent["id"])
    return Outcome("voucher")


def _by_email(session: Obj) -> tuple[str, int]:
    local = str(session["customer_email"] or "").partition("@")[0]
    for ending, effect in _BY_EMAIL.items():
        if local.endswith(ending):
            return effect
    return "pay_voucher", _DELAY


def new_number() -> str:
    """A number as stores print it."""
    return str(int(new_id("", 12).encode().hex(), 16))[-11:]


def _ends(now: int, session: Obj) -> int:
    """23:59:59 in Japan, so many days from today."""
    options = session["payment_method_options"].get("konbini", {})
    day = datetime.fromtimestamp(now, _TOKYO) + timedelta(days=options.get("expires_after_days", _DEFAULT_DAYS))
    return int(day.replace(hour=23, minute=59, second=59, microsecond=0).timestamp())


def pay_voucher(action: Action, intent: Obj) -> None:
    """The buyer has paid at the till."""
    if intent["status"] != "requires_action":
        return
    method = Method(intent["payment_method"], "konbini", {"store": {"chain": "lawson"}}, konbini_fee(intent["amount"]))
    intents.succeed(action, intent, method)
    session = _session(action, intent)
    session["payment_status"] = "paid"
    action.save(session)
    emit(action, "checkout.session.async_payment_succeeded", session)


def expire_voucher(action: Action, intent: Obj) -> None:
    """The voucher is over without money."""
    if intent["status"] != "requires_action":
        return
    failure = Failure("payment_intent_payment_attempt_expired", None, "The payment was not made in time.")
    intents.give_back(action, intent, failure)
    emit(action, "checkout.session.async_payment_failed", _session(action, intent))


def _session(action: Action, intent: Obj) -> Obj:
    return action.get("checkout.session", action.private(intent["id"])["session"])


def voucher(action: Action, session: Obj) -> dict[str, Any]:
    """What the voucher page shows; no stores once the voucher is over."""
    intent = action.get("payment_intent", session["payment_intent"])
    step = intent["next_action"]
    if step is None:
        return {"stores": [], "until": "", "amount": intent["amount"]}
    details = step["konbini_display_details"]
    until = datetime.fromtimestamp(details["expires_at"], _TOKYO).strftime("%Y-%m-%d %H:%M")
    stores = [(_STORES[store], codes) for store, codes in details["stores"].items()]
    return {"stores": stores, "until": until, "amount": intent["amount"]}
