"""What the doctor tells of the money: only what a person must act on, and each thing once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from factories import House
from ticketing.core.db import reading, writing
from ticketing.core.errors import Refused
from ticketing.orders.lookup import by_code
from ticketing.payments import by_hand, owed, refunds
from ticketing.payments.models import Refund
from ticketing.payments.outcome import StripeDispute, StripeRefund
from ticketing.reports.doctor import Finding, examine


def findings(house: House) -> list[Finding]:
    with house.app.app_context(), reading() as session:
        return examine(session)


def codes(house: House) -> list[str]:
    return [finding.code for finding in findings(house)]


def ends(house: House, status: str) -> None:
    """Stripe says that the only refund ended this way."""
    (made,) = house.gateway.made_refunds.values()
    house.gateway.made_refunds[made.id] = replace(made, status=status, failure_reason="declined")
    house.hook(made.id, "refund.updated")
    house.work()


def refund_all(house: House, path: str) -> None:
    with house.app.app_context(), writing() as session:
        order = by_code(session, path.split("/")[2])
        plan = by_hand.plan_all(session, order)
        by_hand.carry_out(session, order, plan, refunds.Cause("organizer", "cli", "test"), house.clock.now())
    house.work()


def again(house: House) -> None:
    with house.app.app_context(), writing() as session:
        failed = session.query(Refund).filter(Refund.state.in_(("failed", "canceled"))).one()
        owed.again(session, failed, "cli", house.clock.now())
    house.work()


def paid_wrongly(house: House, amount: int) -> None:
    session_id = house.order(day=1).location.rpartition("/")[2]
    house.gateway.pay(session_id, amount=amount)
    house.hook(session_id)
    house.work()


@pytest.mark.parametrize("amount", [1, 9999])
def test_money_for_nothing_is_told_only_when_it_does_not_go_back(house: House, amount: int) -> None:
    paid_wrongly(house, amount)
    assert codes(house) == []
    ends(house, "failed")
    assert codes(house) == ["payment_flag", "refund_failed"]
    again(house)
    assert codes(house) == []
    assert [made.amount for made in house.gateway.made_refunds.values()] == [amount, amount]


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_did_not_arrive_is_told_until_it_is_asked_for_again(house: House, status: str) -> None:
    path = house.buy(day=1)
    refund_all(house, path)
    assert codes(house) == []
    ends(house, status)
    (finding,) = findings(house)
    code = path.split("/")[2]
    assert finding == Finding("refund_failed", f"order {code}: 2000 jpy did not go back, refund {status} (declined)")
    again(house)
    assert codes(house) == []


def test_money_given_back_in_the_dashboard_settles_a_failed_refund(house: House) -> None:
    refund_all(house, house.buy(day=1))
    ends(house, "failed")
    (failed,) = house.gateway.made_refunds.values()
    back = StripeRefund("re_hand", "succeeded", 2000, "jpy", failed.payment_intent, None, None, house.clock.now())
    house.gateway.made_refunds["re_hand"] = back
    house.hook("re_hand", "refund.created")
    house.work()
    assert codes(house) == []
    with pytest.raises(Refused, match="refund_too_much"):
        again(house)


def test_a_dispute_is_told_with_the_last_moment_to_answer(house: House) -> None:
    path = house.buy(day=1)
    (session_id,) = house.gateway.sessions
    now = house.clock.now()
    intent = house.gateway.sessions[session_id].payment_intent
    found = StripeDispute("du_1", "needs_response", "fraudulent", 2000, "jpy", intent, now + timedelta(days=7), now)
    told = []
    for status in ("needs_response", "under_review", "won"):
        house.gateway.made_disputes["du_1"] = replace(found, status=status)
        house.hook("du_1", "charge.dispute.updated")
        house.work()
        told.append([finding.detail for finding in findings(house)])
    about = f"order {path.split('/')[2]}: dispute du_1 about 2000 jpy is"
    assert told == [[f"{about} needs_response, answer until 2025-11-02T00:40Z"], [f"{about} under_review"], []]
    assert house.status(path)["tickets"][0]["state"] == "valid"
