"""The buyer gives tickets back or an order up: what the page shows is what happens, and it happens once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from factories import MORNING, SEED, SLUG, House
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading, writing
from ticketing.core.money import Money
from ticketing.orders.reading import get
from ticketing.payments import calling_off
from ticketing.payments.models import Payment, Refund
from ticketing.payments.refunds import Cause, refund_amount

EN = {"Accept-Language": "en"}
NO_FEE = "2025-10-26T10:00:00"
FEE_30 = "2025-10-26T12:00:00"


@pytest.fixture
def house(house: House) -> House:
    """Tickets can go back on this morning: free until 10:00, then for 30 percent until noon."""
    text = SEED.read_text(encoding="utf-8")
    house.publish(text.replace("2025-10-12T23:59:59", NO_FEE).replace("2025-10-19T23:59:59", FEE_30))
    return house


def at_half_past_ten(house: House) -> None:
    house.clock.advance(timedelta(minutes=50))


def refunds(house: House) -> list[Refund]:
    with house.app.app_context(), reading() as session:
        return session.query(Refund).order_by(Refund.requested_at).all()


def step(house: House, path: str, query: str) -> str:
    """The page before tickets go back."""
    answer = house.client.get(f"{path}/refund?{query}", headers=EN)
    assert answer.status_code == 200, answer.text
    return answer.text


def give_back(house: House, path: str, *numbers: int, amount: int) -> TestResponse:
    fields = {"ticket": [str(number) for number in numbers], "amount": str(amount)}
    return house.client.post(f"{path}/refund", data=fields, headers=EN)


def states(house: House, path: str) -> tuple[str, list[str]]:
    status = house.status(path)
    return status["state"], [ticket["state"] for ticket in status["tickets"]]


def call_off(house: House) -> None:
    with house.app.app_context(), writing() as session:
        calling_off.call_off(session, house.catalog().id, "cli", house.clock.now())


def voucher(house: House) -> str:
    """The path of an order that waits for a voucher."""
    session_id = house.order(day=1).location.rpartition("/")[2]
    house.gateway.issue_voucher(session_id, MORNING + timedelta(days=1))
    house.hook(session_id)
    house.work()
    return house.path(session_id)


def page(house: House, path: str) -> str:
    answer = house.client.get(path, headers=EN)
    assert answer.status_code == 200
    return answer.text


def heading(text: str) -> str:
    """The words of the page's one h1."""
    (found,) = re.findall(r"<h1[^>]*>(.*?)</h1>", text, re.S)
    return " ".join(re.sub(r"<[^>]+>", "", found).split())


def test_what_comes_back_is_shown_before_anything_happens(house: House) -> None:
    path = house.buy(day=2, conference=1)
    at_half_past_ten(house)
    text = step(house, path, "ticket=1&ticket=3")
    for part in ("¥2,000", "¥1,000", "30%, kept", "¥900", "¥2,100", "26 October 12:00", "cannot be undone"):
        assert part in text
    assert states(house, path) == ("paid", ["valid"] * 3)
    assert refunds(house) == []


def test_what_was_shown_happens(house: House) -> None:
    path = house.buy(day=2, conference=1)
    at_half_past_ten(house)
    answer = give_back(house, path, 1, 3, amount=2100)
    assert (answer.status_code, answer.location) == (303, f"{path}#money-back")
    assert states(house, path) == ("partially_refunded", ["revoked", "valid", "revoked"])
    (refund,) = refunds(house)
    assert (refund.amount_minor, refund.kept_minor, refund.tickets) == (2100, 900, [1, 3])
    with house.app.app_context(), reading() as session:
        (entry,) = session.query(AuditEntry).filter_by(action="order.refund")
        assert (entry.actor, entry.facts["tickets"]) == ("buyer", [1, 3])


def test_a_price_that_moved_meanwhile_is_shown_again(house: House) -> None:
    path = house.buy(day=1)
    assert 'name="amount" value="2000"' in step(house, path, "ticket=1")
    at_half_past_ten(house)
    answer = give_back(house, path, 1, amount=2000)
    assert answer.status_code == 409
    assert 'name="amount" value="1400"' in answer.text
    assert (states(house, path), refunds(house)) == (("paid", ["valid"]), [])


def test_sent_twice_there_is_one_refund_and_a_clear_page(house: House) -> None:
    path = house.buy(day=1)
    assert give_back(house, path, 1, amount=2000).status_code == 303
    answer = give_back(house, path, 1, amount=2000)
    assert answer.status_code == 409
    assert "given back already" in heading(answer.text)
    assert len(refunds(house)) == 1


def test_sent_at_once_from_many_tabs_there_is_one_refund(house: House) -> None:
    path = house.buy(day=2)
    with ThreadPoolExecutor(6) as pool:
        sent = [
            pool.submit(give_back, house, path, *numbers, amount=2000 * len(numbers)) for numbers in [(1,), (1, 2)] * 3
        ]
        codes = sorted(answer.result().status_code for answer in sent)
    assert codes == [303] + [409] * 5
    assert len(refunds(house)) == 1


def test_no_more_comes_back_than_earlier_refunds_have_left(house: House) -> None:
    path = house.buy(day=1)
    with house.app.app_context(), writing() as session:
        order = get(session, house.order_view(path).id)
        refund_amount(session, order, Money(500, "jpy"), Cause("organizer", "cli"), house.clock.now())
    assert 'name="amount" value="1500"' in step(house, path, "ticket=1")
    assert give_back(house, path, 1, amount=2000).status_code == 409
    assert give_back(house, path, 1, amount=1500).status_code == 303
    assert sum(refund.amount_minor for refund in refunds(house)) == 2000


def test_after_the_last_day_nothing_goes_back(house: House) -> None:
    path = house.buy(day=1)
    house.clock.advance(timedelta(hours=3))
    assert "#give-back" not in page(house, path)
    assert f'action="{path}/refund"' not in page(house, path)
    for answer in (house.client.get(f"{path}/refund?ticket=1", headers=EN), give_back(house, path, 1, amount=2000)):
        assert answer.status_code == 409
        assert "last day" in heading(answer.text)
    assert states(house, path) == ("paid", ["valid"])


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "٣"])
def test_a_ticket_of_nobody_is_not_found(house: House, number: str) -> None:
    path = house.buy(day=1)
    assert house.client.get(f"{path}/refund", query_string={"ticket": number}).status_code == 404
    posted = house.client.post(f"{path}/refund", data={"ticket": number, "amount": "2000"})
    assert posted.status_code == 404


def test_without_a_choice_the_tickets_are_offered(house: House) -> None:
    path = house.buy(day=2)
    text = step(house, path, "")
    assert text.count('type="checkbox"') == 2
    assert house.client.post(f"{path}/refund", data={"amount": "0"}).status_code == 400


def test_a_wrong_secret_gives_nothing_back(house: House) -> None:
    path = house.buy(day=1)
    wrong = path[:-3] + "zzz"
    assert give_back(house, wrong, 1, amount=2000).status_code == 404
    assert house.client.post(f"{wrong}/cancel").status_code == 404
    assert states(house, path) == ("paid", ["valid"])


def test_disputed_money_cannot_be_given_back(house: House) -> None:
    path = house.buy(day=1)
    with house.app.app_context(), writing() as session:
        session.query(Payment).update({"flag": "disputed"})
    answer = give_back(house, path, 1, amount=2000)
    assert (answer.status_code, "Your bank" in answer.text) == (409, True)
    assert "Your bank is looking into this payment." in page(house, path)


@pytest.mark.parametrize(
    ("status", "said", "word"),
    [
        ("pending", "Your money is on its way back.", "On its way"),
        ("requires_action", "Stripe needs your bank account to send your money.", "Bank account needed"),
        ("succeeded", "Your money is sent back.", "Sent"),
        ("failed", "Your money could not be sent yet.", "Could not be sent"),
        ("canceled", "Your money could not be sent yet.", "Could not be sent"),
    ],
)
def test_the_page_says_where_the_money_is(house: House, status: str, said: str, word: str) -> None:
    path = house.buy(day=1)
    house.gateway.refund_status = status
    give_back(house, path, 1, amount=2000)
    assert heading(page(house, path)) == "Your money is on its way back."
    house.work()
    text = page(house, path)
    assert heading(text) == said
    assert f"<span>{word}</span>" in text
    assert ("tickets@example.com" in text) == (status in ("failed", "canceled"))


def test_money_of_one_ticket_is_told_beside_the_other_ticket(house: House) -> None:
    path = house.buy(day=2)
    give_back(house, path, 2, amount=2000)
    text = page(house, path)
    assert heading(text) == "Part of your money is on its way back. See you on 26 October."
    assert f'href="{path}/t/1"' in text
    assert f'href="{path}/t/2"' not in text


def test_a_voucher_is_shown_with_its_own_end_and_its_numbers(house: House) -> None:
    text = page(house, voucher(house))
    assert heading(text) == "Pay at the convenience store by 27 October 09:40."
    for part in ("Lawson", "11111111110", "123456", "/voucher"):
        assert part in text


def test_who_gives_a_voucher_up_frees_the_places_and_ends_it_at_stripe(house: House) -> None:
    path = voucher(house)
    answer = house.client.post(f"{path}/cancel")
    assert (answer.status_code, answer.location) == (303, path)
    assert states(house, path) == ("canceled", [])
    assert "cancel" in house.gateway.calls
    assert heading(page(house, path)) == "This order is canceled."


def test_who_paid_before_giving_up_has_the_tickets(house: House) -> None:
    session_id = house.order(day=1).location.rpartition("/")[2]
    house.gateway.pay(session_id)
    house.client.post(f"{house.path(session_id)}/cancel")
    assert states(house, house.path(session_id)) == ("paid", ["valid"])


def test_without_stripe_nothing_is_given_up(house: House) -> None:
    path = voucher(house)
    house.gateway.down = True
    assert house.client.post(f"{path}/cancel").status_code == 503
    assert states(house, path) == ("awaiting_payment", [])


def test_a_paid_order_is_not_canceled(house: House) -> None:
    path = house.buy(day=1)
    assert house.client.post(f"{path}/cancel").status_code == 303
    assert states(house, path) == ("paid", ["valid"])


def test_money_that_came_for_an_ended_order_is_told(house: House) -> None:
    session_id = house.order(day=1).location.rpartition("/")[2]
    house.gateway.pay(session_id, amount=1000)
    house.hook(session_id)
    house.work()
    text = page(house, house.path(session_id))
    assert heading(text) == "Your money is sent back."
    assert "not the amount of the order" in text
    assert "Nothing was charged" not in text


def test_an_event_that_is_called_off_sells_nothing_and_says_so(house: House) -> None:
    call_off(house)
    text = page(house, f"/e/{SLUG}")
    assert "This event does not take place." in text
    assert "<select" not in text
    answer = house.order(day=1)
    assert (answer.status_code, "called off" in answer.text or "中止" in answer.text) == (409, True)


def test_the_orders_of_an_event_that_is_called_off_say_so(house: House) -> None:
    path, waiting = house.buy(day=1), voucher(house)
    call_off(house)
    assert heading(page(house, path)) == "This event is called off."
    assert heading(page(house, waiting)) == "This event is called off."
    assert give_back(house, path, 1, amount=2000).status_code == 409
    house.work()
    assert heading(page(house, path)) == "This event is called off. Your money is sent back."
    assert heading(page(house, waiting)) == "This event is called off."


def test_a_ticket_that_was_used_stays(house: House) -> None:
    path = house.buy(day=2)
    tablet = house.tablet()
    used = house.codes(path)[0]
    assert tablet.scan(used)["decision"] == "admit"
    assert tablet.scan(used, "exit")["decision"] == "admit"  # who left has been there all the same
    answer = give_back(house, path, 1, 2, amount=4000)
    assert (answer.status_code, heading(answer.text)) == (
        409,
        "Somebody has entered with one of these tickets, so it cannot be given back.",
    )
    assert states(house, path) == ("paid", ["valid", "valid"])
    assert 'value="2"' in page(house, path)
    assert 'name="ticket" value="1"' not in page(house, path)
    assert give_back(house, path, 2, amount=2000).status_code == 303
    assert states(house, path) == ("partially_refunded", ["valid", "revoked"])
