"""The waiting list: joining, offers in order, taking them up, and everything that may come between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from factories import MORNING, SEED, SLUG, House, session_of, well
from ticketing.core.db import reading, writing
from ticketing.payments.calling_off import call_off
from ticketing.waiting.links import path_of
from ticketing.waiting.models import WaitingEntry

AHEAD = timedelta(days=40)


@dataclass
class Line:
    """A sold-out house and the line before it."""

    house: House

    def join(self, email: str, quantity: int = 1, tier: str = "EVENT-ONLY", **more: str) -> TestResponse:
        """Somebody joins the line."""
        form = {"tier": tier, "quantity": str(quantity), "email": email, **more}
        return self.house.client.post(f"/e/{SLUG}/waiting?lang=en", data=form)

    def entry(self, email: str) -> WaitingEntry:
        """The newest entry of this address."""
        with self.house.app.app_context(), reading() as session:
            found = session.query(WaitingEntry).filter_by(email=email).order_by(WaitingEntry.joined_at.desc())
            return found.first() or pytest.fail(f"{email} is on no list")

    def path(self, email: str) -> str:
        """The page of this address in the line."""
        with self.house.app.app_context():
            return path_of(self.entry(email).id)

    def page(self, email: str) -> str:
        """What that page says in English."""
        return self.house.client.get(f"{self.path(email)}?lang=en").text

    def review_of(self, email: str) -> str:
        """Where the page leads to buy what is kept."""
        found = re.search(r'href="(/e/[^"]+/review[^"]+)"', self.page(email))
        assert found, self.page(email)
        return found[1].replace("&amp;", "&")

    def take_up(self, email: str, client: FlaskClient | None = None, **form: Any) -> TestResponse:
        """Send the final form with the offer of this address."""
        token = self.review_of(email).partition("offer=")[2]
        return self.house.order(client, offer=token, email=email, **{"conference": 1, **form})

    def letters(self, email: str) -> list[str]:
        """The subjects of the letters to this address."""
        return [str(one["Subject"]) for one in self.house.transport.letters if one["To"] == email]


@pytest.fixture
def line(house: House) -> Line:
    """A hall of three places, weeks before the event."""
    hall(house, 3)
    return Line(house)


def hall(house: House, places: int, policy: str = "") -> None:
    """The event weeks ahead, in a hall of this size."""
    text = SEED.read_text(encoding="utf-8").replace("capacity = 300", f"capacity = {places}")
    house.publish(text.replace("[policy]\n", f"[policy]\n{policy}\n"), starts_at=MORNING + AHEAD)


def sell_out(line: Line, count: int = 3) -> str:
    """Sell every place; the order page."""
    return line.house.buy(conference=count)


def give_back(line: Line, path: str, *numbers: int) -> None:
    """The buyer gives these tickets back."""
    asked = line.house.client.get(f"{path}/refund", query_string={"ticket": numbers}).text
    amount = re.search(r'name="amount" value="(\d+)"', asked)
    assert amount, asked
    done = line.house.client.post(f"{path}/refund", data={"ticket": list(numbers), "amount": amount[1]})
    assert done.status_code == 303, done.text
    line.house.work()


def _waiting(line: Line, *emails: str, **more: Any) -> str:
    """A sold-out house with these in the line; the order that has all places."""
    path = sell_out(line)
    for email in emails:
        assert line.join(email, **more).status_code == 303
        line.house.clock.advance(timedelta(seconds=1))
    line.house.work()
    return path


def test_who_waits_gets_the_freed_place_before_everybody_else(line: Line) -> None:
    path = _waiting(line, "first@example.com", "second@example.com")
    assert 'href="/e/future-of-filmmaking-with-ai/waiting?tier=EVENT-ONLY"' in line.house.client.get(f"/e/{SLUG}").text
    assert "You are the next in line." in line.page("first@example.com")
    assert "One is ahead of you in the line." in line.page("second@example.com")
    give_back(line, path, 1)
    assert line.house.order(conference=1).status_code == 409, "somebody else got the place"
    assert "Kept for you until" in line.page("first@example.com")
    assert "You are the next in line." in line.page("second@example.com")
    assert len(line.letters("first@example.com")) == 2
    assert len(line.letters("second@example.com")) == 1
    well(line.house)


def test_an_offer_is_taken_up_by_paying(line: Line) -> None:
    give_back(line, _waiting(line, "first@example.com"), 1)
    assert line.house.client.get(line.review_of("first@example.com")).status_code == 200
    answer = line.take_up("first@example.com")
    line.house.gateway.pay(session_of(answer))
    line.house.hook(session_of(answer))
    line.house.work()
    assert line.house.status(line.house.path(session_of(answer)))["state"] == "paid"
    assert line.entry("first@example.com").state == "taken"
    assert "You took your places." in line.page("first@example.com")
    well(line.house)


def test_an_order_that_ends_unpaid_gives_its_places_back_to_the_offer(line: Line) -> None:
    give_back(line, _waiting(line, "first@example.com", "second@example.com"), 1)
    client = line.house.client
    first = line.take_up("first@example.com", client)
    assert "waits for its payment" in line.page("first@example.com")
    line.house.client.post(f"{line.house.path(session_of(first))}/cancel")
    line.house.work()
    assert "Kept for you until" in line.page("first@example.com")
    assert line.entry("second@example.com").state == "waiting"
    assert line.take_up("first@example.com", client).status_code == 303
    well(line.house)


def test_who_goes_back_and_corrects_the_form_keeps_the_offered_place(line: Line) -> None:
    give_back(line, _waiting(line, "first@example.com", "second@example.com"), 1)
    client = line.house.client
    token = line.review_of("first@example.com").partition("offer=")[2]
    form = {"conference": 1, "offer": token, "form_key": "one form", "email": "first@example.com"}
    first = line.house.order(client, **form)
    again = line.house.order(client, **form)
    assert session_of(again) == session_of(first)
    corrected = line.house.order(client, **{**form, "email": "corrected@example.com"})
    assert session_of(corrected) != session_of(first)
    line.house.work()
    assert line.entry("second@example.com").state == "waiting"
    well(line.house)


def test_an_offer_that_nobody_takes_up_goes_to_the_next(line: Line) -> None:
    give_back(line, _waiting(line, "first@example.com", "second@example.com"), 1)
    token = line.review_of("first@example.com").partition("offer=")[2]
    line.house.clock.advance(timedelta(hours=12, seconds=1))
    line.house.work()
    assert line.entry("first@example.com").state == "lapsed"
    assert "Your offer is over." in line.page("first@example.com")
    assert "Your offer" in line.letters("first@example.com")[-1]
    assert "Kept for you until" in line.page("second@example.com")
    late = line.house.order(offer=token, conference=1)
    assert late.status_code == 409
    assert line.house.order(conference=1).status_code == 409
    well(line.house)


def test_an_order_begun_in_time_is_paid_although_the_offer_is_over(line: Line) -> None:
    give_back(line, _waiting(line, "first@example.com", "second@example.com"), 1)
    line.house.clock.advance(timedelta(hours=11, minutes=50))
    line.house.work()
    answer = line.take_up("first@example.com")
    line.house.clock.advance(timedelta(minutes=20))
    line.house.gateway.pay(session_of(answer))
    line.house.hook(session_of(answer))
    line.house.work()
    assert line.entry("first@example.com").state == "taken"
    assert line.entry("second@example.com").state == "waiting"
    assert line.house.status(line.house.path(session_of(answer)))["state"] == "paid"
    well(line.house)


def test_who_wants_several_is_offered_what_is_there_unless_only_all_together_will_do(line: Line) -> None:
    path = sell_out(line)
    line.join("pair@example.com", 2, together="1")
    line.house.clock.advance(timedelta(seconds=1))
    line.join("some@example.com", 2)
    line.house.work()
    give_back(line, path, 1)
    assert line.entry("pair@example.com").state == "waiting"
    assert line.entry("some@example.com").offered == 1
    assert "You asked for 2; no more are free right now." in line.page("some@example.com")
    assert line.take_up("some@example.com", conference=2).status_code == 409
    assert line.take_up("some@example.com").status_code == 303
    well(line.house)


def test_who_takes_fewer_than_offered_leaves_the_rest_to_the_next(line: Line) -> None:
    path = sell_out(line)
    line.join("pair@example.com", 2)
    line.house.clock.advance(timedelta(seconds=1))
    line.join("next@example.com")
    line.house.work()
    give_back(line, path, 1, 2)
    answer = line.take_up("pair@example.com", conference=1)
    line.house.gateway.pay(session_of(answer))
    line.house.hook(session_of(answer))
    line.house.work()
    assert line.entry("pair@example.com").state == "taken"
    assert line.entry("next@example.com").state == "offered"
    well(line.house)


@pytest.mark.parametrize("offered", [False, True])
def test_one_can_leave_the_line_and_turn_an_offer_down(line: Line, offered: bool) -> None:
    path = _waiting(line, "first@example.com", "second@example.com")
    if offered:
        give_back(line, path, 1)
    for _ in range(2):
        left = line.house.client.post(f"{line.path('first@example.com')}/leave")
        assert (left.status_code, left.location) == (303, line.path("first@example.com"))
    line.house.work()
    assert line.entry("first@example.com").state == "left"
    assert line.entry("second@example.com").state == ("offered" if offered else "waiting")
    well(line.house)


def test_the_answer_is_the_same_for_who_stands_in_the_line_already(line: Line) -> None:
    sell_out(line)
    answers = [line.join("first@example.com", count) for count in (1, 2, 2)]
    line.house.work()
    assert len({(one.status_code, one.location, one.text) for one in answers}) == 1
    assert line.entry("first@example.com").quantity == 2
    assert len(line.letters("first@example.com")) == 2, "the link comes again, once an hour at most"
    well(line.house)


def test_faults_are_told_and_what_was_typed_is_kept(line: Line) -> None:
    sell_out(line)
    answer = line.join("hanako", 2)
    assert answer.status_code == 400
    for part in ('value="hanako"', "<option selected>2</option>", "This e-mail address cannot be right."):
        assert part in answer.text
    assert line.join("a@example.com", 99).status_code == 400
    assert line.join("a@example.com", tier="NONE").status_code == 409


def test_a_slip_in_the_address_is_asked_about_once(line: Line) -> None:
    sell_out(line)
    asked = line.join("hanako@docomo.co.jp", 2)
    assert asked.status_code == 400
    assert "Did you mean hanako@docomo.ne.jp?" in asked.text
    assert "<option selected>2</option>" in asked.text
    taken = line.join("hanako@docomo.co.jp", 2, email_taken="hanako@docomo.ne.jp")
    assert taken.status_code == 303
    assert line.entry("hanako@docomo.ne.jp").quantity == 2
    assert line.join("hanako@docomo.co.jp", email_asked="hanako@docomo.co.jp").status_code == 303
    assert line.entry("hanako@docomo.co.jp").quantity == 1


def test_nobody_waits_while_places_are_free(line: Line) -> None:
    sell_out(line, 2)
    answer = line.join("first@example.com")
    assert answer.status_code == 409
    assert "Places are free right now" in answer.text


def test_an_event_without_a_list_has_none(house: House) -> None:
    hall(house, 3, "waiting_list = { enabled = false }")
    house.buy(conference=3)
    assert "/waiting" not in house.client.get(f"/e/{SLUG}").text
    assert house.client.get(f"/e/{SLUG}/waiting?tier=EVENT-ONLY").status_code == 409


def test_a_larger_hall_is_offered_to_the_line_first(line: Line) -> None:
    _waiting(line, "first@example.com")
    hall(line.house, 5)
    line.house.work()
    assert line.entry("first@example.com").state == "offered"
    assert line.house.order(conference=2).status_code == 409
    assert line.house.order(conference=1).status_code == 303
    well(line.house)


def test_when_the_sale_is_over_the_line_is_closed_and_everybody_told(line: Line) -> None:
    _waiting(line, "first@example.com")
    catalog = line.house.catalog()
    line.house.clock.advance(catalog.tier("EVENT-ONLY").sale_ends_at - timedelta(minutes=14) - line.house.clock.now())
    line.house.work()
    assert line.entry("first@example.com").state == "closed"
    assert "The waiting list is closed." in line.page("first@example.com")
    assert "No place became free" in line.letters("first@example.com")[-1]
    well(line.house)


def test_calling_the_event_off_closes_the_line_and_ends_offers(line: Line) -> None:
    give_back(line, _waiting(line, "first@example.com", "second@example.com"), 1)
    with line.house.app.app_context(), writing() as session:
        call_off(session, line.house.catalog().id, "cli", line.house.clock.now())
    line.house.work()
    for email in ("first@example.com", "second@example.com"):
        assert line.entry(email).state == "closed"
        assert "is called off" in line.letters(email)[-1]
    well(line.house)


def test_a_wrong_secret_opens_no_place_in_the_line(line: Line) -> None:
    _waiting(line, "first@example.com", "second@example.com")
    first, second = line.path("first@example.com"), line.path("second@example.com")
    mixed = f"{first.rpartition('/')[0]}/{second.rpartition('/')[2]}"
    assert line.house.client.get(mixed).status_code == 404
    assert line.house.client.post(f"{mixed}/leave").status_code == 404
    assert line.house.order(conference=1, offer="nonsense").status_code == 404
