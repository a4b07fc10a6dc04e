"""The organizer's routes that move money or letters of an order: each says first what will happen."""

from __future__ import annotations

import unicodedata

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from ticketing.core import audit, clock
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.ids import new_id
from ticketing.mail import outbox
from ticketing.mail.models import Letter
from ticketing.office import order_file
from ticketing.office.access import actor
from ticketing.office.order_confirm import Confirmation, Wish, cancel_confirmation, refund_confirmation
from ticketing.office.order_pages import Answer
from ticketing.orders.lookup import by_code
from ticketing.orders.models import Order
from ticketing.payments import by_hand, owed
from ticketing.payments.by_hand import Plan
from ticketing.payments.models import Refund
from ticketing.payments.outside import note_paid_outside
from ticketing.payments.refunds import Cause
from ticketing.reports.dossier import Dossier
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_order_actions", __name__, url_prefix="/office/orders/<code>")
WAYS = ("all", "tickets", "amount")
Answered = str | BaseResponse | tuple[str, int]


@bp.post("/refund")
@signed_in_only
def refund(code: str) -> Answered:
    """Show what a refund will do; with `confirm`, do it."""
    _check(code)
    wish = _wish()
    key = request.form.get("form_key", "")[:36]
    if request.form.get("confirm") != "yes" or not key:
        return _confirm_refund(code, wish)
    try:
        _refund(code, wish, key)
    except Refused as error:
        return _confirm_refund(code, wish, error) if error.code == "refund_changed" else _refused(code, error, wish)
    return _done(code, "refund", "refunds")


@bp.post("/cancel")
@signed_in_only
def cancel(code: str) -> Answered:
    """Show what canceling an unpaid order will do; with `confirm`, do it."""
    file = _check(code)
    try:
        if request.form.get("confirm") != "yes":
            by_hand.check_waiting(file.order.state)
            return order_file.page(file, None, Answer(confirm=cancel_confirmation(file)))
        by_hand.cancel_waiting(file.order.id, actor(), clock.now())
    except Refused as error:
        return _refused(code, error)
    return _done(code, "cancel", "main")


@bp.post("/refunds/<refund_id>/again")
@signed_in_only
def refund_again(code: str, refund_id: str) -> Answered:
    """Ask once more for money whose refund failed."""
    file, now = _check(code), clock.now()
    try:
        with writing() as session:
            owed.again(session, _refund_of(session, file, refund_id), actor(), now)
            audit.record(session, now, actor(), "order.refund_again", f"order:{file.order.id}", refund=refund_id)
    except Refused as error:
        return _refused(code, error)
    return _done(code, "refund", "refunds")


@bp.post("/refunds/<refund_id>/outside")
@signed_in_only
def refund_outside(code: str, refund_id: str) -> Answered:
    """Note that the money of a failed refund was paid to the buyer outside Stripe; `how` tells both of us."""
    file = _check(code)
    try:
        with writing() as session:
            refund = _refund_of(session, file, refund_id)
            note_paid_outside(session, refund, request.form.get("how", ""), actor(), clock.now())
    except Refused as error:
        return _refused(code, error)
    return _done(code, "outside", "refunds")


@bp.post("/letters/<letter_id>/again")
@signed_in_only
def letter_again(code: str, letter_id: str) -> Answered:
    """Send a letter that failed once more."""
    file, now = _check(code), clock.now()
    try:
        with writing() as session:
            kind = _letter_of(session, file, letter_id).kind
            outbox.send_again(session, letter_id, now)
            audit.record(session, now, actor(), "order.letter_again", f"order:{file.order.id}", kind=kind)
    except Refused as error:
        return _refused(code, error)
    return _done(code, "letter", "letters")


def _check(code: str) -> Dossier:
    with reading() as session:
        return order_file.opened(session, code, "manage_orders")


def _refund_of(session: Session, file: Dossier, refund_id: str) -> Refund:
    found = session.get(Refund, refund_id)
    if found is None or found.order_id != file.order.id:
        raise Refused("not_found", 404)
    return found


def _letter_of(session: Session, file: Dossier, letter_id: str) -> Letter:
    found = session.get(Letter, letter_id)
    if found is None or found.subject_id != file.order.id:
        raise Refused("not_found", 404)
    return found


def _wish() -> Wish:
    what = request.form.get("what", "")
    tickets = tuple(request.form.getlist("ticket")[:100])
    return Wish(what if what in WAYS else "tickets", tickets, request.form.get("amount", "")[:40])


def _confirm_refund(code: str, wish: Wish, error: Refused | None = None) -> Answered:
    with reading() as session:
        file = order_file.opened(session, code, "manage_orders")
        left = order_file.left(session, file)
        try:
            plan = _plan(session, file.order, wish)
        except Refused as refused:
            return order_file.page(file, left, Answer(error=refused.text(), wish=wish)), refused.status
    confirmation: Confirmation = refund_confirmation(file, plan, wish, new_id())
    answer = Answer(error=error.text() if error else "", confirm=confirmation, wish=wish)
    return order_file.page(file, left, answer), error.status if error else 200


def _refund(code: str, wish: Wish, key: str) -> None:
    """Once for each form: sent twice, the second time changes nothing."""
    now = clock.now()
    with writing() as session:
        order = by_code(session, code)
        fact = f"form:{order.id}:{key}"
        if by_hand.by_fact(session, fact) is not None:
            return
        plan = _plan(session, order, wish)
        if request.form.get("expected") != str(plan.amount.amount):
            raise Refused("refund_changed")
        by_hand.carry_out(session, order, plan, Cause(by_hand.REASON, actor(), fact), now)


def _plan(session: Session, order: Order, wish: Wish) -> Plan:
    if wish.what == "all":
        return by_hand.plan_all(session, order)
    if wish.what == "tickets":
        numbers = [int(text) for text in wish.tickets if text.isdecimal() and len(text) < 5]
        if len(numbers) != len(wish.tickets):
            raise Refused("ticket_not_valid")
        return by_hand.plan_tickets(session, order, numbers)
    return by_hand.plan_amount(session, order, _amount(wish.amount))


def _amount(text: str) -> int:
    """1,500, ¥1500 and １５００円 alike; 0 for what is no amount, which the plan refuses."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").strip("¥円")
    return int(plain) if plain.isdecimal() and len(plain) < 10 else 0


def _refused(code: str, error: Refused, wish: Wish | None = None) -> Answered:
    with reading() as session:
        file = order_file.opened(session, code, "manage_orders")
        left = order_file.left(session, file)
    return order_file.page(file, left, Answer(error=error.text(), wish=wish or Wish())), error.status


def _done(code: str, what: str, part: str) -> BaseResponse:
    return redirect(url_for("office_orders.order", code=code, done=what, _anchor=part), 303)
