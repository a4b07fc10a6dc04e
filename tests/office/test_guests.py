"""Guests: tickets that nobody pays, for one person or for a list."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from back_office import Office, findings, refunds
from changes import letters, text_of
from factories import MORNING, House
from guest_desk import confirm, give, orders
from ticketing.core.clock import SetClock
from ticketing.core.db import reading
from ticketing.inventory import levels
from ticketing.orders.models import Order
from ticketing.payments.models import Payment
from ticketing.tickets.models import Ticket

LIST = "お名前,メール,券種,枚数\n山田 花子,hanako@example.com,1-DAY,2\n佐藤 葵,,ＥＶＥＮＴ－ＯＮＬＹ,１\n"


def sold(house: House) -> int:
    with house.app.app_context(), reading() as session:
        return sum(level.sold for level in levels.read(session, house.catalog().id).tiers.values())


def test_a_guest_gets_tickets_by_letter_that_open_the_door_and_cost_nothing(house: House) -> None:
    office = Office(house)
    asked = give(office, name="山田 花子", kana="ﾔﾏﾀﾞ ﾊﾅｺ", email="hanako@example.com", count="2", purpose="press")
    assert "Guests: 1. Tickets: 2." in asked.text
    assert orders(house) == []
    assert confirm(office, asked).status_code == 303
    house.work()
    (order,) = orders(house)
    assert (order.state, order.total_minor, order.buyer_kana) == ("paid", 0, "やまだ はなこ")
    (letter,) = letters(house, "hanako@example.com")
    assert "¥" not in text_of(letter)
    assert "￥" not in text_of(letter)
    link = re.search(r"/o/\S+", text_of(letter))
    assert link
    page = house.client.get(f"{link[0]}?lang=en").text
    assert "Your tickets are here." in page
    assert "/receipt" not in page
    receipt = house.client.post(f"{link[0]}/receipt?lang=en", data={"addressee": "X"})
    assert (receipt.status_code, "Nothing was paid" in receipt.text) == (409, True)
    first, second = house.codes(link[0])
    assert house.tablet().scan(first)["decision"] == house.tablet().scan(second)["decision"] == "admit"
    assert sold(house) == 2
    assert findings(house) == []


@pytest.mark.parametrize(
    "raw",
    [
        LIST.encode(),
        LIST.encode("utf-8-sig"),
        LIST.encode("cp932"),
        LIST.replace(",", "\t").encode("utf-16"),
        LIST.replace(",", ";").replace("\n", "\r\n").encode(),
        LIST.replace("お名前,メール,券種,枚数\n", "").replace(",", "、").encode(),
    ],
    ids=["utf-8", "with its mark", "shift_jis", "unicode text", "semicolons", "typed"],
)
def test_a_list_is_read_as_excel_and_people_write_it(house: House, raw: bytes) -> None:
    office = Office(house)
    asked = give(office, file=(BytesIO(raw), "guests.csv"))
    assert "Guests: 2. Tickets: 3." in asked.text, asked.text
    assert confirm(office, asked).status_code == 303
    made = [(one.buyer_name, one.buyer_email, len(house_tickets(house, one))) for one in orders(house)]
    assert made == [("佐藤 葵", "", 1), ("山田 花子", "hanako@example.com", 2)]


def house_tickets(house: House, order: Order) -> list[Ticket]:
    with house.app.app_context(), reading() as session:
        return session.query(Ticket).filter_by(order_code=order.code).all()


def test_every_fault_is_told_by_line_and_column_and_nothing_is_made(house: House) -> None:
    office = Office(house)
    text = "name,email,tier,count,language,purpose,size\n,a@example.com\nB,b@,VIP,0,fr,friend\nC,c@example.com,,21\n"
    answer = give(office, list=text, confirm="yes")
    assert answer.status_code == 400
    told = html.unescape(re.sub(r"<[^>]+>", "", answer.text))
    for said in (
        "Line 1, size",
        "Line 2, Name: The name is missing",
        "Line 3, E-mail b@",
        "Line 3, Ticket type VIP: There is no such ticket type",
        "Line 3, Tickets 0: Use a whole number from 1 to 20",
        "Line 3, Language fr",
        "Line 3, For friend",
        "Line 4, Tickets 21",
    ):
        assert said in told, said
    assert "C,c@example.com,,21" in html.unescape(answer.text)
    assert orders(house) == []


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"list": " \n \n"}, "Name at least one guest"),
        ({"list": "name,email\n"}, "Name at least one guest"),
        ({"file": b"\x89PNG\r\n\x1a\n\0\0"}, "cannot be read as a table"),
        ({"list": "\n".join(f"guest {n}" for n in range(501))}, "at most 500"),
        ({"list": 'name,email\n"' + "never closed " * 11_000}, "cannot be read as a table"),
    ],
)
def test_what_is_no_list_is_told(house: House, form: dict[str, Any], says: str) -> None:
    if "file" in form:
        form = {"file": (BytesIO(form["file"]), "guests.csv")}
    answer = give(Office(house), **form)
    assert (answer.status_code, says in answer.text) == (400, True)


def test_what_should_be_looked_at_once_more_is_told_and_stops_nobody(house: House) -> None:
    office = Office(house)
    house.buy(day=1, email="known@example.com")
    asked = give(office, list="A,a@gmial.com\nB,known@example.com\nC\nC\n")
    for said in ("Did you mean a@gmail.com?", "has already: 1.", "No letter", "The same stands above"):
        assert said in html.unescape(asked.text), said
    assert confirm(office, asked).status_code == 303
    assert len(orders(house)) == 5


def test_a_list_that_is_sent_twice_is_given_once_also_when_it_was_put_right_between(house: House) -> None:
    office = Office(house)
    asked = give(office, list="A,a@example.com\nB,b@example.com")
    for _ in range(2):
        assert confirm(office, asked).status_code == 303
    batch = re.search(r'name="batch" value="([^"]+)"', asked.text)
    assert batch
    more = give(office, list="C,c@example.com\nA,a@example.com\nB,b@example.com", batch=batch[1])
    assert "Guests: 1. Tickets: 1." in more.text
    confirm(office, more)
    assert sorted(one.buyer_name for one in orders(house)) == ["A", "B", "C"]


def test_of_many_who_send_the_same_list_at_once_each_guest_has_one_order(house: House) -> None:
    offices = [Office(house, role) for role in ("owner", "manager")]
    asked = give(offices[0], list="\n".join(f"guest {n},g{n}@example.com" for n in range(25)))
    token = re.search(r'name="csrf_token" value="([^"]+)"', offices[1].get("/orders").text)
    assert token
    second = re.sub(r'name="csrf_token" value="[^"]+"', f'name="csrf_token" value="{token[1]}"', asked.text)
    asked_too = type("Page", (), {"text": second})
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda pair: confirm(*pair).status_code, zip(offices, (asked, asked_too), strict=True)))
    assert set(answers) == {303}
    assert len(orders(house)) == 25
    assert findings(house) == []


def test_too_few_places_are_told_before_anything_is_made(house: House) -> None:
    house.set_capacity(3)
    office = Office(house)
    asked = give(office, list="A,,,2\nB,,,2")
    assert (asked.status_code, "4 places are wanted, 3 are left" in asked.text) == (409, True)
    assert "Give these tickets" not in asked.text
    assert orders(house) == []


def test_where_places_run_out_what_was_made_stays_and_the_list_goes_on_from_there(house: House) -> None:
    house.set_capacity(24)
    office = Office(house)
    asked = give(office, list="\n".join(f"guest {n}" for n in range(24)))
    for _ in range(3):
        house.order(day=2)
    gone = confirm(office, asked)
    assert (gone.status_code, "too few" in gone.text.lower()) == (409, True)
    house.set_capacity(40)
    assert confirm(office, asked).status_code == 303
    assert sum(one.total_minor == 0 for one in orders(house)) == 24
    assert findings(house) == []


def test_tickets_of_a_guest_are_taken_back_with_a_letter_and_their_places_are_free(house: House) -> None:
    office = Office(house)
    confirm(office, give(office, name="A", email="a@example.com", language="en"))
    house.work()
    (order,) = orders(house)
    page = office.get(f"/orders/{order.code}").text
    assert "Take tickets back" in page
    assert "Complimentary, for" in page
    asked = office.post(f"/orders/{order.code}/refund", what="all")
    assert office.confirm(asked, f"/orders/{order.code}/refund").status_code == 303
    house.work()
    assert orders(house)[0].state == "refunded"
    assert "taken these tickets back" in text_of(letters(house, "a@example.com")[-1])
    assert sold(house) == 0
    assert "taken back" in office.get("/guests").text
    assert findings(house) == []


def test_a_guest_who_cannot_come_gives_the_ticket_back_and_no_money_moves(house: House) -> None:
    house.clock = house.app.extensions["ticketing.clock"] = SetClock(MORNING - timedelta(days=8))
    house.gateway.now = house.clock.now
    office = Office(house)
    confirm(office, give(office, name="A", email="a@example.com"))
    house.work()
    link = re.search(r"/o/\S+", text_of(letters(house, "a@example.com")[0]))
    assert link
    answer = house.client.post(f"{link[0]}/refund", data={"ticket": "1", "amount": "0"})
    assert answer.status_code == 303, answer.text
    house.work()
    with house.app.app_context(), reading() as session:
        (payment,) = session.query(Payment).all()
        assert (payment.amount_minor, payment.methods, payment.state) == (0, "free", "confirmed")
    assert (orders(house)[0].state, sold(house), refunds(house)) == ("refunded", 0, [])
    assert house.client.get(link[0]).status_code == 200
    assert findings(house) == []


def test_who_only_looks_sees_the_guests_and_no_form(house: House) -> None:
    office = Office(house)
    confirm(office, give(office, name="Ann Example"))
    seen = Office(house, "viewer").get("/guests").text
    assert "Ann Example" in seen
    assert 'name="list"' not in seen
