"""Buying over HTTP, with the outside faked: every way it can go."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from io import BytesIO

import pytest

from factories import SEED, SLUG, House
from fakes import SIGNATURE
from statements import counted
from ticketing.core.db import reading
from ticketing.inventory import levels
from ticketing.mail.transports import Later, Never
from ticketing.reports.doctor import examine


def session_of(answer_location: str) -> str:
    """The session whose page a buyer is sent to."""
    return answer_location.rpartition("/")[2]


def well(house: House) -> None:
    """Every counter and invariant holds."""
    with house.app.app_context(), reading() as session:
        assert [finding for finding in examine(session) if finding.code != "letter_failed"] == []


def test_a_paid_order_has_tickets_and_one_letter(house: House) -> None:
    path = house.buy(day=2, conference=1, name="山田 花子", email="hanako@example.com")
    status = house.status(path)
    assert status["state"] == "paid"
    assert status["total"] == {"amount": 5000, "currency": "jpy"}
    assert [(t["n"], t["tier"], t["state"]) for t in status["tickets"]] == [
        (1, "1-DAY", "valid"),
        (2, "1-DAY", "valid"),
        (3, "EVENT-ONLY", "valid"),
    ]
    assert [letter["To"] for letter in house.transport.letters] == ["hanako@example.com"]
    well(house)


def test_the_letter_is_in_the_buyers_language_with_one_pdf_and_the_dates(house: House) -> None:
    client = house.client
    answer = client.post(
        f"/e/{SLUG}/orders",
        data={"qty-1-DAY": "1", "name": "山田 花子", "email": "hanako@example.com"},
        headers={"Accept-Language": "ja"},
    )
    house.gateway.pay(session_of(answer.location))
    house.hook(session_of(answer.location))
    house.work()
    letter = house.transport.letters[0]
    attachments = list(letter.iter_attachments())
    assert [part.get_content_type() for part in attachments] == ["application/pdf", "text/calendar"]
    assert letter["Content-Language"] == "ja"
    body = letter.get_body(("html",))
    assert body is not None
    assert "山田 花子" in body.get_content()
    assert "http" not in re.sub(r'href="[^"]*"', "", body.get_content().partition("<body")[2])


def test_a_second_webhook_and_a_second_settling_change_nothing(house: House) -> None:
    path = house.buy(day=1)
    session_id = next(iter(house.gateway.sessions))
    assert house.hook(session_id, event_id="evt_again").status_code == 200
    assert house.hook(session_id, event_id="evt_again").status_code == 200
    house.work()
    assert len(house.status(path)["tickets"]) == 1
    assert len(house.transport.letters) == 1
    well(house)


def test_the_order_is_paid_without_any_webhook_when_the_buyer_comes_back(house: House) -> None:
    answer = house.order(day=1)
    session_id = session_of(answer.location)
    house.gateway.pay(session_id)
    path = house.path(session_id)
    assert house.client.get(f"{path}?session={session_id}").status_code == 200
    house.work()
    assert house.status(path)["state"] == "paid"


def test_the_same_form_sent_twice_is_one_order(house: House) -> None:
    form = {"form_key": uuid.uuid4().hex, "email": "hanako@example.com"}
    first, second = house.order(day=2, **form), house.order(day=2, **form)
    assert first.location == second.location
    assert len(house.gateway.sessions) == 1
    well(house)


def test_the_last_places_are_not_refused_to_who_holds_them_already(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace("capacity = 300", "capacity = 2"))
    form = {"form_key": uuid.uuid4().hex, "email": "hanako@example.com"}
    assert house.order(day=2, **form).status_code == 303
    assert house.order(day=2, **form).status_code == 303
    assert house.order(day=1).status_code == 409


def test_while_stripe_cannot_be_reached_nothing_is_lost_and_trying_again_works(house: House) -> None:
    key = uuid.uuid4().hex
    house.gateway.down = True
    refused = house.order(day=1, form_key=key, name="山田 花子")
    assert refused.status_code == 503
    assert f'value="{key}"' in refused.text
    assert "山田 花子" in refused.text
    house.gateway.down = False
    assert house.order(day=1, form_key=key).status_code == 303
    well(house)


def test_a_session_whose_making_was_never_answered_is_found_again_and_ended(house: House) -> None:
    house.gateway.lost_answers = 1
    assert house.order(day=1).status_code == 503
    session_id = next(iter(house.gateway.sessions))
    house.clock.advance(timedelta(minutes=31))
    house.work()
    assert house.gateway.sessions[session_id].status == "expired"
    assert house.gateway.calls.count("open") == 1  # a session that would end so soon is not asked for
    assert house.status(house.path(session_id))["state"] == "expired"
    well(house)


def test_an_order_whose_session_was_never_made_ends_without_asking_for_one(house: House) -> None:
    house.gateway.down = True
    assert house.order(day=1).status_code == 503
    house.gateway.down = False
    opened = house.gateway.calls.count("open")
    house.clock.advance(timedelta(minutes=31))
    house.work()
    assert (house.gateway.calls.count("open"), house.gateway.sessions) == (opened, {})
    well(house)


def test_an_order_that_was_not_paid_in_time_gives_its_places_back(house: House) -> None:
    session_id = session_of(house.order(day=2).location)
    house.clock.advance(timedelta(minutes=29))
    house.work()
    assert house.status(house.path(session_id))["state"] == "pending"
    house.clock.advance(timedelta(minutes=2))
    house.work()
    assert house.status(house.path(session_id))["state"] == "expired"
    assert house.gateway.sessions[session_id].status == "expired"
    well(house)


def test_who_pays_in_the_last_second_keeps_the_places(house: House) -> None:
    session_id = session_of(house.order(day=2).location)
    house.gateway.pay(session_id)
    house.clock.advance(timedelta(minutes=31))
    house.work()
    assert house.status(house.path(session_id))["state"] == "paid"
    well(house)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"email": ""}, "email"),
        ({"email": "hanako@"}, "email"),
        ({"email": "a\r\nBcc: b@example.com"}, "email"),
        ({"attendee-1": "x" * 101}, "attendee-1"),
    ],
)
def test_a_field_that_needs_a_look_keeps_everything_else(house: House, form: dict[str, str], field: str) -> None:
    sent = {"name": "山田 花子", "email": "hanako@example.com", "attendee-2": "髙橋 美咲", **form}
    answer = house.order(day=2, **sent)
    assert answer.status_code == 400
    assert f'id="{field}"' in answer.text or f'name="{field}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "髙橋 美咲" in answer.text
    assert not house.gateway.sessions
    well(house)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"day": 0}, 400),
        ({"day": 7}, 400),
        ({"day": -1}, 400),
        ({"day": "two"}, 400),
        ({"qty-GOLD": 1}, 409),
        ({"day": 300}, 400),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_a_way_on(house: House, form: dict[str, str], status: int) -> None:
    answer = house.order(**form)
    assert answer.status_code == status
    assert f'href="/e/{SLUG}' in answer.text


def test_before_and_after_the_sale_nothing_can_be_bought(house: House) -> None:
    house.clock.advance(timedelta(days=2))
    assert house.order(day=1).status_code == 409
    assert house.client.get(f"/e/{SLUG}").status_code == 200


@pytest.mark.parametrize("part", ["", "/status.json", "/tickets.pdf", "/t/1", "/t/1/qr.png"])
def test_a_wrong_secret_opens_nothing(house: House, part: str) -> None:
    path = house.buy(day=1)
    code = path.split("/")[2]
    other = house.buy(day=1).split("/")[3]
    assert house.client.get(f"{path}{part}").status_code == 200
    for wrong in (f"/o/{code}/{other}", f"/o/{code}/{'a' * 26}", f"/o/NOSUCH/{other}", f"/o/{code}/{'é' * 26}"):
        assert house.client.get(f"{wrong}{part}").status_code == 404


def test_an_unpaid_order_has_no_tickets_to_print(house: House) -> None:
    path = house.path(session_of(house.order(day=1).location))
    assert house.client.get(f"{path}/tickets.pdf").status_code == 404
    assert house.client.get(f"{path}/t/1").status_code == 404
    assert house.status(path)["tickets"] == []


@pytest.mark.parametrize(("answer", "tries"), [(Later, 2), (Never, 1)])
def test_a_letter_that_is_refused_is_tried_again_or_given_up(
    house: House, answer: type[Later] | type[Never], tries: int
) -> None:
    house.transport.answer = answer
    house.buy(day=1)
    house.transport.answer = None
    house.clock.advance(timedelta(minutes=1))
    house.work()
    assert len(house.transport.letters) == tries - 1


def test_placing_an_order_takes_at_most_twelve_statements(house: House) -> None:
    house.order(day=1)
    with counted(house) as count:
        assert house.order(day=2, conference=1).status_code == 303
    assert count.statements <= 12


def test_the_event_page_takes_at_most_two_statements(house: House) -> None:
    house.client.get(f"/e/{SLUG}")
    with counted(house) as count:
        assert house.client.get(f"/e/{SLUG}").status_code == 200
    assert count.statements <= 2


@pytest.mark.parametrize(
    ("body", "signature"),
    [(b"{}", ""), (b"{}", "t=1,v1=0"), (b"\xff\xfe", SIGNATURE + "x"), (b"x" * 900_000, "no")],
)
def test_a_webhook_that_stripe_did_not_sign_is_refused(
    house: House, body: bytes, signature: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = house.client.post("/stripe/webhook", data=body, headers={"Stripe-Signature": signature})
    assert answer.status_code == 400
    assert "why=SignatureVerificationError" in capsys.readouterr().out


def test_a_body_that_is_too_large_is_refused(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert house.client.post("/stripe/webhook", data=b"x" * 10_000_000).status_code == 413
    assert "too_large" in capsys.readouterr().out
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    body = BytesIO(b"x" * 10_000_000)
    answer = house.client.post("/stripe/webhook", input_stream=body, environ_overrides=chunked)
    assert answer.status_code == 411
    assert "length_required" in capsys.readouterr().out


def test_after_a_long_outage_of_stripe_the_same_form_still_works(house: House) -> None:
    key = uuid.uuid4().hex
    house.gateway.down = True
    assert house.order(day=1, form_key=key).status_code == 503
    for _ in range(4):
        house.clock.advance(timedelta(minutes=2))
        house.work()
        assert house.order(day=1, form_key=key).status_code == 503
    house.gateway.down = False
    answer = house.order(day=1, form_key=key)
    assert answer.status_code == 303
    house.gateway.pay(session_of(answer.location))
    house.hook(session_of(answer.location))
    house.work()
    assert house.status(house.path(session_of(answer.location)))["state"] == "paid"
    well(house)


def test_an_order_that_stripe_never_took_ends_with_its_hold(house: House) -> None:
    house.gateway.refuses_all = True
    assert house.order(day=1).status_code == 503
    house.clock.advance(timedelta(minutes=5))
    house.work()
    assert left(house) == 299
    house.clock.advance(timedelta(minutes=30))
    house.work()
    assert left(house) == 300
    well(house)


def left(house: House) -> int:
    """Places left for a day ticket."""
    catalog = house.catalog()
    with house.app.app_context(), reading() as session:
        return levels.read(session, catalog.id).left(catalog, catalog.tiers[0])


@pytest.mark.parametrize("email", ["花子@example.com", "用户@example.com"])
def test_an_address_that_mail_servers_may_refuse_is_not_taken(house: House, email: str) -> None:
    assert house.order(day=1, email=email).status_code == 400
