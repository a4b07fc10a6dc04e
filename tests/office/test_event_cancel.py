"""Calling an event off from the office and by command: once, for good, and safe to look at while it goes on."""

from __future__ import annotations

import re

from factories import SLUG, House
from ticketing import worker
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading
from ticketing.reports.doctor import examine

PAGE = f"/office/event/cancel?event={SLUG}&lang=en"


def call_off(house: House, typed: str = SLUG) -> tuple[int, str]:
    """Type the event's address and send the form."""
    client = house.staff()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PAGE).text)
    assert token
    form = {"csrf_token": token[1], "event": SLUG, "slug": typed}
    answer = client.post("/office/event/cancel?lang=en", data=form)
    return answer.status_code, answer.text


def test_the_page_says_what_will_happen_before_it_does(house: House) -> None:
    house.buy(day=2)
    house.buy(conference=1)
    house.order(day=1)
    text = house.staff().get(PAGE).text
    assert "Paid orders: 2. Their tickets stop working, and ¥5,000 goes back to the buyers." in text
    assert "Orders not paid yet: 1." in text


def test_without_the_right_address_nothing_happens_and_the_typing_stays(house: House) -> None:
    path = house.buy(day=1)
    status, text = call_off(house, "another-event")
    assert (status, f"It is: {SLUG}" in text, 'value="another-event"' in text) == (400, True, True)
    house.work()
    assert house.catalog().canceled_at is None
    assert house.status(path)["state"] == "paid"


def test_everybody_gets_the_money_back_and_the_page_tells_how_far_it_is(house: House) -> None:
    paid = [house.buy(day=1), house.buy(day=1, conference=1)]
    unpaid = house.path(house.order(day=1).location.rpartition("/")[2])
    assert call_off(house, f" {SLUG} ")[0] == 303
    client = house.staff(email="second@example.com")
    assert "The event is called off" in client.get(PAGE).text
    figures = client.get(f"/office/event/cancel.json?event={SLUG}").get_json()["figures"]
    assert (figures["done"], figures["left"]) == ("0", "3")
    with house.app.app_context():
        worker.work_canceled()
    house.work()
    answer = client.get(f"/office/event/cancel.json?event={SLUG}")
    figures = answer.get_json()["figures"]
    assert (figures["done"], figures["left"], figures["back"], figures["failed"]) == ("2", "0", "2", "0")
    again = client.get(f"/office/event/cancel.json?event={SLUG}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert [house.status(path)["state"] for path in paid] == ["refunded", "refunded"]
    assert house.status(unpaid)["state"] in {"expired", "canceled"}
    with house.app.app_context(), reading() as session:
        assert examine(session) == []


def test_called_off_twice_it_is_called_off_once(house: House) -> None:
    house.buy(day=1)
    assert call_off(house)[0] == 303
    at = house.catalog().canceled_at
    house.work()
    assert call_off(house)[0] == 303
    assert house.catalog().canceled_at == at
    with house.app.app_context(), reading() as session:
        assert session.query(AuditEntry).filter_by(action="event.canceled").count() == 1
