"""The stories that once ended badly end well."""

from __future__ import annotations

from pathlib import Path

import kept_stories
import pytest
from kept_stories import Told
from stage import staged
from story import Story
from test_any_story import FIRST, START

from conftest import settings_for

KEPT: tuple[Told, ...] = (
    kept_stories.a_refund_in_the_dashboard_is_heard_of_before_its_payment,
    kept_stories.a_dispute_is_heard_of_before_its_payment,
    kept_stories.called_off_while_a_dispute_stops_the_tickets,
    kept_stories.called_off_while_a_dispute_is_won,
    kept_stories.a_refund_whose_answer_was_lost_is_sent_again_days_later,
    kept_stories.the_page_of_an_attempt_that_was_given_up_is_paid,
    kept_stories.cash_that_nobody_claims_is_paid_another_way,
)


@pytest.mark.parametrize("told", KEPT, ids=lambda told: told.__name__)
def test_a_kept_story_ends_well(told: Told, database_url: str, tmp_path: Path) -> None:
    with staged(settings_for(database_url, tmp_path), START, FIRST) as stage:
        story = type("Told", (Story,), {"stage": stage})()
        told(story)
        story.teardown()
