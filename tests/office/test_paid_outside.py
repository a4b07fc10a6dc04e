"""A refund that Stripe cannot pay is paid by a person another way: noted once, told everywhere, owed no more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from back_office import Office, code_of, fail_refund, findings, refunds
from books_of_stripe import back, codes, compare, keep_books
from factories import House
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.payments.models import Payment, Refund
from ticketing.payments.outside import note_paid_outside
from ticketing.payments.refunds import left_of
from ticketing.reports.money import Sums, money

HOW = "Bank transfer on 1 December"


def failed(house: House, **quantity: int) -> tuple[str, Office]:
    """The path of an order whose whole refund has failed, and the office."""
    path = house.buy(**(quantity or {"day": 1}))
    office, code = Office(house), code_of(path)
    office.confirm(office.post(f"/orders/{code}/refund", what="all"), f"/orders/{code}/refund")
    house.work()
    fail_refund(house)
    return path, office


def form(office: Office, code: str) -> str:
    """Where the order's page sends the note; empty where it offers none."""
    found = re.search(r'action="/office(/orders/\w+/refunds/[^"]+/outside)"', office.get(f"/orders/{code}").text)
    return found[1] if found else ""


def sums(house: House) -> Sums:
    with house.app.app_context(), reading() as session:
        return money(session, house.catalog().id).sums


def test_it_is_noted_once_and_nothing_is_owed_any_more(house: House) -> None:
    path, office = failed(house)
    code = code_of(path)
    assert findings(house) == ["refund_failed"]
    note = form(office, code)
    assert office.post(note, how=HOW).status_code == 303
    assert findings(house) == []
    assert "failed. Ask for it again" not in office.get("").text
    text = office.get(f"/orders/{code}").text
    assert "paid back outside Stripe" in text
    assert HOW in text
    assert form(office, code) == ""
    assert office.post(note, how=HOW).status_code == 409
    assert office.post(note.replace("/outside", "/again")).status_code == 409
    assert refunds(house) == [(2000, "failed", "organizer")]


def test_who_noted_it_stands_in_the_audit_log(house: House) -> None:
    path, office = failed(house)
    office.post(form(office, code_of(path)), how=HOW)
    with house.app.app_context(), reading() as session:
        (entry,) = session.query(AuditEntry).filter_by(action="order.refund_outside")
        (refund,) = session.query(Refund)
        assert entry.actor.startswith("person:")
        assert entry.facts == {"refund": refund.id}
        assert (refund.paid_outside_by, refund.paid_outside_note) == (entry.actor, HOW)
    assert "Failed refund noted as paid outside Stripe" in office.get(f"/orders/{code_of(path)}").text


@pytest.mark.parametrize("how", ["", " \u3000\n", "x" * 201])
def test_how_it_was_paid_must_be_said_in_one_line(house: House, how: str) -> None:
    path, office = failed(house)
    assert office.post(form(office, code_of(path)), how=how).status_code == 400
    assert findings(house) == ["refund_failed"]


def test_only_who_manages_orders_may_note_it(house: House) -> None:
    path, office = failed(house)
    note = form(office, code_of(path))
    looks_only = Office(house, "viewer")
    assert form(looks_only, code_of(path)) == ""
    assert looks_only.post(note, how=HOW).status_code == 403
    assert findings(house) == ["refund_failed"]
    assert Office(house, "manager").post(note, how=HOW).status_code == 303
    assert findings(house) == []


def test_money_that_is_on_its_way_is_not_paid_another_way(house: House) -> None:
    path = house.buy(day=1)
    office, code = Office(house), code_of(path)
    office.confirm(office.post(f"/orders/{code}/refund", what="all"), f"/orders/{code}/refund")
    house.work()
    assert form(office, code) == ""
    with house.app.app_context(), reading() as session:
        refund_id = session.query(Refund).one().id
    assert office.post(f"/orders/{code}/refunds/{refund_id}/outside", how=HOW).status_code == 409
    other = code_of(house.buy(day=1))
    assert office.post(f"/orders/{other}/refunds/{refund_id}/outside", how=HOW).status_code == 404


def test_the_buyer_is_told_on_the_page_and_by_one_letter(house: House) -> None:
    path, office = failed(house)
    assert "Your money could not be sent yet." in house.client.get(f"{path}?lang=en").text
    before = len(house.transport.letters)
    office.post(form(office, code_of(path)), how=HOW)
    house.work()
    (letter,) = house.transport.letters[before:]
    assert HOW in letter.get_body(("plain",)).get_content()
    text = house.client.get(f"{path}?lang=en").text
    assert "Your money is sent back." in text
    assert f"We paid it another way: {HOW}" in text
    assert "could not be sent yet" not in text


def test_the_sums_tell_it_apart_from_what_stripe_gave_back(house: House) -> None:
    path, office = failed(house)
    taken = sums(house)
    office.post(form(office, code_of(path)), how=HOW)
    noted = sums(house)
    assert (taken.refunded, taken.outside, noted.refunded, noted.outside) == (0, 0, 0, 2000)
    assert noted.net == taken.net - 2000
    assert office.get("/money").text.count("outside Stripe") == 2
    with house.app.app_context(), reading() as session:
        assert left_of(session, session.query(Payment).one()) == 0


def test_its_return_invoice_is_of_the_day_on_which_it_was_paid(house: House) -> None:
    path, _ = failed(house, day=2)
    assert house.client.get(f"{path}/return/1.pdf").status_code == 404
    house.clock.advance(timedelta(days=46))
    office = Office(house, "manager")
    office.post(form(office, code_of(path)), how=HOW)
    page = house.client.get(f"{path}/receipt?lang=en").text
    assert "11 Dec 2025" in page
    assert house.client.get(f"{path}/return/1.pdf").mimetype == "application/pdf"


def test_both_books_match_and_the_comparison_tells_it(house: House) -> None:
    path, office = failed(house)
    keep_books(house)
    office.post(form(office, code_of(path)), how=HOW)
    result = compare(house).plain()
    assert (result["matches"], result["differences"], result["checked"]["paid_outside"]) == (True, [], 1)
    assert "paid back outside it: 1" in office.get("/money").text


def test_money_that_stripe_gives_back_as_well_is_told(house: House) -> None:
    path, office = failed(house)
    keep_books(house)
    office.post(form(office, code_of(path)), how=HOW)
    back(house, 2000)
    result = compare(house)
    assert "refund_outside_too" in codes(result.left)


def test_a_disputed_payment_is_not_paid_back_by_hand(house: House) -> None:
    failed(house)
    with house.app.app_context(), writing() as session:
        session.query(Payment).one().flag = "disputed"
    with house.app.app_context(), writing() as session, pytest.raises(Refused, match="disputed"):
        note_paid_outside(session, session.query(Refund).one(), HOW, "cli", house.clock.now())
