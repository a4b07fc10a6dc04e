"""The buyer's attempt to pay on the hosted page: by card, with or without a confirmation step."""

from dataclasses import dataclass

from ticketing.standin import intents
from ticketing.standin.cards import Card, published
from ticketing.standin.charges import Failure, Method
from ticketing.standin.ids import new_id
from ticketing.standin.money import card_fee
from ticketing.standin.sessions import complete
from ticketing.standin.store import Obj
from ticketing.standin.world import Action


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt: `paid`, `voucher`, `confirm` (a step is left) or `declined` with a code."""

    state: str
    code: str = ""


def intent_of(action: Action, session: Obj) -> Obj:
    """The session's payment intent, made at the first attempt."""
    if session["payment_intent"]:
        return action.get("payment_intent", session["payment_intent"])
    intent = intents.new_intent(action, session)
    session["payment_intent"] = intent["id"]
    action.save(session)
    return intent


def pay_by_card(action: Action, session: Obj, card: Card, expiry: tuple[int, int]) -> Outcome:
    """Tries a card; a declined one leaves the session open for another attempt."""
    intent = intent_of(action, session)
    if card.challenge:
        action.remember(session["id"], card=card.number, expiry=expiry)
        steps = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
        intents.require_action(action, intent, new_id("pm_1"), steps)
        return Outcome("confirm")
    return _settle(action, session, intent, (card, expiry))


def confirm_card(action: Action, session: Obj, accepted: bool) -> Outcome:
    """The buyer answered the bank's question."""
    intent = intent_of(action, session)
    if intent["status"] != "requires_action":
        return Outcome("declined", "authentication_required")
    private = action.private(session["id"])
    card, expiry = published(private["card"]), private["expiry"]
    if not accepted:
        message = "We are unable to authenticate your payment method. Please choose a different one."
        failure = Failure("payment_intent_authentication_failure", None, message)
        intents.give_back(action, intent, failure)
        return Outcome("declined", failure.code)
    return _settle(action, session, intent, (card, (expiry[0], expiry[1])))


def complete_free(action: Action, session: Obj) -> Outcome:
    """A session without anything to pay."""
    complete(action, session, "no_payment_required")
    return Outcome("paid")


def _settle(action: Action, session: Obj, intent: Obj, used: tuple[Card, tuple[int, int]]) -> Outcome:
    card = used[0]
    method = _method(intent, *used)
    if card.decline is not None:
        code, decline_code = card.decline
        intents.fail(action, intent, method, Failure(code, decline_code, _MESSAGES[code]))
        return Outcome("declined", decline_code)
    charge = intents.succeed(action, intent, method)
    action.remember(charge["id"], card=card.number)
    session["payment_intent"] = intent["id"]
    complete(action, session, "paid")
    if card.dispute is not None:
        action.set_timer(action.now, f"dispute:{card.dispute}", intent["id"])
    return Outcome("paid")


_MESSAGES = {
    "card_declined": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}


def _method(intent: Obj, card: Card, expiry: tuple[int, int]) -> Method:
    details = {
        "amount_authorized": intent["amount"],
        "authorization_code": "123456",
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "fail" if card.decline and card.decline[0] == "incorrect_cvc" else "pass",
        },
        "country": card.country,
        "exp_month": expiry[0],
        "exp_year": expiry[1],
        "fingerprint": f"standin{card.last4}",
        "funding": "credit",
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "network": card.brand,
        "three_d_secure": _challenged() if card.challenge else None,
        "wallet": None,
    }
    return Method(new_id("pm_1"), "card", details, card_fee(intent["amount"]))


def _challenged() -> Obj:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "result": "authenticated",
        "result_reason": None,
        "version": "2.2.0",
    }
