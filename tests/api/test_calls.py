"""What programs read and do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from back_office import refunds
from factories import MORNING, SLUG, House, session_of, well
from programs import program
from receiver import tell
from ticketing.api.models import ApiAnswer
from ticketing.core.db import reading
from ticketing.core.limits import RULES, make_limiter

ORDERS = f"/events/{SLUG}/orders"


def test_an_order_is_told_with_its_buyer_only_where_the_token_is_made_for_that(house: House) -> None:
    path = house.buy(day=2, email="hanako@example.com")
    code = path.split("/")[2]
    told = program(house).facts(f"/orders/{code}")
    assert told["buyer"] == {"name": "山田 花子", "email": "hanako@example.com", "language": "en"}
    assert (told["state"], told["event"], told["lines"][0]["quantity"]) == ("paid", SLUG, 2)
    quiet = program(house, "orders:read", "tickets:read")
    for page in (f"/orders/{code}", ORDERS, f"/orders/{code}/tickets", f"/events/{SLUG}/tickets"):
        answer = quiet.get(page)
        assert answer.status_code == 200
        assert not any(word in answer.text for word in ("山田", "hanako")), page
        assert not any(ticket in answer.text for ticket in house.codes(path)), page


def test_pages_neither_repeat_nor_hide_an_order_while_others_come(house: House) -> None:
    asking, first = program(house), set()
    for _ in range(5):
        first.add(house.buy(day=1).split("/")[2])  # all in the same moment: only their ids tell them apart
    page, seen = asking.facts(f"{ORDERS}?limit=2"), []
    while True:
        seen += [order["code"] for order in page["orders"]]
        if page["next_cursor"] is None:
            break
        house.clock.advance(timedelta(seconds=1))
        house.buy(conference=1)
        page = asking.facts(f"{ORDERS}?limit=2&cursor={page['next_cursor']}")
    assert sorted(seen) == sorted(first)


def test_lists_take_filters(house: House) -> None:
    paid = house.buy(day=1).split("/")[2]
    house.order(conference=1)
    asking = program(house)
    assert [order["code"] for order in asking.facts(f"{ORDERS}?state=paid")["orders"]] == [paid]
    assert asking.facts(f"{ORDERS}?since=2025-10-27T00:00:00Z")["orders"] == []
    assert len(asking.facts(f"/events/{SLUG}/tickets?tier=1-DAY")["tickets"]) == 1
    assert asking.facts(f"/events/{SLUG}/tickets?tier=EVENT-ONLY")["tickets"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "bad_request"),
        ("limit=1000", "bad_request"),
        ("limit=2&limit=3", "bad_request"),
        ("state=lost", "bad_request"),
        ("unknown=1", "bad_request"),
        ("since=2025-10-27T00:00:00", "bad_request"),
        ("cursor=abc", "cursor_invalid"),
        ("cursor=OTk5OTk5OTk5OTk5OTk5OToxMjM", "cursor_invalid"),
    ],
)
def test_a_query_out_of_form_is_refused(house: House, query: str, code: str) -> None:
    answer = program(house).get(f"{ORDERS}?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (400, code)


def test_what_has_not_changed_is_not_sent_again(house: House) -> None:
    asking = program(house)
    tag = asking.get(f"/events/{SLUG}/availability").headers["ETag"]
    again = asking.get(f"/events/{SLUG}/availability", **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    house.buy(day=1)
    assert asking.get(f"/events/{SLUG}/availability", **{"If-None-Match": tag}).status_code == 200


def test_scans_and_reports_tell_what_happened(house: House) -> None:
    path, tablet, asking = house.buy(day=2), house.tablet(name="North"), program(house)
    tablet.scan(house.codes(path)[0])
    tablet.scan("T1" + "0" * 27)
    admitted, refused = sorted(asking.facts(f"/events/{SLUG}/scans")["scans"], key=lambda one: one["decision"])
    assert (admitted["order"], admitted["number"], admitted["device"]) == (path.split("/")[2], 1, "North")
    assert (refused["decision"], refused["order"]) == ("refuse", None)
    assert len(asking.facts(f"/events/{SLUG}/scans?decision=admit&gate=A")["scans"]) == 1
    came = asking.facts(f"/events/{SLUG}/reports/attendance")
    assert (came["tickets_valid"], came["tickets_entered"], came["rooms"][0]["inside"]) == (2, 1, 1)
    sales, money = (asking.facts(f"/events/{SLUG}/reports/{name}") for name in ("sales", "money"))
    assert sales["gross"] == money["gross"]
    assert sales["orders_paid"] == 1
    level = asking.facts(f"/events/{SLUG}/availability")["tiers"][0]
    assert (level["code"], level["sold"], level["left"]) == ("1-DAY", 2, 298)


def test_a_refund_counts_once_for_its_key(house: House) -> None:
    code, asking = house.buy(day=2).split("/")[2], program(house)
    answers = [asking.post(f"/orders/{code}/refunds", body={"what": "tickets", "tickets": [1]}) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].get_json()["state"] == "partially_refunded"
    assert len(refunds(house)) == 1
    other = asking.post(f"/orders/{code}/refunds", body={"what": "all"})
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    rest = asking.post(f"/orders/{code}/refunds", key="key-2", body={"what": "all"})
    assert rest.get_json()["state"] == "refunded"
    house.work()
    assert [state for _, state, _ in refunds(house)] == ["succeeded", "succeeded"]
    well(house)


def test_an_answer_is_forgotten_after_a_month_and_what_it_told_is_not_done_again(house: House) -> None:
    house.publish(starts_at=MORNING + timedelta(days=60))
    code, asking = house.buy(day=1).split("/")[2], program(house)
    wish: dict[str, object] = {"what": "amount", "amount": 100}
    for _ in range(2):
        assert asking.post(f"/orders/{code}/refunds", body=wish).status_code == 200
        house.clock.advance(timedelta(days=14))
        tell(house)
    house.clock.advance(timedelta(days=3))
    tell(house)
    with house.app.app_context(), reading() as session:
        assert session.scalars(select(ApiAnswer)).all() == []
    assert asking.post(f"/orders/{code}/refunds", body=wish).status_code == 200
    assert len(refunds(house)) == 1  # a refund keeps its key itself


def test_a_refund_that_was_refused_may_be_tried_again_under_its_key(house: House) -> None:
    code, asking = house.buy(day=1).split("/")[2], program(house)
    assert asking.post(f"/orders/{code}/refunds", body={"what": "amount", "amount": 10**9}).status_code == 409
    assert asking.post(f"/orders/{code}/refunds", body={"what": "amount", "amount": 100}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [None, [], {"what": "some"}, {"what": "amount"}, {"what": "all", "tickets": [1]}, {"what": "tickets"}],
)
def test_a_refund_out_of_form_changes_nothing(house: House, body: object) -> None:
    code, asking = house.buy(day=1).split("/")[2], program(house)
    assert asking.post(f"/orders/{code}/refunds", body=body).get_json()["code"] == "bad_request"
    assert asking.post(f"/orders/{code}/refunds", key="", body={"what": "all"}).get_json()["code"] == (
        "idempotency_key_missing"
    )
    assert refunds(house) == []


def test_an_unpaid_order_is_canceled_and_a_paid_one_is_not(house: House) -> None:
    paid = house.buy(day=1).split("/")[2]
    code = house.path(session_of(house.order(day=1))).split("/")[2]
    asking = program(house)
    for _ in range(2):
        assert asking.post(f"/orders/{code}/cancel").get_json() == {"order": code, "state": "canceled"}
    assert asking.post(f"/orders/{paid}/cancel").get_json()["code"] == "paid_meanwhile"
    well(house)


def test_tickets_are_sent_again_once_for_each_key(house: House) -> None:
    code, asking = house.buy(day=1).split("/")[2], program(house)
    sent = len(house.transport.letters)
    for _ in range(2):
        assert asking.post(f"/orders/{code}/resend").status_code == 200
        house.work()
    assert len(house.transport.letters) == sent + 1


def test_who_asks_too_often_is_told_how_long_to_wait(house: House) -> None:
    settings = house.app.extensions["ticketing.settings"]
    house.app.extensions["ticketing.limiter"] = make_limiter(replace(settings).instance)
    asking = program(house)
    answer = asking.get("/events")
    assert answer.headers["RateLimit-Policy"] == f'"api";q={RULES["api"].amount};w=300'
    assert answer.headers["RateLimit"].startswith(f'"api";r={RULES["api"].amount - 1};t=')
    for _ in range(RULES["api_guess"].amount):
        assert house.client.get("/api/v1/events").status_code == 401
    tired = house.client.get("/api/v1/events")
    assert (tired.status_code, tired.get_json()["code"]) == (429, "too_often")
    assert 0 < int(tired.headers["Retry-After"]) <= 300
    assert asking.get("/events").status_code == 200
