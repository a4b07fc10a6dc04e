"""Stories that once ended badly, kept: each is told step by step, and must end well.

`which` counts, from 0, the sessions, payments, events or orders that there are at that moment.
"""

from __future__ import annotations

from collections.abc import Callable

from story import Story

PAYS, DISPUTES, PAID_AT_ONCE = "4242424242424242", "4000000000000259", "22222222220"
Told = Callable[[Story], None]


def buy(story: Story, number: str = PAYS, day: int = 2, visitor: int = 0) -> None:
    """An order is placed, and paid at Stripe; nothing of it has come back to us."""
    story.order(visitor=visitor, day=day, conference=0, again=False, fates=[])
    story.pay_by_card(which=0, number=number)


def hear(story: Story, *kinds: str) -> None:
    """The webhooks of all events of these types come, and are worked on."""
    heard = [number for number, event in enumerate(story.stage.objects("event")) if event["type"].startswith(kinds)]
    assert heard, kinds  # or the story is not told at all
    for number in heard:
        story.hear(which=number, times=1)
    story.work(fates=[], commits=0)


def a_refund_in_the_dashboard_is_heard_of_before_its_payment(story: Story) -> None:
    """Its webhooks overtake the payment's; they were dropped, because nothing here knew that payment."""
    buy(story)
    story.refund_elsewhere(which=0, amount=1000)
    hear(story, "refund.", "charge.refunded")
    hear(story, "checkout.session.completed")


def a_dispute_is_heard_of_before_its_payment(story: Story) -> None:
    """The same for a dispute: the tickets came afterwards, and stayed valid."""
    buy(story, DISPUTES)
    hear(story, "charge.dispute.")
    hear(story, "checkout.session.completed")


def called_off_while_a_dispute_stops_the_tickets(story: Story) -> None:
    """Calling off skipped the tickets that were stopped, and their places stayed sold."""
    for visitor in range(3):
        buy(story, DISPUTES, day=1, visitor=visitor)
        hear(story, "checkout.session.completed")
        hear(story, "charge.dispute.")
    story.call_off(commits=0)
    story.work(fates=[], commits=0)


def called_off_while_a_dispute_is_won(story: Story) -> None:
    """Everybody had the money back but the one who had disputed: the bank gave it to us, and we kept it."""
    called_off_while_a_dispute_stops_the_tickets(story)
    for _ in range(3):
        story.decide_dispute(which=0, status="won")
        hear(story, "charge.dispute.")


def a_refund_whose_answer_was_lost_is_sent_again_days_later(story: Story) -> None:
    """Stripe had made it and forgotten its key, so it was made once more."""
    buy(story)
    hear(story, "checkout.session.completed")
    story.refund(which=0, tickets=[0], by_the_rules=False, commits=0)
    story.work(fates=["unanswered"], commits=0)
    story.wait(step={"hours": 50})
    story.work(fates=[], commits=0)


def the_page_of_an_attempt_that_was_given_up_is_paid(story: Story) -> None:
    """Its session was made, but the answer was lost for so long that another attempt took its place."""
    story.order(visitor=0, day=1, conference=1, again=False, fates=["unanswered"])
    story.wait(step={"minutes": 4})
    story.order(visitor=0, day=1, conference=1, again=True, fates=[])
    story.pay_by_card(which=0, number=PAYS)
    hear(story, "checkout.session.")
    story.pay_by_card(which=0, number=PAYS)


def cash_that_nobody_claims_is_paid_another_way(story: Story) -> None:
    """What somebody has paid by hand could go back once more, when the event was called off."""
    story.order(visitor=0, day=2, conference=0, again=False, fates=[])
    story.take_voucher(which=0, number=PAID_AT_ONCE)
    hear(story, "checkout.session.")
    story.refund(which=0, tickets=[0], by_the_rules=False, commits=0)
    for _ in range(23):
        story.work(fates=[], commits=0)
        story.wait(step={"hours": 50})
    story.work(fates=[], commits=0)
    story.owe(which=0, outside=True, commits=0)
    story.call_off(commits=0)
