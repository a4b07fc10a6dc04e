"""Correcting: what a buyer typed wrongly, put right by the office, each time in one transaction with its letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.core import audit
from ticketing.core.db import changed
from ticketing.core.errors import Refused
from ticketing.core.ids import hash_token, new_id
from ticketing.mail import outbox
from ticketing.orders import changes, holders
from ticketing.orders.changes import Act, Name
from ticketing.orders.desk_models import OrderCorrection
from ticketing.orders.fulfil import VOUCHER_LETTER, To, write
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.orders.reissuing import reissue_all
from ticketing.orders.search_key import renew
from ticketing.orders.states import AWAITING, PAID, PARTLY
from ticketing.tickets.issue import VALID, of_order

CORRECTED_LETTER = "order.corrected"
READDRESSED_LETTER = "order.readdressed"


@dataclass(frozen=True)
class Particulars:
    """What stands in an order about people. `names` are those on its valid tickets by number, or those given for
    tickets that are not issued yet; an empty one is the buyer's. `held` are the tickets that were passed on."""

    name: str
    kana: str
    email: str
    names: Mapping[int, Name]
    held: frozenset[int] = field(default=frozenset())

    @property
    def mark(self) -> str:
        """Tells apart what somebody looked at from what is so now."""
        return hash_token(repr((self.name, self.kana, self.email, sorted(self.names.items()), sorted(self.held))))[:16]

    def settled(self) -> Particulars:
        """The same with names that are the buyer's left empty, except on tickets that somebody else has."""
        names = {
            number: Name("", "")
            if number not in self.held and one.name == self.name
            else Name(one.name, one.kana or "")
            for number, one in self.names.items()
        }
        return replace(self, names=names)


def particulars(session: Session, order: Order) -> Particulars:
    """What stands there now."""
    tickets = of_order(session, order.code)
    if tickets:
        names = {one.number: Name(one.attendee, one.kana) for one in tickets if one.state == VALID}
    else:
        count = sum(line.quantity for line in order.lines)
        given, read = order.attendees, order.readings
        names = {number: Name(given.get(str(number), ""), read.get(str(number), "")) for number in range(1, count + 1)}
    held = frozenset(holders.away(session, order.id)) & frozenset(names)
    return Particulars(order.buyer_name, order.buyer_kana, order.buyer_email, names, held).settled()


def correct(session: Session, order: Order, wanted: Particulars, mark: str, act: Act, *, new_link: bool) -> None:
    """Put an order right, and write to the buyer, to a former address and to holders whose tickets it is about.

    `mark` is that of what was looked at. `new_link` ends the codes and the link that the former address has. The same
    again changes nothing. Raises Refused("order_changed") where something else was changed meanwhile.
    """
    changes.lock(session, order)
    order = get(session, order.id)
    now = particulars(session, order)
    wanted = replace(wanted, held=now.held).settled()
    if wanted == now:
        return
    if mark != now.mark or wanted.names.keys() != now.names.keys():
        raise Refused("order_changed")
    _note(session, order, now, wanted, act)
    columns = {"buyer_name": wanted.name, "buyer_kana": wanted.kana, "buyer_email": wanted.email}
    changed(session, update(Order).where(Order.id == order.id).values(**columns))
    _put_names(session, get(session, order.id), wanted, act)
    renew(session, order.id)
    _tell(session, get(session, order.id), now, wanted, act, new_link=new_link)


def corrections(session: Session, order_id: str) -> list[OrderCorrection]:
    """All that was corrected about an order's buyer, the first thing first."""
    rows = select(OrderCorrection).where(OrderCorrection.order_id == order_id)
    return list(session.scalars(rows.order_by(OrderCorrection.at, OrderCorrection.id)))


def _note(session: Session, order: Order, was: Particulars, wanted: Particulars, act: Act) -> None:
    """Keep what stood there; what stands on tickets is kept with them (`changes`)."""
    pairs = [("name", 0, was.name, wanted.name), ("kana", 0, was.kana, wanted.kana)]
    pairs.append(("email", 0, was.email, wanted.email))
    if not of_order(session, order.code):
        names = [(number, was.names[number].name, one.name) for number, one in sorted(wanted.names.items())]
        pairs += [("attendee", *one) for one in names]
    different = [one for one in pairs if one[2] != one[3]]
    for what, number, before, after in different:
        row = OrderCorrection(id=new_id(), order_id=order.id, what=what, number=number, before=before, after=after)
        row.by, row.at = act.by, act.at
        session.add(row)
    kinds = sorted({one[0] for one in different})
    audit.record(session, act.at, act.by, "order.correct", f"order:{order.id}", what=kinds)


def _put_names(session: Session, order: Order, wanted: Particulars, act: Act) -> None:
    if not of_order(session, order.code):
        given = {str(number): one for number, one in wanted.names.items() if one.name}
        order.attendees = {number: one.name for number, one in given.items()}
        order.readings = {number: one.kana for number, one in given.items() if one.kana}
        return
    for number, one in sorted(wanted.names.items()):
        stands = one if one.name else Name(wanted.name, wanted.kana)
        ticket = changes.ticket_now(session, order, number)
        changes.rename(session, order, ticket, stands, act, tell_buyer=False)


def _tell(session: Session, order: Order, was: Particulars, wanted: Particulars, act: Act, *, new_link: bool) -> None:
    moved, about = was.email != wanted.email, new_id()
    if moved and was.email and outbox.FAILED not in outbox.states_of(session, order.id, was.email).values():
        write(session, order, READDRESSED_LETTER, act.at, about, To(was.email, order.language))
    if order.state == AWAITING and moved:
        write(session, order, VOUCHER_LETTER, act.at, about)
    if order.state not in (PAID, PARTLY):
        return
    if new_link:
        reissue_all(session, order, act)
    elif moved or _stands(was) != _stands(wanted):
        write(session, order, CORRECTED_LETTER, act.at, about)


def _stands(one: Particulars) -> tuple[str, list[str]]:
    """What the buyer sees: how names are read stands nowhere."""
    return one.name, [name.name for number, name in sorted(one.names.items()) if number not in one.held]
