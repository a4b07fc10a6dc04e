"""Whatever happens between us and Stripe: both books are equal, and every promise is kept."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from stage import staged
from story import Story

from conftest import settings_for

START = datetime(2026, 1, 5, 3, tzinfo=UTC)
FIRST = datetime(2026, 1, 30, 1, tzinfo=UTC)
EXAMPLES = int(os.environ.get("STORIES", "10"))


def test_whatever_happens_every_yen_is_right(database_url: str, tmp_path: Path) -> None:
    with staged(settings_for(database_url, tmp_path), START, FIRST) as stage:
        told = type("Told", (Story,), {"stage": stage})
        run_state_machine_as_test(
            told,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
