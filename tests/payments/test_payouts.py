"""Payouts of the account at Stripe: noted each night, told beside an event's money, and no part of it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from back_office import Office
from books_of_stripe import compare, refund
from factories import SLUG, House
from ticketing.core.db import changed, reading, writing
from ticketing.payments.models import Payout
from ticketing.payments.outcome import BalanceLine
from ticketing.payments.payout_facts import StripePayout
from ticketing.staff.models import Grant

SUNDAY = date(2025, 10, 26)


def pay_out(house: House, amount: int, **other: Any) -> StripePayout:
    """Stripe pays so much out; it has it on its way."""
    stripe = house.gateway
    name = f"po_{len(stripe.made_payouts) + 1}"
    made = StripePayout(name, "in_transit", amount, "jpy", True, house.clock.now(), SUNDAY + timedelta(days=1))
    stripe.made_payouts[name] = replace(made, **other)
    return stripe.made_payouts[name]


def known(house: House) -> list[tuple[str, str, int]]:
    with house.app.app_context(), reading() as session:
        return [(one.id, one.status, one.amount_minor) for one in session.query(Payout).order_by(Payout.id)]


def table(client: FlaskClient, kind: str, query: str = "codes=1") -> list[dict[str, str]]:
    answer = client.get(f"/office/exports/{kind}.csv?event={SLUG}&{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def only_here(house: House, client: FlaskClient) -> FlaskClient:
    """The same person with the same role, at this event only."""
    with house.app.app_context(), writing() as session:
        assert changed(session, update(Grant).values(event_id=house.catalog().id)) == 1
    return client


def test_each_payout_is_noted_once_with_what_became_of_it(house: House) -> None:
    house.buy(day=1)
    first = pay_out(house, 1500)
    compare(house)
    compare(house)
    assert known(house) == [("po_1", "in_transit", 1500)]
    house.gateway.made_payouts["po_1"] = replace(first, status="paid")
    house.clock.advance(timedelta(days=7))
    pay_out(house, 900)
    compare(house)
    house.gateway.made_payouts["po_1"] = replace(first, status="failed", failure="account_closed")
    compare(house)
    assert known(house) == [("po_1", "failed", 1500), ("po_2", "in_transit", 900)]


def test_the_books_say_what_moved_by_this_house_by_others_and_to_the_bank(house: House) -> None:
    path = house.buy(day=2)
    refund(house, path, 1)
    pay_out(house, 1000)
    back = pay_out(house, 300, status="failed", failure="account_closed")
    compare(house)
    bill = BalanceLine("txn_bill", "stripe_fee", None, -50, 0, -50, "jpy", back.created_at)
    house.gateway.lines.append(bill)
    result = compare(house, books=False)
    ours = 4000 - 144 - 2000
    assert result.checked["balance"] == {
        "jpy": {"ours": ours, "others": -50, "paid_out": 1000, "left": ours - 50 - 1000}
    }
    figures = re.findall(r'class="figure yen">([^<]+)', house.staff().get("/office/money?lang=en").text)
    assert figures[-4:] == ["¥1,856", "¥50", "¥1,000", "¥806"]


def test_the_page_of_the_money_tells_each_payout_and_whose_it_is(house: House) -> None:
    house.buy(day=1)
    pay_out(house, 1500)
    pay_out(house, 400, status="failed", failure="account_closed")
    pay_out(house, 300, status="paid", reversed_by="po_9")
    pay_out(house, -300, id="po_9", reverses="po_3")
    compare(house)
    english, japanese = (house.staff().get(f"/office/money?lang={lang}").text for lang in ("en", "ja"))
    assert "Payouts belong to the account at Stripe" in english
    told = re.findall(r'<th scope="row">([^<]+) <span class="stripe-id small quiet">(po_\d)', english)
    assert sorted(told) == [("Sun 26 Oct 2025", f"po_{number}") for number in (1, 2, 3)]
    for words in ("on its way to the bank", "failed, back at Stripe", "taken back"):
        assert words in english
    assert "2025年10月26日(日)" in japanese
    assert "10月27日" in japanese


def test_payouts_stand_in_the_accounts_on_their_day_and_change_nothing_else(house: House) -> None:
    house.buy(day=1)
    house.clock.advance(timedelta(hours=20))  # after midnight in Tokyo
    pay_out(house, 1500)
    pay_out(house, 200)
    pay_out(house, 400, status="canceled")
    pay_out(house, 10, currency="usd")
    compare(house)
    client = Office(house).client
    rows = [(row["day"], row["way"], row["net"], row["payouts"]) for row in table(client, "accounting")]
    assert rows == [("2025-10-26", "stripe", "1928", "0"), ("2025-10-27", "account", "0", "1700")]
    assert [row["payout"] for row in table(client, "payouts")] == [f"po_{number}" for number in range(1, 5)]
    (canceled,) = (row for row in table(client, "payouts", "lang=en") if row["Payout's number at Stripe"] == "po_3")
    assert (canceled["State"], canceled["Arrives on"]) == ("canceled, back at Stripe", "2025-10-27")


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_who_works_for_one_event_does_not_see_the_account(house: House, role: str) -> None:
    house.buy(day=1)
    pay_out(house, 1500)
    compare(house)
    client = only_here(house, house.staff(role))
    assert {row["way"] for row in table(client, "accounting")} == {"stripe"}
    assert client.get(f"/office/exports/payouts.csv?event={SLUG}").status_code == 403
    for path in ("money", "exports"):
        page = client.get(f"/office/{path}?event={SLUG}&lang=en")
        assert (page.status_code, "ayouts belong" in page.text, "payouts.csv" in page.text) == (200, False, False)
