"""What everybody with a ticket is told of their event: that it moved, that it is near. Once, and nothing untrue."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from changes import STILL_OPEN, holder_path, kinds, letters, open_house, pass_on, text_of
from factories import SEED, House
from ticketing.core.clock import SetClock
from ticketing.core.db import writing
from ticketing.mail.transports import Later
from ticketing.office.publish import not_told, publish, tell
from ticketing.orders import event_news
from ticketing.orders.fulfil import take_back
from ticketing.orders.reading import get
from ticketing.payments import calling_off

TOKYO = ZoneInfo("Asia/Tokyo")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def import_(house: House, *other: tuple[str, str], notify: bool = True, at_once: int = 200) -> int:
    """Import the event with other texts; how many letters were queued."""
    text = SEED.read_text(encoding="utf-8")
    for before, after in other:
        assert before in text
        text = text.replace(before, after)
    with house.app.app_context(), writing() as session:
        catalog = publish(session, text, None, house.clock.now(), "cli")
    with house.app.app_context():
        return sum(tell(catalog, house.clock.now(), "cli", at_once)) if notify else 0


LATER = ("starts_at = 2025-10-26T10:00:00+09:00", "starts_at = 2025-10-26T10:30:00+09:00")
ELSEWHERE = ('name = { ja = "the AIR", en = "the AIR" }', 'name = { ja = "ホールB", en = "Hall B" }')


def test_who_has_a_ticket_is_told_what_is_different_and_what_was(house: House) -> None:
    client = house.client
    client.set_cookie("lang", "en")
    session_id = house.order(client, day=1, email="hanako@example.com").location.rpartition("/")[2]
    house.gateway.pay(session_id)
    house.hook(session_id)
    house.order(day=1, email="unpaid@example.com")
    house.work()
    assert import_(house, LATER) == 1
    (told,) = letters(house, "hanako@example.com")[1:]
    text = text_of(told)
    assert str(told["Subject"]).startswith("Changed: ")
    assert text.index("From now on") < text.index("10:30–13:00") < text.index("It was") < text.index("10:00–13:00")
    assert letters(house, "unpaid@example.com") == []


def test_the_same_import_again_tells_nobody(house: House) -> None:
    house.buy(day=1)
    assert [import_(house, LATER), import_(house, LATER), import_(house, LATER, ELSEWHERE)] == [1, 0, 1]


def test_what_was_not_told_is_not_forgotten(house: House) -> None:
    house.buy(day=1)
    import_(house, LATER, notify=False)
    import_(house, LATER, notify=False)
    with house.app.app_context(), writing() as session:
        catalog = publish(session, SEED.read_text(encoding="utf-8").replace(*LATER), None, house.clock.now(), "cli")
        assert [one.label for one in not_told(session, catalog)] == ["Date and time", "Conference"]
    assert import_(house, LATER) == 1


def test_a_change_that_was_taken_back_before_it_was_sent_is_not_told(house: House) -> None:
    house.buy(day=1)
    import_(house, LATER)
    import_(house, notify=False)
    assert len(letters(house)) == 1
    assert [one[2] for one in kinds(house) if one[0] == "event.changed"] == ["dropped"]


def test_prices_and_texts_are_no_news(house: House) -> None:
    house.buy(day=1)
    assert import_(house, ("price = 2000", "price = 2500")) == 0


def test_the_holder_of_a_ticket_is_told_too(house: House) -> None:
    open_house(house)
    path = house.buy(day=1, email="hanako@example.com")
    pass_on(house, f"{path}/t/1", language="en")
    house.work()
    assert import_(house, STILL_OPEN, LATER) == 2
    assert holder_path(house, path) in text_of(letters(house, "aoi@example.com")[-1])
    assert len(letters(house, "hanako@example.com")) == 2  # no ticket is left there: what was sent is of before


@pytest.fixture
def early(house: House) -> House:
    """Three days before the event."""
    house.clock = house.app.extensions["ticketing.clock"] = SetClock(at("2025-10-23T12:00"))
    return house


def go_to(house: House, text: str) -> None:
    house.clock.advance(at(text) - house.clock.now())


def reminders(house: House) -> list[tuple[str, str]]:
    house.work()
    return [one[1:] for one in kinds(house) if one[0] == "order.reminder"]


def test_the_reminder_comes_at_ten_on_the_day_before_once(early: House) -> None:
    path = early.buy(day=2, email="hanako@example.com")
    go_to(early, "2025-10-25T09:59")
    assert reminders(early) == []
    go_to(early, "2025-10-25T10:00")
    assert reminders(early) == [("hanako@example.com", "sent")]
    go_to(early, "2025-10-25T18:00")
    assert len(reminders(early)) == 1
    sent = letters(early, "hanako@example.com")[-1]
    assert path in text_of(sent)
    assert [one.get_content_type() for one in sent.iter_attachments()] == ["application/pdf"]


def test_who_bought_after_the_reminder_gets_none(early: House) -> None:
    early.buy(day=1, email="early@example.com")
    go_to(early, "2025-10-25T11:00")
    early.buy(day=1, email="late@example.com")
    assert [one[0] for one in reminders(early)] == ["early@example.com"]


def test_a_worker_that_was_away_reminds_late_but_never_after_the_start(early: House) -> None:
    early.buy(day=1, email="hanako@example.com")
    go_to(early, "2025-10-26T09:59")
    assert len(reminders(early)) == 1


def test_nobody_is_reminded_after_the_start(early: House) -> None:
    early.buy(day=1)
    go_to(early, "2025-10-26T10:00")
    assert reminders(early) == []


def test_a_reminder_that_waited_for_the_mail_server_until_the_start_is_dropped(early: House) -> None:
    early.buy(day=1)
    early.transport.answer = Later
    go_to(early, "2025-10-26T09:50")
    early.work()
    early.transport.answer = None
    go_to(early, "2025-10-26T10:30")
    assert [one[1] for one in reminders(early)] == ["dropped"]
    assert len(early.transport.letters) == 1


def test_no_event_that_is_called_off_and_no_order_without_tickets_is_reminded(early: House) -> None:
    path = early.buy(day=1, email="refunded@example.com")
    early.buy(day=1, email="hanako@example.com")
    with early.app.app_context(), writing() as session:
        take_back(session, get(session, early.order_view(path).id), [1], early.clock.now())
    go_to(early, "2025-10-25T10:00")
    assert [one[0] for one in reminders(early)] == ["hanako@example.com"]


def test_an_event_that_is_called_off_is_not_reminded_of(early: House) -> None:
    early.buy(day=1)
    with early.app.app_context(), writing() as session:
        calling_off.call_off(session, early.catalog().id, "cli", early.clock.now())
    go_to(early, "2025-10-25T10:00")
    assert reminders(early) == []


def test_holders_are_reminded_in_place_of_who_passed_the_ticket_on(early: House) -> None:
    path = early.buy(day=1, email="hanako@example.com")
    pass_on(early, f"{path}/t/1", language="en")
    go_to(early, "2025-10-25T10:00")
    assert reminders(early) == [("aoi@example.com", "sent"), ("hanako@example.com", "dropped")]


@pytest.mark.parametrize(
    ("policy", "when"),
    [("reminder = false", None), ("reminder_at = 2025-10-24T08:00:00+09:00", "2025-10-24T08:00")],
)
def test_the_event_may_say_otherwise(early: House, policy: str, when: str | None) -> None:
    import_(early, ("hold_minutes = 30", f"hold_minutes = 30\n{policy}"))
    early.buy(day=1)
    for moment in ("2025-10-24T07:59", "2025-10-24T08:00", "2025-10-25T10:00"):
        go_to(early, moment)
        assert bool(reminders(early)) is (when is not None and moment >= when)


def changed_letters(house: House) -> list[str]:
    return sorted(to for kind, to, _ in kinds(house) if kind == "event.changed")


def test_who_is_killed_while_telling_goes_on_where_it_was(house: House) -> None:
    everybody = sorted(f"guest{number}@example.com" for number in range(5))
    for email in everybody:
        house.buy(day=1, email=email)
    import_(house, LATER, notify=False)
    with house.app.app_context():
        telling = tell(house.catalog(), house.clock.now(), "cli", 2)
        assert next(telling) == 2
        telling.close()
        with writing() as session:
            assert not_told(session, house.catalog()), "they do not all know yet"
    assert len(changed_letters(house)) == 2
    house.clock.advance(timedelta(minutes=5))
    assert import_(house, LATER, at_once=2) == 3
    assert changed_letters(house) == everybody
    assert import_(house, LATER) == 0


def tell_two_and_die(house: House) -> None:
    catalog = house.catalog()
    with writing() as session:
        before = event_news.last_told(session, catalog.id)
        assert before
        assert event_news.tell_some(session, catalog, before, house.clock.now(), 2) == 2
        raise KeyboardInterrupt


def test_a_batch_that_dies_leaves_nothing_of_itself(house: House) -> None:
    for number in range(3):
        house.buy(day=1, email=f"guest{number}@example.com")
    import_(house, LATER, notify=False)
    with house.app.app_context(), pytest.raises(KeyboardInterrupt):
        tell_two_and_die(house)
    assert changed_letters(house) == []
    assert import_(house, LATER) == 3


def test_the_same_news_a_second_time_is_news(house: House) -> None:
    house.buy(day=1, email="hanako@example.com")
    assert [import_(house, LATER), import_(house), import_(house, LATER)] == [1, 1, 1]
