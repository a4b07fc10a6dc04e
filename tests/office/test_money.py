"""The page of the money: what came, what is left of it, and whether it matches Stripe."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from books_of_stripe import change, compare, refund
from factories import House
from statements import counted
from ticketing.core.db import reading
from ticketing.payments.models import Payment, Refund
from ticketing.payments.reconcile_turns import work_reconcile
from ticketing.reports import money as report
from ticketing.reports.money import money


def page(client: FlaskClient, query: str = "lang=en") -> str:
    answer = client.get(f"/office/money?{query}")
    assert answer.status_code == 200
    return answer.text


def row(text: str, code: str) -> list[str]:
    """The cells of an order."""
    found = re.search(rf'<th scope="row">{code} .*?</tr>', text, re.DOTALL)
    assert found, f"no row of {code}"
    return re.findall(r'<td data-name="[^"]+">(?:<strong>)?([^<]*)', found[0])


def wish(client: FlaskClient) -> int:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(client))
    assert token
    return client.post("/office/money/compare", data={"csrf_token": token[1]}).status_code


def test_gross_refunds_fees_and_net_in_all_and_by_order(house: House) -> None:
    one, two = house.buy(day=2), house.buy(conference=1)
    refund(house, one, 1)
    compare(house)
    text = page(house.staff())
    figures = re.findall(r'class="figure yen">([^<]+)', text)
    assert figures == ["¥5,000", "¥2,000", "¥180", "¥2,820"]
    assert row(text, house.order_view(one).code) == ["¥4,000", "¥2,000", "¥144", "¥1,856"]
    assert row(text, house.order_view(two).code) == ["¥1,000", "", "¥36", "¥964"]
    assert {"pi_cs_test_1", "ch_cs_test_1", "re_1"} <= set(re.findall(r'class="stripe-id">([^<]+)', text))
    assert "Matches Stripe" in text


def test_a_fee_that_is_not_known_yet_is_told_and_not_guessed(house: House) -> None:
    code = house.order_view(house.buy(day=1)).code
    text = page(house.staff())
    assert row(text, code) == ["¥2,000", "", "–", "–"]
    assert "Payments whose fee Stripe has not told yet: 1" in text
    assert "Not compared with Stripe yet" in text


@pytest.mark.parametrize(("lang", "words"), [("en", "here the payment is ¥1"), ("ja", "1円")])
def test_differences_are_explained_in_both_languages(house: House, lang: str, words: str) -> None:
    code = house.order_view(house.buy(day=1)).code
    change(house, amount_minor=1)
    compare(house)
    text = page(house.staff(), f"lang={lang}")
    assert {"session_amount", "order_amount", "balance_amount"} <= set(re.findall(r'"stripe-id">([a-z_]+)<', text))
    assert words in text
    assert code in text
    assert 'class="badge bad"' in text


def test_what_was_put_right_is_told_and_no_alarm(house: House) -> None:
    house.buy(day=1)
    compare(house)
    change(house, fee_minor=5)
    compare(house)
    text = page(house.staff())
    assert "Matches Stripe" in text
    assert "Put right by the last comparison" in text
    assert "fee was noted as ¥5" in text


def test_whoever_may_wishes_for_a_comparison_and_the_worker_makes_it(house: House) -> None:
    house.clock.advance(timedelta(minutes=1))
    owner = house.staff()
    assert wish(owner) == 303
    assert "The worker compares now" in page(owner)
    house.clock.advance(timedelta(seconds=2))
    with house.app.app_context():
        assert work_reconcile() == 1
    assert "The worker compares now" not in page(owner)
    viewer = house.staff("viewer", "viewer@example.com")
    assert "Compare now" not in page(viewer)
    assert wish(viewer) == 403


def test_a_night_without_a_comparison_is_told(house: House) -> None:
    compare(house)
    staff = house.staff()
    house.clock.advance(timedelta(hours=13))
    assert "more than a day ago" not in page(staff)
    house.clock.advance(timedelta(hours=14))
    assert "more than a day ago" in page(house.staff("viewer", "viewer@example.com"))


def test_only_who_may_see_the_office_sees_the_money(house: House) -> None:
    answers = {
        role: house.staff(role, f"{role}@example.com").get("/office/money").status_code
        for role in ("door", "boxoffice", "viewer", "manager")
    }
    assert answers == {"door": 403, "boxoffice": 403, "viewer": 200, "manager": 200}
    assert house.client.get("/office/money").status_code == 303


def test_a_page_holds_so_many_orders_and_costs_as_many_statements_as_any_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "AT_ONCE", 2)
    staff = house.staff()
    paths = [house.buy(day=1)]
    page(staff)
    with counted(house) as few:
        page(staff)
    for _ in range(4):
        house.clock.advance(timedelta(seconds=1))
        paths.append(house.buy(day=2))
        refund(house, paths[-1], 1)
    with counted(house) as many:
        first = page(staff)
    assert few.statements == many.statements
    codes = [house.order_view(path).code for path in reversed(paths)]
    shown = [
        re.findall(r'<th scope="row">(\w+)', page(staff, f"lang=en&page={number}")) for number in (1, 2, 3, 99, -1)
    ]
    assert shown == [codes[:2], codes[2:4], codes[4:], codes[4:], codes[:2]]
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first


def test_sums_of_the_pages_are_the_sum_of_all(house: House) -> None:
    paths = [house.buy(day=1 + number % 2) for number in range(5)]
    refund(house, paths[1], 2)
    compare(house)
    with house.app.app_context(), reading() as session:
        found = money(session, house.catalog().id)
        backs = session.query(Refund).count(), session.query(Payment).count()
    assert backs == (1, 5)
    parts = [order.sums for order in found.orders]
    assert (found.sums.gross, found.sums.fee, found.sums.refunded, found.sums.net) == tuple(
        sum(getattr(part, name) for part in parts) for name in ("gross", "fee", "refunded", "net")
    )
