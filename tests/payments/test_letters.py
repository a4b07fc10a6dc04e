"""The letters about money: each kind that may be queued has a composer, and says what is so."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from factories import MORNING, House
from ticketing.app import PACKAGE
from ticketing.core.db import reading, writing
from ticketing.core.money import Money
from ticketing.mail.models import Letter
from ticketing.orders.models import Order
from ticketing.orders.reading import get
from ticketing.payments import calling_off, refunds
from ticketing.payments.models import Payment
from ticketing.payments.refunds import Cause

LANGUAGES = pytest.mark.parametrize("lang", ["ja", "en"])


def kinds_in_code() -> set[str]:
    """The kinds of letters that the code names: constants that end in LETTER."""
    kinds: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign):
                names = [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
                if all(name.endswith("LETTER") for name in names):
                    kinds |= {one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant)}
    return kinds


def letter(house: House, number: int = -1) -> EmailMessage:
    house.work()
    return house.transport.letters[number]


def body(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text


def voucher(house: House, lang: str = "en", stores: Mapping[str, Any] | None = None) -> str:
    """An order that waits for a voucher; its session."""
    client = house.client
    client.set_cookie("lang", lang)
    session_id = house.order(client, day=2).location.rpartition("/")[2]
    house.gateway.issue_voucher(session_id, MORNING + timedelta(days=1))
    checkout = house.gateway.sessions[session_id]
    if stores and checkout.voucher:
        house.gateway.sessions[session_id] = replace(checkout, voucher=replace(checkout.voucher, stores=stores))
    house.hook(session_id)
    house.work()
    return session_id


def bought(house: House, lang: str = "en") -> str:
    """The id of a paid order of two tickets."""
    client = house.client
    client.set_cookie("lang", lang)
    session_id = house.order(client, day=2).location.rpartition("/")[2]
    house.gateway.pay(session_id)
    house.hook(session_id)
    house.work()
    return house.order_view(house.path(session_id)).id


def refund(house: House, order_id: str, reason: str = "organizer", method: str | None = None) -> None:
    """Half of what was paid for an order goes back."""
    with house.app.app_context(), writing() as session:
        session.query(Payment).filter_by(order_id=order_id).update({"method": method})
        order = get(session, order_id)
        refunds.refund_amount(session, order, Money(2000, "jpy"), Cause(reason, "cli"), house.clock.now())


def test_every_kind_of_letter_has_a_composer(house: House) -> None:
    assert kinds_in_code() == set(house.app.extensions["ticketing.composers"])


@LANGUAGES
def test_a_voucher_is_told_with_its_numbers_its_end_and_both_links(house: House, lang: str) -> None:
    session_id = voucher(house, lang)
    message = letter(house)
    for kind in ("plain", "html"):
        text = body(message, kind)
        for part in ("11111111110", "123456", f"/{session_id}/voucher", house.path(session_id), "09:40"):
            assert part in text


def test_a_chain_without_a_confirmation_number_has_one_number_only(house: House) -> None:
    voucher(house, stores={"seicomart": {"confirmation_number": None, "payment_code": "777"}})
    text = body(letter(house))
    assert "Payment code: 777" in text
    assert "Confirmation number" not in text
    assert "None" not in text


def test_a_voucher_letter_that_comes_late_names_no_numbers(house: House) -> None:
    session_id = voucher(house)
    house.gateway.pay(session_id)
    house.hook(session_id)
    house.work()
    with house.app.app_context(), writing() as session:
        session.query(Letter).filter_by(kind="order.voucher").update({"state": "queued", "due_at": MORNING})
    text = body(letter(house))
    assert "123456" not in text
    assert house.path(session_id) in text


def test_a_letter_of_a_rehearsal_says_so(house: House) -> None:
    house.publish(starts_at=MORNING + timedelta(days=3))
    voucher(house)
    for kind in ("plain", "html"):
        assert "REHEARSAL" in body(letter(house), kind)


def test_nobody_is_told_to_pay_for_an_event_that_is_called_off(house: House) -> None:
    voucher(house)
    with house.app.app_context(), writing() as session:
        session.query(Letter).filter_by(kind="order.voucher").update({"state": "queued", "due_at": MORNING})
        calling_off.call_off(session, house.catalog().id, "cli", house.clock.now())
    house.work()
    sent = house.transport.letters[1:]
    assert len(sent) == 2
    assert not any("123456" in body(one) for one in sent)


def test_a_voucher_that_ran_out_is_told(house: House) -> None:
    session_id = voucher(house)
    house.gateway.end_voucher(session_id)
    house.hook(session_id, "checkout.session.async_payment_failed")
    assert "Nothing was charged" in body(letter(house))


@LANGUAGES
@pytest.mark.parametrize(
    "reason", ["buyer", "organizer", "event_canceled", "paid_late", "paid_twice", "wrong_amount", "dashboard"]
)
def test_every_reason_of_a_refund_has_a_letter_with_the_amount(house: House, reason: str, lang: str) -> None:
    refund(house, bought(house, lang), reason)
    house.gateway.down = True
    message = letter(house)
    amount = "2,000円" if lang == "ja" else "¥2,000"
    assert amount in str(message["Subject"])
    for kind in ("plain", "html"):
        assert amount in body(message, kind)


def test_who_paid_in_cash_is_told_about_the_bank_account(house: House) -> None:
    order_id = bought(house)
    house.gateway.refund_status = "requires_action"
    refund(house, order_id, method="konbini")
    assert "within 45 days" in " ".join(body(letter(house)).split())


def test_a_refund_is_told_again_when_it_is_sent(house: House) -> None:
    refund(house, bought(house))
    assert "Your money is sent back." in body(letter(house))


def test_a_refund_that_fails_names_who_helps(house: House) -> None:
    order_id = bought(house)
    house.gateway.refund_status = "failed"
    refund(house, order_id)
    text = body(letter(house))
    assert "You do not lose it." in text
    assert "tickets@example.com" in text


@LANGUAGES
def test_an_event_that_is_called_off_gives_everything_back(house: House, lang: str) -> None:
    order_id = bought(house, lang)
    with house.app.app_context(), writing() as session:
        calling_off.call_off(session, session.get_one(Order, order_id).event_id, "cli", house.clock.now())
    house.work()
    (told,) = [one for one in house.transport.letters if "called off" in one["Subject"] or "中止" in one["Subject"]]
    assert ("4,000円" if lang == "ja" else "¥4,000") in body(told)
    with house.app.app_context(), reading() as session:
        assert {one.state for one in session.query(Letter)} == {"sent"}
