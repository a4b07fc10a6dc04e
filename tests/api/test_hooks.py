"""What happened is told to programs: once each, signed, without names; whatever is lost, slow, or dies in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from back_office import Office, refunds
from documents import document
from factories import MORNING, SEED, SLUG, House, session_of
from programs import program
from receiver import (
    LOST,
    Receiver,
    again,
    all_deliveries,
    hook_of,
    make_hook,
    receiver,
    secret_of,
    states,
    tell,
)
from ticketing.api import deliveries, hooks, noticing
from ticketing.api.models import Hook
from ticketing.api.notices import FORMS
from ticketing.api.posting import Answer
from ticketing.core.db import reading, writing
from ticketing.orders.models import Order
from ticketing.staff.models import Grant

OTHER = "another-evening"


def in_forty_days(house: House) -> None:
    """The event moves away, so that its sale goes on while time passes."""
    house.publish(starts_at=MORNING + timedelta(days=40))


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def test_what_happens_is_told_once_signed_and_without_names(house: House, there: Receiver) -> None:
    hook = make_hook(house, there.address)
    path = house.buy(day=1, email="hanako@example.com")
    house.tablet().scan(house.codes(path)[0])
    house.client.post(f"{house.path(session_of(house.order(day=1)))}/cancel")
    house.work()
    for _ in range(3):
        tell(house)
    assert sorted(there.types()) == ["order.canceled", "order.paid", "ticket.scanned"]
    for one in there.told:
        assert one.is_signed_with(secret_of(house, hook))
        assert msgspec.json.decode(one.body, type=FORMS[one.facts["type"]])
        assert not any(word in one.body.decode() for word in ("山田", "hanako"))
        assert not any(code in one.body.decode() for code in house.codes(path))
        assert one.facts["event"] == SLUG
    assert set(states(house)) == {"delivered"}


def test_refunds_are_told_when_the_money_has_gone(house: House, there: Receiver) -> None:
    make_hook(house, there.address, ("order.refunded", "refund.succeeded", "refund.failed"))
    code = house.buy(day=2).split("/")[2]
    assert program(house).post(f"/orders/{code}/refunds", body={"what": "all"}).status_code == 200
    house.work()
    tell(house)
    by_type = {one.facts["type"]: one.facts["data"] for one in there.told}
    assert set(by_type) == {"order.refunded", "refund.succeeded"}
    assert (by_type["order.refunded"]["code"], by_type["order.refunded"]["state"]) == (code, "refunded")
    assert by_type["refund.succeeded"]["amount"]["amount"] == refunds(house)[0][0]


def test_what_was_before_the_hook_is_not_told(house: House, there: Receiver) -> None:
    house.buy(day=1)
    house.clock.advance(timedelta(seconds=1))
    make_hook(house, there.address)
    assert tell(house) == 0
    assert there.told == []


def test_what_happens_at_another_event_is_not_told(house: House, there: Receiver) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace(f'slug = "{SLUG}"', f'slug = "{OTHER}"'))
    make_hook(house, there.address, slug=OTHER)
    house.tablet().scan(house.codes(house.buy(day=1))[0])
    tell(house)
    assert there.told == []


def test_only_what_was_chosen_is_told(house: House, there: Receiver) -> None:
    make_hook(house, there.address, ("ticket.scanned",))
    tablet, path = house.tablet(), house.buy(day=1)
    for _ in range(2):
        tablet.scan(house.codes(path)[0])
        house.clock.advance(timedelta(seconds=1))
    tablet.scan("T1" + "0" * 27)
    tell(house)
    assert [one.facts["data"]["decision"] for one in there.told] == ["admit", "refuse"]


@pytest.mark.parametrize("fault", [500, 404, 302, LOST])
def test_what_was_not_taken_is_sent_again_under_its_id(house: House, there: Receiver, fault: int) -> None:
    make_hook(house, there.address)
    there.answers, there.location = [fault, fault], there.address
    house.buy(day=1)
    tell(house)
    assert (len(there.told), states(house)) == (1, ["queued"])
    house.clock.advance(timedelta(seconds=29))
    assert (tell(house), len(there.told)) == (0, 1)
    for wait in (timedelta(seconds=1), timedelta(minutes=5)):
        house.clock.advance(wait)
        tell(house)
    assert states(house) == ["delivered"]
    assert len({one.headers["webhook-id"] for one in there.told}) == 1
    assert len({one.body for one in there.told}) == 1
    assert len({one.headers["webhook-timestamp"] for one in there.told}) == len(there.told) == 3


@pytest.mark.parametrize(("asked", "wait"), [("300", 300), ("9999999", 3600), ("-5", 30), ("soon", 30)])
def test_who_asks_for_time_gets_it_up_to_an_hour(house: House, there: Receiver, asked: str, wait: int) -> None:
    make_hook(house, there.address)
    there.answers, there.retry_after = [429], asked
    house.buy(day=1)
    tell(house)
    house.clock.advance(timedelta(seconds=wait - 1))
    tell(house)
    assert len(there.told) == 1
    house.clock.advance(timedelta(seconds=1))
    tell(house)
    assert states(house) == ["delivered"]


def test_who_dies_between_sending_and_noting_leaves_it_to_be_sent_again(house: House, there: Receiver) -> None:
    make_hook(house, there.address)
    house.buy(day=1)
    with house.app.app_context():
        noticing.work(house.clock.now())
        with writing() as session:
            (delivery_id,) = deliveries.due(session, house.clock.now())
            assert deliveries.claim(session, delivery_id, house.clock.now()) is not None
        with writing() as session:
            assert deliveries.claim(session, delivery_id, house.clock.now()) is None  # another worker is too late
    assert tell(house) == 0
    house.clock.advance(deliveries.LEASE)
    assert tell(house) == 1
    assert [one.headers["webhook-id"] for one in there.told] == [delivery_id]


def test_who_dies_between_noticing_and_the_mark_notices_nothing_twice(house: House, there: Receiver) -> None:
    make_hook(house, there.address)
    house.buy(day=1)
    tell(house)
    with house.app.app_context(), writing() as session:
        session.execute(update(Hook).values(seen_until=Hook.since))
    tell(house)
    assert (len(there.told), len(all_deliveries(house))) == (1, 1)


def test_what_was_committed_late_is_still_told(house: House, there: Receiver) -> None:
    in_forty_days(house)
    make_hook(house, there.address)
    house.clock.advance(timedelta(hours=1))
    tell(house)
    house.buy(day=1)
    with house.app.app_context(), writing() as session:
        session.execute(update(Order).values(paid_at=house.clock.now() - timedelta(minutes=14)))
    tell(house)
    assert there.types() == ["order.paid"]


def test_more_than_one_look_can_hold_is_told_all_the_same(
    house: House, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "AT_ONCE", 2)
    make_hook(house, there.address, ("order.paid",))
    for _ in range(5):
        house.buy(day=1)
    for _ in range(4):
        tell(house)
    assert len(there.told) == len({one.headers["webhook-id"] for one in there.told}) == 5


def test_a_hook_that_fails_for_three_days_is_switched_off_and_its_maker_told(house: House, there: Receiver) -> None:
    in_forty_days(house)
    make_hook(house, there.address)
    there.usual = 500
    house.buy(day=1)
    for wait in (timedelta(seconds=30), *deliveries.WAITS[1:], timedelta(days=1)):
        tell(house)
        house.clock.advance(wait)
    assert (hook_of(house).state, hook_of(house).off_reason, states(house)) == ("off", "failing", ["failed"])
    assert len(there.told) == len(deliveries.WAITS) + 1
    house.work()
    (letter,) = [one for one in house.transport.letters if one["To"] == "owner@hooks.example.com"]
    assert "tests" in str(letter["Subject"])
    house.buy(conference=1)
    tell(house)
    assert len(all_deliveries(house)) == 1


def test_what_failed_is_sent_again_when_the_hook_is_on_again(house: House, there: Receiver) -> None:
    hook = make_hook(house, there.address)
    there.usual = 410
    house.buy(day=1)
    tell(house)
    assert (hook_of(house).state, hook_of(house).off_reason, states(house)) == ("off", "gone", ["failed"])
    there.usual = 200
    house.clock.advance(timedelta(minutes=1))
    house.buy(conference=1)
    house.clock.advance(timedelta(minutes=1))
    with house.app.app_context(), writing() as session:
        hooks.switch_on(session, hook_of(house), hook.person_id, house.clock.now())
    assert tell(house) == 0
    assert again(house, hook_of(house)) == 1
    tell(house)
    assert (states(house), len({one.headers["webhook-id"] for one in there.told})) == (["delivered"], 1)


def test_a_hook_ends_with_the_role_of_its_maker(house: House, there: Receiver) -> None:
    make_hook(house, there.address, role="manager")
    house.buy(day=1)
    with house.app.app_context(), writing() as session:
        session.execute(update(Grant).values(role="viewer"))
    tell(house)
    assert (there.told, hook_of(house).state, hook_of(house).off_reason) == ([], "off", "maker")


def test_a_hook_that_fails_keeps_no_other_waiting(house: House, there: Receiver) -> None:
    with receiver() as bad:
        bad.usual = 500
        make_hook(house, bad.address, ("order.paid",))
        make_hook(house, there.address, ("order.paid",))
        for _ in range(4):
            house.buy(day=1)
        tell(house)
        tell(house)
    assert (len(bad.told), len(there.told)) == (1, 4)


def test_for_a_day_a_new_secret_is_signed_with_beside_the_one_before(house: House, there: Receiver) -> None:
    in_forty_days(house)
    hook = make_hook(house, there.address)
    before = secret_of(house, hook)
    with house.app.app_context(), writing() as session:
        hook = hooks.renew_secret(session, hook_of(house), house.clock.now(), "cli")
    after = secret_of(house, hook)
    for wait, both in ((timedelta(hours=23), True), (timedelta(hours=1), False)):
        house.clock.advance(wait)
        house.buy(day=1)
        tell(house)
        assert there.told[-1].is_signed_with(after)
        assert there.told[-1].is_signed_with(before) is both


def test_what_arrives_while_its_hook_is_switched_off_counts_as_delivered(house: House, there: Receiver) -> None:
    make_hook(house, there.address)
    house.buy(day=1)
    with house.app.app_context():
        noticing.work(house.clock.now())
        with writing() as session:
            ours = deliveries.claim(session, deliveries.due(session, house.clock.now())[0], house.clock.now())
            assert ours
            hooks.switch_off(session, ours.hook, hooks.BY_HAND, house.clock.now(), "cli")
        assert states(house) == ["failed"]
        with writing() as session:
            deliveries.note(session, ours, Answer(200), house.clock.now())
    assert states(house) == ["delivered"]


def test_deliveries_go_after_a_month_but_not_those_on_their_way(house: House, there: Receiver) -> None:
    make_hook(house, there.address, ("order.paid",))
    there.answers = [200, 500]
    for _ in range(2):
        house.buy(day=1)
    tell(house)
    with house.app.app_context():
        assert deliveries.tidy(house.clock.now() + deliveries.KEPT_FOR) == 0
        assert deliveries.tidy(house.clock.now() + deliveries.KEPT_FOR + timedelta(seconds=1)) == 1
    assert states(house) == ["queued"]


def test_programs_list_hooks_and_deliveries_page_by_page_and_send_again(house: House, there: Receiver) -> None:
    hook, asking = make_hook(house, there.address, ("order.paid",)), program(house)
    for _ in range(3):
        house.buy(day=1)
    there.answers = [500]
    tell(house)
    (listed,) = asking.facts(f"/events/{SLUG}/hooks")["hooks"]
    assert (listed["id"], listed["state"], listed["types"]) == (hook.id, "on", ["order.paid"])
    path, seen = f"/events/{SLUG}/hooks/{hook.id}/deliveries?limit=2", []
    page = asking.facts(path)
    while page["next_cursor"]:
        seen += page["deliveries"]
        page = asking.facts(f"{path}&cursor={page['next_cursor']}")
    seen += page["deliveries"]
    assert len({one["id"] for one in seen}) == 3
    (failed,) = [one for one in seen if one["last_status"] == 500]
    house.clock.advance(timedelta(minutes=1))
    tell(house)
    for one in seen:
        answer = asking.post(f"/events/{SLUG}/deliveries/{one['id']}/replay")
        assert (answer.status_code, answer.get_json()["state"]) == (200, "queued")
    tell(house)
    assert len([one for one in there.told if one.headers["webhook-id"] == failed["id"]]) == 3


def test_hooks_of_another_event_are_not_there_for_programs(house: House, there: Receiver) -> None:
    make_hook(house, there.address)
    house.buy(day=1)
    tell(house)
    house.publish(SEED.read_text(encoding="utf-8").replace(f'slug = "{SLUG}"', f'slug = "{OTHER}"'))
    asking, (one,) = program(house, event=OTHER), all_deliveries(house)
    assert asking.get(f"/events/{OTHER}/hooks/{one.hook_id}/deliveries").status_code == 404
    assert asking.post(f"/events/{OTHER}/deliveries/{one.id}/replay").status_code == 404
    assert asking.facts(f"/events/{OTHER}/hooks") == {"hooks": []}


def test_a_hook_is_made_by_hand_tested_switched_told_again_and_removed(house: House, there: Receiver) -> None:
    office = Office(house)
    made = office.post("/api/hooks", name="Accounts", address=there.address, type="order.paid", event=SLUG)
    hook = hook_of(house)
    assert secret_of(house, hook) in made.text
    assert secret_of(house, hook) not in office.get(f"/api/hooks/{hook.id}").text
    assert office.post(f"/api/hooks/{hook.id}/test", event=SLUG).status_code == 303
    there.usual = 500
    tell(house)
    assert "failing since" in office.get("/api/hooks").text
    assert "tries: 1 · 500 · well" in office.get(f"/api/hooks/{hook.id}").text
    office.post(f"/api/hooks/{hook.id}/switch", to="off", event=SLUG)
    (test,) = all_deliveries(house)
    refused = office.post(f"/api/hooks/{hook.id}/again", delivery=test.id, event=SLUG)
    assert "Switch it on first." in refused.text
    office.post(f"/api/hooks/{hook.id}/switch", to="on", event=SLUG)
    there.usual = 200
    assert office.post(f"/api/hooks/{hook.id}/again", event=SLUG).status_code == 303
    tell(house)
    assert "delivered" in office.get(f"/api/hooks/{hook.id}").text
    assert "Switch it off first." in office.post(f"/api/hooks/{hook.id}/remove", event=SLUG).text
    office.post(f"/api/hooks/{hook.id}/switch", to="off", event=SLUG)
    assert office.post(f"/api/hooks/{hook.id}/remove", event=SLUG).status_code == 303
    assert office.get(f"/api/hooks/{hook.id}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": ""}, "Say what the webhook is for."),
        ({"type": "order.lost"}, "Choose at least one thing"),
        ({"address": "http://example.com/"}, "begin with https://"),
        ({"address": "https://10.0.0.1/"}, "open internet"),
    ],
)
def test_a_form_that_lacks_something_keeps_what_was_typed(house: House, wrong: dict[str, str], text: str) -> None:
    form = {"name": "Accounts", "address": "https://example.com/told", "type": "refund.failed", **wrong}
    page = Office(house).post("/api/hooks", event=SLUG, **form)
    assert (page.status_code, text in page.text) == (400, True)
    assert f'value="{form["address"]}"' in page.text
    assert f'value="{form["name"]}"' in page.text


def test_a_hook_of_another_event_cannot_be_touched_from_here(house: House) -> None:
    house.publish(SEED.read_text(encoding="utf-8").replace(f'slug = "{SLUG}"', f'slug = "{OTHER}"'))
    hook, office = make_hook(house, "https://example.com/", slug=OTHER), Office(house)
    assert office.get(f"/api/hooks/{hook.id}?event={SLUG}").status_code == 404
    for act in ("switch", "secret", "test", "again", "remove"):
        assert office.post(f"/api/hooks/{hook.id}/{act}", event=SLUG).status_code == 404, act
    with house.app.app_context(), reading() as session:
        kept = session.get_one(Hook, hook.id)
    assert (kept.state, kept.secret_no) == ("on", 1)


def test_the_check_in_the_documents_knows_our_deliveries_from_others(house: House, there: Receiver) -> None:
    code = document("docs/api.md").partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 (the example that people copy)
    names["time"] = SimpleNamespace(time=house.clock.now().timestamp)
    secret = secret_of(house, make_hook(house, there.address))
    house.buy(day=1)
    tell(house)
    (one,) = there.told
    assert names["is_ours"](secret, one.headers, one.body)
    assert not names["is_ours"](secret, one.headers, one.body + b" ")
    assert not names["is_ours"](secret, {**one.headers, "webhook-id": "another"}, one.body)
    names["time"] = SimpleNamespace(time=(house.clock.now() + timedelta(minutes=6)).timestamp)
    assert not names["is_ours"](secret, one.headers, one.body)
