"""When the worker compares with Stripe, and what it takes up between comparisons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from factories import House, session_of
from ticketing.core.db import reading, writing
from ticketing.payments.models import Reconciliation, StripeEvent
from ticketing.payments.outcome import Hint
from ticketing.payments.reconcile import EVENTS, FULL, KEPT
from ticketing.payments.reconcile_turns import is_wished, last_night, wish, work_reconcile


@dataclass
class Turns:
    """The worker's turns to compare, after a first one that was due because there had been none."""

    house: House
    seen: list[str] = field(default_factory=list)

    def scopes(self, **later: float) -> list[str]:
        """What is done after this much time; nothing is due any more then."""
        self.house.clock.advance(timedelta(**later))
        with self.house.app.app_context():
            while work_reconcile():
                pass
            with reading() as session:
                rows = [row.scope for row in session.query(Reconciliation).order_by(Reconciliation.id)]
        fresh, self.seen = rows[len(self.seen) :], rows
        return fresh

    def wish(self) -> None:
        with self.house.app.app_context(), writing() as session:
            wish(session, self.house.clock.now())

    def is_wished(self) -> bool:
        with self.house.app.app_context(), reading() as session:
            return is_wished(session, self.house.clock.now())


@pytest.fixture
def turns(house: House) -> Turns:
    made = Turns(house)
    assert made.scopes() == [EVENTS, FULL]  # never done before: at once
    return made


def test_events_are_taken_up_each_minute_and_everything_is_compared_each_night(turns: Turns) -> None:
    assert turns.scopes(seconds=59) == []
    assert turns.scopes(seconds=1) == [EVENTS]
    assert turns.scopes(minutes=1) == [EVENTS]
    assert turns.scopes(hours=18) == [EVENTS]  # 3:43 in Tokyo
    assert turns.scopes(hours=1) == [EVENTS, FULL]
    assert turns.scopes(hours=1) == [EVENTS]


def test_somebody_may_wish_for_a_comparison_and_gets_one(turns: Turns) -> None:
    turns.house.clock.advance(timedelta(seconds=5))
    assert not turns.is_wished()
    turns.wish()
    assert turns.is_wished()
    assert turns.scopes() == [EVENTS, FULL]
    assert not turns.is_wished()


def test_while_stripe_is_away_it_is_asked_again_each_minute_and_no_more(turns: Turns) -> None:
    turns.house.gateway.down = True
    turns.house.gateway.calls.clear()
    for _ in range(3):
        assert turns.scopes(seconds=60) == []
        assert turns.scopes(seconds=1) == []
    assert turns.house.gateway.calls == ["list"] * 3
    turns.wish()
    assert turns.scopes(seconds=1) == []
    turns.house.gateway.down = False
    assert turns.scopes(seconds=60) == [EVENTS, FULL]


def test_only_one_of_several_workers_takes_a_turn_and_one_that_died_gives_it_up(turns: Turns) -> None:
    real = turns.house.gateway.events

    def dies(since: datetime) -> None:
        assert turns.scopes() == []  # another worker looks at this very moment
        raise KeyboardInterrupt

    turns.house.clock.advance(timedelta(minutes=1))
    turns.house.gateway.events = dies  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt), turns.house.app.app_context():
        work_reconcile()
    turns.house.gateway.events = real  # type: ignore[method-assign]
    assert turns.scopes(seconds=30) == []
    assert turns.scopes(seconds=31) == [EVENTS]


def test_an_event_that_no_webhook_brought_is_taken_up_once_and_settled(turns: Turns) -> None:
    house = turns.house
    session_id = session_of(house.order(day=1))
    house.gateway.pay(session_id)
    for number in range(250):
        hint = Hint(f"evt_{number}", "checkout.session.completed", session_id, house.clock.now())
        house.gateway.happened.append(hint)
    house.hook(session_id, event_id="evt_0")
    assert turns.scopes(minutes=1) == [EVENTS]
    assert turns.scopes(minutes=1) == [EVENTS]
    with house.app.app_context(), reading() as session:
        assert session.query(StripeEvent).count() == 250
        checked = [row.checked for row in session.query(Reconciliation).filter_by(scope=EVENTS)]
    assert [row["new"] for row in checked] == [0, 249, 0]
    house.work()
    assert house.status(house.path(session_id))["state"] == "paid"


def test_the_list_of_events_begins_where_the_last_whole_one_ended(turns: Turns) -> None:
    house, asked = turns.house, []
    real = house.gateway.events

    def noted(since: datetime) -> object:
        asked.append(since)
        return real(since)

    house.gateway.events = noted  # type: ignore[assignment]
    at = house.clock.now() + timedelta(hours=1)
    house.gateway.happened.append(Hint("evt_1", "refund.updated", "re_1", at))
    turns.scopes(minutes=1)
    turns.scopes(minutes=1)
    assert asked[1] == at - timedelta(minutes=5)


def test_only_the_last_comparisons_are_kept(turns: Turns) -> None:
    for _ in range(KEPT + 5):
        turns.house.clock.advance(timedelta(minutes=1))
        with turns.house.app.app_context():
            work_reconcile()
    with turns.house.app.app_context(), reading() as session:
        assert session.query(Reconciliation).filter_by(scope=EVENTS).count() == KEPT
        assert session.query(Reconciliation).filter_by(scope=FULL).count() == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_night_is_tokyos(house: House) -> None:
    assert last_night(datetime(2025, 10, 25, 18, 59, tzinfo=UTC)) == datetime(2025, 10, 24, 19, tzinfo=UTC)
    assert last_night(datetime(2025, 10, 25, 19, 0, tzinfo=UTC)) == datetime(2025, 10, 25, 19, tzinfo=UTC)
