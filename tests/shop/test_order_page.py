"""The buyer's order page in every state, and the ticket for the door."""

from dataclasses import replace
from datetime import timedelta

import pytest

from factories import MORNING, House
from ticketing.shop.pages import OrderPage, order_page
from ticketing.shop.purchase import masked


def unpaid(house: House, **changes: object) -> OrderPage:
    """An order's page with changes to the order."""
    answer = house.order(day=1)
    order = house.order_view(house.path(answer.location.rpartition("/")[2]))
    with house.app.test_request_context():
        return order_page(house.catalog(), replace(order, **changes), MORNING)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("email", "shown"),
    [("hanako@gmail.com", "h•••••o@gmail.com"), ("h@example.jp", "h•••••@example.jp")],
)
def test_an_address_is_recognized_by_its_owner_only(email: str, shown: str) -> None:
    assert masked(email) == shown


def test_a_waiting_order_says_how_long_its_places_are_kept(house: House) -> None:
    page = unpaid(house)
    assert (page.waits, page.minutes_left, page.kept_until) == (True, 30, "10:10")


def test_a_voucher_of_days_is_told_with_its_day(house: House) -> None:
    page = unpaid(house, state="awaiting_payment", expires_at=MORNING + timedelta(days=2))
    with house.app.test_request_context():
        assert page.kept_until == "28 October 09:40"


def test_a_waiting_page_reloads_itself_without_script(house: House) -> None:
    answer = house.order(day=1)
    text = house.client.get(house.path(answer.location.rpartition("/")[2])).text
    assert '<noscript><meta http-equiv="refresh"' in text
    assert 'data-state="pending"' in text


def test_a_paid_page_has_the_tickets_and_hides_the_address(house: House) -> None:
    path = house.buy(day=1, conference=1, email="hanako@example.com")
    text = house.client.get(path).text
    assert "refresh" not in text
    for part in (f"{path}/t/1", f"{path}/t/2", f"{path}/tickets.pdf", "h•••••o@example.com"):
        assert part in text
    assert "hanako@example.com" not in text


@pytest.mark.parametrize("state", ["expired", "canceled", "refunded", "partially_refunded", "awaiting_payment", "paid"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_state_has_a_page_in_both_languages(house: House, state: str, lang: str) -> None:
    page = unpaid(house, state=state)
    with house.app.test_request_context(f"/?lang={lang}"):
        text = house.app.jinja_env.get_template("shop/order.html").render(page=page)
    assert f'<html lang="{lang}"' in text
    assert f'data-state="{state}"' in text
    assert page.code in text


def test_a_ticket_leads_to_its_neighbours(house: House) -> None:
    path = house.buy(day=1, conference=2)
    text = house.client.get(f"{path}/t/2").text
    assert f'href="{path}/t/1"' in text
    assert f'href="{path}/t/3"' in text
    assert f'href="{path}/t/2"' not in text


def test_a_revoked_ticket_shows_no_code(house: House) -> None:
    path = house.buy(day=1)
    order = house.order_view(path)
    revoked = replace(order.tickets[0], state="revoked")
    with house.app.test_request_context("/?lang=en"):
        page = order_page(house.catalog(), replace(order, tickets=(revoked,)), MORNING)
        text = house.app.jinja_env.get_template("shop/order.html").render(page=page)
    assert "Not valid any more" in text
    assert "Show at door" not in text
