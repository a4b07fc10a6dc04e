"""Stripe's books as the gateway reads them: every payment, refund and dispute in them, and the sums are right."""

from datetime import UTC, datetime

import pytest
from stripe_shop import Shop
from test_gateway_money import FEE, Till

from ticketing.payments.gateway import StripeGateway
from ticketing.payments.outcome import BalanceLine

EVER = datetime(2020, 1, 1, tzinfo=UTC)
DISPUTE_FEE = 1500


@pytest.fixture
def till(gateway: StripeGateway, shop: Shop) -> Till:
    return Till(gateway, shop)


def moved(lines: list[BalanceLine]) -> list[tuple[str, int, int, int]]:
    """What the lines moved, the oldest first."""
    return [(line.type, line.amount, line.fee, line.net) for line in reversed(lines)]


def test_every_movement_is_a_line_and_they_sum_up(till: Till) -> None:
    before = {line.id for line in till.gateway.balance(EVER)}
    kept = till.by_card()
    store = till.by_voucher("22222222220")
    till.give_back(kept, 3000)
    till.give_back(till.by_card("4000000000005126"), 8000)
    asked = till.give_back(store, 8000)
    till.shop.control("advance", seconds=600)
    till.shop.name_account(asked.id, "0001234")
    till.shop.control("advance", seconds=600)
    lost, won = till.disputed("4000000000000259"), till.disputed("4000000000002685")
    inquiry = till.disputed("4000000000001976")
    for dispute, status in ((lost, "lost"), (won, "won"), (inquiry, "warning_closed")):
        till.shop.control("dispute", dispute=dispute.id, status=status)
    lines = [line for line in till.gateway.balance(EVER) if line.id not in before]
    charge = ("charge", 8000, FEE, 8000 - FEE)
    withdrawn = ("adjustment", -8000, DISPUTE_FEE, -8000 - DISPUTE_FEE)
    assert moved(lines) == [
        charge,
        charge,
        ("refund", -3000, 0, -3000),
        charge,
        ("refund", -8000, 0, -8000),
        ("refund_failure", 8000, 0, 8000),
        ("refund", -8000, 0, -8000),
        charge,
        withdrawn,
        charge,
        withdrawn,
        charge,
        ("adjustment", 8000, 0, 8000),
    ]
    assert all(line.net == line.amount - line.fee for line in lines)
    taken = 6 * (8000 - FEE)
    assert sum(line.net for line in lines) == taken - 3000 - 8000 - 2 * DISPUTE_FEE - 8000
    sources = {line.source for line in lines}
    assert {kept.charged.id if kept.charged else "", asked.id, lost.id, won.id} < sources
    assert inquiry.id not in sources


def test_a_list_longer_than_a_page_has_everything_once_the_newest_first(till: Till) -> None:
    before = {one.id for one in till.gateway.checkouts(EVER)}
    made = [till.open().id for _ in range(105)]
    listed = list(till.gateway.checkouts(EVER))
    assert [one.id for one in listed if one.id not in before] == made[::-1]
    assert listed == sorted(listed, key=lambda one: one.created_at, reverse=True)


def test_events_and_refunds_longer_than_a_page_come_whole(till: Till) -> None:
    paid, began = till.by_card(), till.shop.now()
    made = [till.give_back(paid, 10).id for _ in range(105)]
    assert [one.id for one in till.gateway.refunds(began)][:105] == made[::-1]
    about = [hint.object_id for hint in till.gateway.events(began) if hint.type == "refund.created"]
    assert about[:105] == made[::-1]
    assert len([line for line in till.gateway.balance(began) if line.source in set(made)]) == 105


def test_lists_begin_at_the_moment_asked_for(till: Till) -> None:
    till.by_card()
    till.shop.control("advance", seconds=100)
    began = till.shop.now()
    assert list(till.gateway.balance(began)) == []
    paid = till.by_card()
    assert [line.source for line in till.gateway.balance(began)] == [paid.charged.id if paid.charged else ""]
