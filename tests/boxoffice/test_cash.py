"""Selling for cash: three taps, the change, the drawer, the same books."""

from __future__ import annotations

import pytest
from counter import Counter
from sqlalchemy import func, select

from books_of_stripe import keep_books
from factories import House, well
from ticketing.core.db import reading
from ticketing.orders.models import Order
from ticketing.orders.reading import get, view
from ticketing.payments.models import Payment
from ticketing.payments.reconcile import reconcile
from ticketing.reports.accounting import COLUMNS
from ticketing.reports.accounting import rows as accounts
from ticketing.reports.money import cash_money


@pytest.fixture
def till(house: House) -> Counter:
    """A till with 43,000 yen in its drawer."""
    made = Counter(house)
    made.open(n10000=3, n5000=1, n1000=5, n500=6)
    return made


def orders(house: House) -> int:
    with house.app.app_context(), reading() as session:
        return int(session.scalar(select(func.count()).select_from(Order)) or 0)


def codes_of(house: House, code: str) -> list[str]:
    with house.app.app_context(), reading() as session:
        order_id = session.scalars(select(Order.id).where(Order.code == code)).one()
        return [ticket.code for ticket in view(session, get(session, order_id))[1].tickets]


def test_a_cash_sale_is_a_paid_order_with_tickets_that_open_the_door(house: House, till: Counter) -> None:
    code = till.sold(day=1, conference=1, given=5000)
    page = till.page(f"/boxoffice/sales/{code}")
    assert f"{code}-1" in page
    assert "¥3,000" in page
    assert "¥2,000" in page
    assert house.tablet().scan(codes_of(house, code)[0])["decision"] == "admit"
    well(house)


def test_stripe_never_hears_of_cash_and_the_books_match(house: House, till: Counter) -> None:
    till.sold(day=2)
    house.buy(day=1)
    keep_books(house)
    assert [call for call in house.gateway.calls if call == "open"] == ["open"]
    with house.app.app_context():
        result = reconcile()
    assert result.kept()["matches"]
    assert result.checked["payments"] == 1
    with house.app.app_context(), reading() as session:
        cash = session.scalars(select(Payment).where(Payment.methods == "cash")).one()
    assert (cash.state, cash.amount_minor, cash.fee_minor, cash.check_at) == ("confirmed", 4000, 0, None)


def test_the_drawer_says_what_lies_in_it(house: House, till: Counter) -> None:
    till.sold(day=1, conference=1)
    assert "¥46,000" in till.page()


def test_the_dashboard_tells_cash_apart_from_what_went_through_stripe(house: House, till: Counter) -> None:
    till.sold(day=2)
    page = house.staff(email="viewer@example.com").get("/office?lang=en").text
    assert "Besides, cash of the tills: ¥4,000" in page
    assert '¥0</span><span class="quiet part">gross' in page


def test_a_double_tap_and_a_lost_answer_sell_once(house: House, till: Counter) -> None:
    first, second = (till.sell(day=1, key="the same form") for _ in range(2))
    assert first.location == second.location.partition("?")[0]
    assert "Nothing was sold twice" in till.page(second.location)
    assert orders(house) == 1


def test_a_page_that_the_browser_had_kept_sells_other_tickets_to_the_next_guest(house: House, till: Counter) -> None:
    assert till.sold(day=1, key="kept") != till.sold(day=2, key="kept")
    assert orders(house) == 2


def test_too_little_cash_sells_nothing_and_keeps_the_choice(house: House, till: Counter) -> None:
    answer = till.sell(day=2, given_other="1000")
    assert answer.status_code == 409
    assert 'name="qty-1-DAY" value="2"' in answer.text
    assert orders(house) == 0
    well(house)


def test_an_amount_that_cannot_be_read_sells_nothing(house: House, till: Counter) -> None:
    assert till.sell(day=1, given_other="much").status_code == 400
    assert orders(house) == 0


def test_full_width_figures_are_an_amount(till: Counter) -> None:
    assert "¥8,000" in till.page(f"/boxoffice/sales/{till.sold(day=1, given_other='１０,０００円')}")


def test_without_script_a_button_works_out_total_and_change(house: House, till: Counter) -> None:
    answer = till.sell("total", day=1, conference=1, given=5000)
    assert answer.status_code == 200
    assert "¥3,000" in answer.text
    assert 'value="5000" checked' in answer.text
    assert orders(house) == 0


def test_a_price_that_changed_is_looked_at_before_it_is_taken(house: House, till: Counter) -> None:
    assert till.sell(day=1, revision=0).status_code == 409
    assert orders(house) == 0


def test_nobody_sells_more_than_there_is(house: House, till: Counter) -> None:
    house.set_capacity(1)
    till.sold(day=1)
    answer = till.sell(day=1)
    assert answer.status_code == 409
    assert "Left now: 0" in answer.text
    well(house)


def test_the_tickets_go_to_an_address_that_is_given_later(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    house.work()
    assert house.transport.letters == []
    answer = till.post(f"/boxoffice/sales/{code}/mail", email="guest@example.com", language="ja")
    assert answer.status_code == 303
    till.post(f"/boxoffice/sales/{code}/mail", email="guest@example.com", language="ja")
    house.work()
    assert [letter["To"] for letter in house.transport.letters] == ["guest@example.com"]


def test_an_address_that_cannot_be_right_is_said_and_kept(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    answer = till.post(f"/boxoffice/sales/{code}/mail", email="guest@", language="ja")
    assert answer.status_code == 400
    assert 'value="guest@"' in answer.text


def test_tickets_are_printed_as_slips_and_on_a4(till: Counter) -> None:
    code = till.sold(day=2)
    paper = till.page(f"/boxoffice/sales/{code}/print")
    assert paper.count('class="slip"') == 2
    assert till.client.get(f"/boxoffice/sales/{code}/tickets.pdf").data.startswith(b"%PDF")


def test_a_receipt_says_cash(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    page = till.page(f"/boxoffice/sales/{code}")
    path = page.split('/receipt"')[0].rpartition('href="')[2]
    assert house.client.get(f"{path}/receipt").status_code == 200
    answer = house.client.post(f"{path}/receipt", data={"addressee": "山田商店", "honorific": "様"})
    assert answer.status_code in (200, 303), answer.text


def test_money_of_a_cash_order_is_given_back_by_hand_and_noted(house: House, till: Counter) -> None:
    code = till.sold(day=1)
    owner = Counter(house, "owner", "owner")
    answer = owner.post(f"/office/orders/{code}/refund", what="all", confirm="yes", form_key="k", expected="2000")
    assert answer.status_code == 303, answer.text
    house.work()
    assert "give" not in house.gateway.calls
    page = owner.page(f"/office/orders/{code}")
    assert "/outside" in page
    assert "/again" not in page


def test_a_buyer_who_paid_cash_gives_tickets_back_to_a_person(house: House, till: Counter) -> None:
    page = till.page(f"/boxoffice/sales/{till.sold(day=1)}")
    path = page.split('/receipt"')[0].rpartition('href="')[2]
    assert house.client.get(f"{path}/refund?ticket=1").status_code == 409
    assert house.client.get(path).status_code == 200


def test_cash_stands_apart_in_the_accounts_and_adds_up_to_the_drawers(house: House, till: Counter) -> None:
    house.buy(day=1)
    till.sold(day=2)
    till.post(f"/boxoffice/sales/{till.sold(conference=1)}/void")
    with house.app.app_context():
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in accounts(house.catalog())]
    with house.app.app_context(), reading() as session:
        cash = cash_money(session, house.catalog().id)
    found = {row["way"]: (row["sales"], row["refunds"], row["net"]) for row in rows}
    assert found == {"cash": (cash.taken, cash.voided, cash.net), "stripe": (2000, 0, 2000)}
    assert (cash.taken, cash.voided, cash.net) == (5000, 1000, 4000)
