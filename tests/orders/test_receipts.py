"""Receipts and return invoices: numbered without gaps, addressed once, taxed once for each rate."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from factories import House
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.core.money import Money
from ticketing.orders import receipts
from ticketing.orders.models import Order, OrderLine, Receipt
from ticketing.orders.reading import find, get
from ticketing.orders.receipts import Returned, parts_of, parts_returned, read_addressee

AT = datetime(2025, 10, 20, 3, tzinfo=UTC)


def issue(house: House, path: str, addressee: str = "") -> Receipt:
    """Issue the receipt of the order behind a path."""
    _, _, code, secret = path.split("/")
    with house.app.app_context(), writing() as session:
        return receipts.issue(session, find(session, code, secret), addressee, house.clock.now())


def give_back(house: House, path: str, facts: Returned) -> Receipt:
    """Issue a return invoice for the order behind a path."""
    with house.app.app_context(), writing() as session:
        return receipts.returned(session, get(session, house.order_view(path).id), facts, house.clock.now())


def order_of(*lines: tuple[int, int, int]) -> Order:
    """An order that is in no database: quantity, price and tax rate of each line."""
    made = [
        OrderLine(position=position, tier_id=position, quantity=quantity, unit_minor=price, tax_percent=percent)
        for position, (quantity, price, percent) in enumerate(lines)
    ]
    return Order(lines=made, currency="jpy")


def back(amount: int, *tickets: int, refund_id: str = "refund-1", kept: int = 0) -> Returned:
    """Money that went back for these tickets."""
    return Returned(refund_id, Money(amount), Money(kept), tickets, AT)


def figures(parts: tuple[receipts.RatePart, ...]) -> list[tuple[int, int, int]]:
    return [(part.percent, part.amount.amount, part.tax.amount) for part in parts]


def test_a_receipt_says_what_the_order_cost_and_the_tax_in_it(house: House) -> None:
    path = house.buy(day=2, conference=1)
    receipt, order = issue(house, path), house.order_view(path)
    assert (receipt.amount_minor, receipt.tax_minor) == (5000, 454)
    assert (receipt.amount_minor, receipt.tax_minor) == (order.total.amount, order.tax.amount)
    assert (receipt.number, receipt.addressee, receipt.printed) == (1, "山田 花子", 0)


def test_the_addressee_is_entered_once(house: House) -> None:
    path = house.buy(day=1)
    first = issue(house, path, " 株式会社テスト ")
    again = issue(house, path, "somebody else")
    assert (again.id, again.number, again.addressee) == (first.id, 1, "株式会社テスト")


def test_an_unpaid_order_has_no_receipt(house: House) -> None:
    answer = house.order(day=1)
    with pytest.raises(Refused, match="receipt_unpaid"):
        issue(house, house.path(answer.location.rpartition("/")[2]))


@pytest.mark.parametrize(
    ("state", "total", "code"),
    [("refunded", 2000, "receipt_closed"), ("canceled", 2000, "receipt_unpaid"), ("paid", 0, "receipt_free")],
)
def test_no_first_receipt_is_issued_when_the_tickets_went_back_or_cost_nothing(
    state: str, total: int, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        receipts.check_issuable(Order(state=state, total_minor=total))


def test_receipts_issued_together_are_numbered_without_gap_or_double(house: House) -> None:
    paths = [house.buy(day=1) for _ in range(12)]
    start = threading.Barrier(12)

    def one(path: str) -> int:
        start.wait()
        return issue(house, path).number

    with ThreadPoolExecutor(12) as pool:
        assert sorted(pool.map(one, paths)) == list(range(1, 13))


def test_the_same_receipt_asked_for_at_once_is_issued_once(house: House) -> None:
    path = house.buy(day=1)
    start = threading.Barrier(8)

    def one(number: int) -> tuple[int, str]:
        start.wait()
        receipt = issue(house, path, f"Company {number}")
        return receipt.number, receipt.addressee

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(8)))) == 1
    with house.app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 1
    assert issue(house, house.buy(day=1)).number == 2


def test_a_receipt_that_was_rolled_back_leaves_no_gap(house: House) -> None:
    gone, kept = house.buy(day=1), house.buy(day=1)
    order_id = house.order_view(gone).id

    def issue_and_fail() -> None:
        with writing() as session:
            receipts.issue(session, get(session, order_id), "", AT)
            raise ZeroDivisionError

    with house.app.app_context(), pytest.raises(ZeroDivisionError):
        issue_and_fail()
    assert issue(house, kept).number == 1


def test_every_print_counts_once_however_many_come_together(house: House) -> None:
    receipt = issue(house, house.buy(day=1))

    def one(_: int) -> int:
        with house.app.app_context(), writing() as session:
            return receipts.count_print(session, receipt).printed

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(8))) == list(range(1, 9))


def test_a_return_invoice_takes_the_next_number_and_the_name_of_the_receipt(house: House) -> None:
    path = house.buy(day=2)
    issue(house, path, "株式会社テスト")
    invoice = give_back(house, path, back(1400, 1, kept=600))
    again = give_back(house, path, back(1400, 1, kept=600))
    assert (invoice.number, invoice.addressee, invoice.refund_id) == (2, "株式会社テスト", "refund-1")
    assert (invoice.amount_minor, invoice.tax_minor) == (1400, 127)
    assert again.id == invoice.id


def test_a_return_invoice_needs_no_receipt(house: House) -> None:
    invoice = give_back(house, house.buy(day=1), back(2000, 1))
    assert (invoice.number, invoice.addressee, invoice.tax_minor) == (1, "山田 花子", 181)


@pytest.mark.parametrize(("price", "tax"), [(2000, 181), (1000, 90), (11, 1), (10, 0), (3000, 272)])
def test_tax_is_ten_of_110_parts_rounded_down(price: int, tax: int) -> None:
    assert figures(parts_of(order_of((1, price, 10)))) == [(10, price, tax)]


def test_tax_is_rounded_once_for_a_rate_not_for_each_ticket() -> None:
    assert figures(parts_of(order_of((3, 1000, 10), (1, 1500, 10)))) == [(10, 4500, 409)]


def test_each_rate_has_its_own_sum_and_tax() -> None:
    order = order_of((2, 1000, 10), (1, 500, 8), (1, 0, 0))
    assert figures(parts_of(order)) == [(10, 2000, 181), (8, 500, 37)]


def test_what_went_back_is_shared_out_by_rate_to_the_last_yen() -> None:
    order = order_of((1, 1000, 10), (1, 500, 8))
    assert figures(parts_returned(order, back(1001, 1, 2))) == [(10, 668, 60), (8, 333, 24)]
    assert figures(parts_returned(order, back(700, 2))) == [(8, 700, 51)]
    assert figures(parts_returned(order, back(300))) == [(10, 200, 18), (8, 100, 7)]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("", "Hanako"),
        ("\u3000 ", "Hanako"),
        (" 𠮷野家 ", "𠮷野家"),
        ("山田　太郎", "山田　太郎"),
        ("あ" * 100, "あ" * 100),
    ],
)
def test_an_addressee_stands_as_typed_or_is_the_buyer(typed: str, name: str) -> None:
    assert read_addressee(typed, "Hanako") == name


@pytest.mark.parametrize("typed", ["a\x00b", "a\nb", "a\x7f", "a\x85b", "a\u202eb", "a\u2028b", "a\ue000", "\x0b"])
def test_characters_that_cannot_be_printed_are_refused(typed: str) -> None:
    with pytest.raises(Refused, match="addressee_invalid"):
        read_addressee(typed, "Hanako")


def test_a_long_addressee_is_refused() -> None:
    with pytest.raises(Refused, match="name_too_long"):
        read_addressee("あ" * 101, "Hanako")
