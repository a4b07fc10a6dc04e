"""Writing to attendees: to whom it goes, once to each, whatever happens meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from werkzeug.test import TestResponse

from back_office import Office
from books_of_stripe import refund
from changes import open_house, pass_on
from factories import SLUG, House, session_of
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading
from ticketing.mail.models import Letter
from ticketing.messages import sending
from ticketing.messages.models import Message

TEXT = {
    "subject-ja": "開場時刻のお知らせ",
    "body-ja": "開場は午前10時です。\n\nお待ちしております。",
    "subject-en": "Doors open at ten",
    "body-en": "Doors open at 10:00.\nBring a coat.\n\nSee you there.",
}


class Desk(Office):
    """Somebody in the office who writes."""

    def write(self, **form: Any) -> str:
        """A kept draft: the path of its page."""
        answer = self.post("/messages", **{"event": SLUG, "group": "tickets", **TEXT, **form})
        assert answer.status_code == 303, answer.text
        return str(answer.location).removeprefix("/office")

    def version(self, path: str) -> str:
        found = re.search(r'name="version" value="(\d+)"', self.get(path).text)
        assert found
        return found[1]

    def send(self, path: str, **form: Any) -> TestResponse:
        return self.post(f"{path}/send", **{"version": self.version(path), "no-ad": "yes", **form})


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def told(house: House) -> list[tuple[str, str]]:
    """To whom messages went, and their subjects."""
    wanted = {TEXT["subject-ja"], TEXT["subject-en"]}
    return sorted((str(one["To"]), str(one["Subject"])) for one in house.transport.letters if one["Subject"] in wanted)


def addresses(house: House) -> list[str]:
    return [address for address, _ in told(house)]


def body(letter: EmailMessage, kind: str = "plain") -> str:
    part = letter.get_body((kind,))
    assert part
    return str(part.get_content())


def states(house: House) -> list[str]:
    with house.app.app_context(), reading() as session:
        return sorted(one.state for one in session.query(Letter).filter_by(kind=sending.LETTER))


def test_a_message_is_written_looked_at_and_sent_once_to_everybody_in_their_language(house: House, desk: Desk) -> None:
    japanese = house.client
    japanese.set_cookie("lang", "ja")
    session_id = session_of(house.order(japanese, conference=1, email="hanako@example.com"))
    house.gateway.pay(session_id)
    house.hook(session_id)
    order_path = house.buy(day=1, email="john@example.com", name="John Doe")
    path = desk.write()
    page = desk.get(path).text
    assert "Letters that it comes to now: 2" in page
    assert "Bring a coat." in page
    assert told(house) == []
    assert desk.send(path).status_code == 303
    house.work()
    assert told(house) == [("hanako@example.com", "開場時刻のお知らせ"), ("john@example.com", "Doors open at ten")]
    letter = next(one for one in house.transport.letters if one["Subject"] == TEXT["subject-en"])
    assert "Dear John Doe," in body(letter)
    assert "You get this letter because you have tickets to" in body(letter)
    assert "Pacific Voice Co., Ltd." in body(letter)
    assert "Doors open at 10:00.<br>Bring a coat." in body(letter, "html")
    assert order_path in body(letter)
    page = desk.get(path).text
    assert "Every letter is done." in page
    assert "owner@example.com" in page


def test_who_wrote_and_sent_it_stands_in_the_audit_log(house: House, desk: Desk) -> None:
    house.buy(day=1)
    desk.send(desk.write())
    with house.app.app_context(), reading() as session:
        kept = session.query(AuditEntry).filter(AuditEntry.action.startswith("message.")).order_by(AuditEntry.id)
        assert [(entry.action, entry.actor[:7]) for entry in kept] == [
            ("message.begun", "person:"),
            ("message.sent", "person:"),
        ]


def test_one_person_with_two_orders_gets_one_letter(house: House, desk: Desk) -> None:
    house.buy(day=1, email="hanako@example.com")
    house.buy(conference=1, email="Hanako@example.com")
    desk.send(desk.write())
    house.work()
    assert len(told(house)) == 1


def test_it_goes_to_who_has_the_tickets_now(house: House, desk: Desk) -> None:
    open_house(house)
    alone, both = house.buy(day=1, email="gone@example.com"), house.buy(day=2, email="keeps@example.com")
    for path in (alone, both):
        assert pass_on(house, f"{path}/t/1").status_code == 303
    house.work()
    desk.send(desk.write())
    house.work()
    holders = set(addresses(house))
    assert "gone@example.com" not in holders
    assert "keeps@example.com" in holders
    assert len(addresses(house)) == len(holders) == 2


def test_only_one_tier_only_who_has_not_come_only_who_still_has_to_pay(house: House, desk: Desk) -> None:
    day = house.buy(day=1, email="day@example.com")
    house.buy(conference=1, email="talk@example.com")
    slip = session_of(house.order(day=1, email="slip@example.com"))
    house.gateway.issue_voucher(slip, house.clock.now() + timedelta(days=2))
    house.hook(slip)
    house.work()
    reached: list[str] = []
    for form, more in (
        ({"tier": "EVENT-ONLY"}, ["talk@example.com"]),
        ({"group": "slips"}, ["slip@example.com"]),
        ({"group": "slips", "tier": "EVENT-ONLY"}, []),
    ):
        desk.send(desk.write(**form))
        house.work()
        reached += more
        assert addresses(house) == sorted(reached), form
    house.tablet().scan(house.codes(day)[0])
    assert "Letters that it comes to now: 1" in desk.get(desk.write(absent="yes")).text


def test_whose_order_was_refunded_can_be_reached_and_nobody_else_is(house: House, desk: Desk) -> None:
    house.buy(day=1, email="stays@example.com")
    refund(house, house.buy(day=1, email="back@example.com"), 1)
    desk.send(desk.write(group="back"))
    house.work()
    assert addresses(house) == ["back@example.com"]


@pytest.mark.parametrize("at_once", [1, 2])
def test_killed_and_begun_again_nobody_is_written_to_twice(
    house: House, desk: Desk, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    for n in range(5):
        house.buy(conference=1, email=f"p{n}@example.com")
    desk.send(desk.write())
    monkeypatch.setattr(sending, "AT_ONCE", at_once)
    queue, count = sending.queue, 0

    def dies(*given: Any) -> None:
        nonlocal count
        count += 1
        if count % 3 == 0:
            raise RuntimeError("killed")
        queue(*given)

    monkeypatch.setattr(sending, "queue", dies)
    for _ in range(12):
        house.work()
    assert addresses(house) == [f"p{n}@example.com" for n in range(5)]
    with house.app.app_context(), reading() as session:
        assert session.query(Message).one().state == "sent"


def test_a_form_sent_twice_sends_once(house: House, desk: Desk) -> None:
    house.buy(day=1)
    path = desk.write()
    form = {"version": desk.version(path), "no-ad": "yes"}
    assert [desk.post(f"{path}/send", **form).status_code for _ in range(2)] == [303, 303]
    house.work()
    desk.post(f"{path}/send", **form)
    house.work()
    assert len(told(house)) == 1


def test_stopped_nobody_more_is_written_to(house: House, desk: Desk) -> None:
    house.buy(day=1)
    path = desk.write()
    desk.send(path)
    with house.app.app_context():
        assert sending.work(house.clock.now()) == 1
    desk.post(f"{path}/stop")
    house.work()
    assert (told(house), states(house)) == ([], ["dropped"])


def test_who_came_in_before_the_letter_left_does_not_get_it(house: House, desk: Desk) -> None:
    path = house.buy(day=1)
    desk.send(desk.write(absent="yes"))
    with house.app.app_context():
        sending.work(house.clock.now())
    house.tablet().scan(house.codes(path)[0])
    house.work()
    assert (told(house), states(house)) == ([], ["dropped"])


def test_a_trial_letter_goes_to_oneself_only(house: House, desk: Desk) -> None:
    house.buy(day=1)
    path = desk.write()
    assert desk.post(f"{path}/try").status_code == 303
    house.work()
    trials = [(str(one["To"]), str(one["Subject"])) for one in house.transport.letters[-2:]]
    assert sorted(trials) == [
        ("owner@example.com", "[Trial] Doors open at ten"),
        ("owner@example.com", "【テスト】開場時刻のお知らせ"),
    ]
    assert told(house) == []


def test_what_somebody_else_changed_is_not_sent_unseen_and_nothing_typed_is_lost(house: House, desk: Desk) -> None:
    house.buy(day=1)
    path = desk.write()
    old = desk.version(path)
    assert desk.post(path, version=old, group="tickets", **{**TEXT, "body-en": "Something else."}).status_code == 303
    late = desk.post(path, version=old, group="slips", **{**TEXT, "body-en": "My long text."})
    assert (late.status_code, "My long text." in late.text) == (409, True)
    refused = desk.post(f"{path}/send", version=old, **{"no-ad": "yes"})
    assert (refused.status_code, "Look at it again" in refused.text) == (409, True)
    house.work()
    assert told(house) == []


def test_nothing_is_sent_before_somebody_said_that_it_is_no_advertising(house: House, desk: Desk) -> None:
    house.buy(day=1)
    path = desk.write()
    answer = desk.post(f"{path}/send", version=desk.version(path))
    assert (answer.status_code, "no advertising" in answer.text) == (400, True)
    house.work()
    assert told(house) == []


def test_a_message_that_reaches_nobody_is_not_sent(desk: Desk) -> None:
    assert "reaches nobody" in desk.send(desk.write()).text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"subject-ja": "", "body-ja": "", "subject-en": "", "body-en": " "}, "Write a subject and a text"),
        ({"body-en": ""}, "A subject needs a text"),
        ({"body-ja": "x" * 5001}, "at most"),
    ],
)
def test_what_is_not_whole_is_told_and_kept(desk: Desk, form: dict[str, str], told: str) -> None:
    answer = desk.post("/messages", event=SLUG, group="slips", **{**TEXT, **form})
    assert answer.status_code == 400
    assert told in answer.text
    assert 'id="group-slips" value="slips" checked' in answer.text
    path = desk.write()
    changed = desk.post(path, version=desk.version(path), **{**TEXT, **form})
    assert (changed.status_code, told in changed.text) == (400, True)


def test_a_message_in_one_language_reaches_everybody_and_the_page_says_so(house: House, desk: Desk) -> None:
    house.buy(day=1)
    path = desk.write(**{"subject-en": "", "body-en": ""})
    assert "Of them, 1 read a language that has no text here." in desk.get(path).text
    desk.send(path)
    house.work()
    assert [subject for _, subject in told(house)] == ["開場時刻のお知らせ"]


def test_a_draft_given_up_is_gone(desk: Desk) -> None:
    path = desk.write()
    assert desk.post(f"{path}/discard").status_code == 303
    assert desk.get(path).status_code == 404
    assert "None yet." in desk.get("/messages").text
