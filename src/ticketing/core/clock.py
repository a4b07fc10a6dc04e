"""The one place where the time of day comes in. Every action reads it once and hands `now` on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from flask import current_app


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved: for simulations."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware start")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was last moved to."""
        return self._now

    def advance(self, delta: timedelta) -> None:
        """Move on; never back."""
        if delta < timedelta(0):
            raise ValueError("time goes one way")
        self._now += delta


def now() -> datetime:
    """The present instant by the clock that was handed to `create_app`."""
    clock: Clock = current_app.extensions["ticketing.clock"]
    return clock.now()
