"""From the till's form to a sale: the same form sent twice is one sale."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from ticketing.core.batch import Unmet
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import language
from ticketing.core.ids import hash_token, new_id
from ticketing.events.catalog import Catalog, load_by_id
from ticketing.inventory import holds
from ticketing.orders import checkout
from ticketing.orders.buyer import Buyer
from ticketing.orders.lookup import by_code
from ticketing.orders.pricing import Quote
from ticketing.orders.reading import get
from ticketing.orders.states import PENDING
from ticketing.payments import cash, start
from ticketing.payments.cash import AtTill

TRIES = 5


@dataclass(frozen=True)
class Made:
    """A sale; `again`: this form made it before."""

    code: str
    again: bool


def sell(catalog: Catalog, wish: Quote, till: AtTill, form_key: str, now: datetime) -> Made:
    """Sell once for this form and these tickets, however it is to be paid.

    Raises Refused("places_gone"), Refused("given_too_little"), Refused("shift_over"), Refused("busy", 503).
    """
    key = _key(till.shift_id, form_key, wish)
    buyer = Buyer(_("Guest at the till"), "", language(), key)
    for _try in range(TRIES):
        if (before := _made(key, again=True)) is not None:
            return before
        try:
            with writing() as session:
                cash.sell(session, catalog, wish, buyer, till, now)
        except Unmet:
            holds.check_left(catalog, [(line.tier, line.quantity) for line in wish.lines])
        except IntegrityError:  # the same form came twice at once, or an order code was taken
            continue
        else:
            return _made(key, again=False) or Made("", again=False)
    raise Refused("busy", 503)


def open_payment(code: str, now: datetime) -> None:
    """Make the payment page of a sale on the phone, once however often; raises Refused("payment_unreachable", 503)."""
    with reading() as session:
        order = by_code(session, code)
        payment, catalog = start.payment_of(session, order.id), load_by_id(session, order.event_id)
    if order.state == PENDING:
        start.open_payment(order, payment, catalog, now)


def read_given(form: Mapping[str, str], total: int) -> int:
    """The cash that was handed over, in minor units: a chosen note, what was typed, or else just the total.

    Raises Refused("given_unreadable", 400). 10,000 and １００００円 are the same.
    """
    text = form.get("given_other", "").strip() or form.get("given", "")
    amount = total if text in ("", "exact") else read_amount(text)
    if amount is None:
        raise Refused("given_unreadable", 400)
    return amount


def read_amount(text: str) -> int | None:
    """A whole amount as people type it, in minor units; None for what is none."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").strip("¥円")
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 9 else None


def _key(shift_id: str, form_key: str, wish: Quote) -> str:
    """Other tickets are another sale, also from a form that the browser had kept."""
    tickets = [(line.tier.code, line.quantity) for line in wish.lines]
    return hash_token(repr(("till", shift_id, form_key.strip()[:64] or new_id(), tickets)))


def _made(key: str, *, again: bool) -> Made | None:
    with reading() as session:
        order_id = checkout.placed_before(session, key)
        return Made(get(session, order_id).code, again) if order_id else None
