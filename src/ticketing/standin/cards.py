"""Stripe's published test cards, and the checks a card form makes before it sends anything.

Source: docs.stripe.com/testing. No other card number is accepted, as in Stripe's test mode."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Card:
    """A test card and how it behaves."""

    number: str
    brand: str
    country: str = "US"
    decline: tuple[str, str] | None = None  # error code, decline code
    challenge: bool = False  # the buyer must confirm it (3D Secure)
    dispute: str | None = None  # reason of the dispute that follows the payment
    refund: str | None = None  # "fails_later" or "pending"

    @property
    def last4(self) -> str:
        """The digits a receipt shows."""
        return self.number[-4:]


@dataclass(frozen=True)
class CardFault:
    """What is wrong with a field of the form: the field's name and the code of the text to show."""

    field: str
    code: str


_CARDS = (
    Card("4242424242424242", "visa"),
    Card("4000056655665556", "visa"),
    Card("5555555555554444", "mastercard"),
    Card("2223003122003222", "mastercard"),
    Card("378282246310005", "amex"),
    Card("6011111111111117", "discover"),
    Card("3566002020360505", "jcb", "JP"),
    Card("4000003920000003", "visa", "JP"),
    Card("4000000000000002", "visa", decline=("card_declined", "generic_decline")),
    Card("4000000000009995", "visa", decline=("card_declined", "insufficient_funds")),
    Card("4000000000009987", "visa", decline=("card_declined", "lost_card")),
    Card("4000000000009979", "visa", decline=("card_declined", "stolen_card")),
    Card("4000000000000069", "visa", decline=("expired_card", "expired_card")),
    Card("4000000000000127", "visa", decline=("incorrect_cvc", "incorrect_cvc")),
    Card("4000000000000119", "visa", decline=("processing_error", "processing_error")),
    Card("4000002500003155", "visa", challenge=True),
    Card("4000000000003220", "visa", challenge=True),
    Card("4000008400001629", "visa", challenge=True, decline=("card_declined", "generic_decline")),
    Card("4000000000000259", "visa", dispute="fraudulent"),
    Card("4000000000002685", "visa", dispute="product_not_received"),
    Card("4000000000001976", "visa", dispute="inquiry"),
    Card("4000000000005126", "visa", refund="fails_later"),
    Card("4000000000007726", "visa", refund="pending"),
)
_BY_NUMBER = {card.number: card for card in _CARDS}
_UNPUBLISHED = ("card_declined", "test_mode_live_card")


def read_card(number: str, exp: str, cvc: str, now: int) -> tuple[Card | None, tuple[int, int], list[CardFault]]:
    """The card of a form, its (month, year), and the faults that the form itself notices."""
    digits = re.sub(r"[\s-]", "", number)
    faults = [] if _is_card_number(digits) else [CardFault("card_number", "invalid_number")]
    expiry, expiry_fault = _expiry(exp, now)
    if expiry_fault is not None:
        faults.append(CardFault("exp", expiry_fault))
    if not re.fullmatch(r"[0-9]{3,4}", cvc.strip()):
        faults.append(CardFault("cvc", "invalid_cvc"))
    if faults:
        return None, expiry, faults
    return _BY_NUMBER.get(digits) or Card(digits, "visa", decline=_UNPUBLISHED), expiry, []


def published(number: str) -> Card:
    """The published card with this number; an unpublished one is declined."""
    return _BY_NUMBER.get(number) or Card(number, "visa", decline=_UNPUBLISHED)


def _is_card_number(digits: str) -> bool:
    if not re.fullmatch(r"[0-9]{12,19}", digits):
        return False
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _expiry(text: str, now: int) -> tuple[tuple[int, int], str | None]:
    match = re.fullmatch(r"\s*([0-9]{1,2})\s*/\s*(?:20)?([0-9]{2})\s*", text)
    if match is None:
        return (0, 0), "incomplete_expiry"
    month, year = int(match[1]), 2000 + int(match[2])
    if not 1 <= month <= 12:
        return (0, 0), "invalid_expiry_month"
    today = datetime.fromtimestamp(now, UTC)
    if (year, month) < (today.year, today.month) or year > today.year + 50:
        return (month, year), "invalid_expiry_year"
    return (month, year), None
