"""What the commands share: the app that they run in, how a refusal ends them, and options of several."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import Flask

from ticketing.app import create_app
from ticketing.core.errors import Refused
from ticketing.core.health import is_migrated
from ticketing.core.settings import BadSettings, read_settings

UNPREPARED = (
    "The database cannot be reached, or it is not prepared for this version: `ticketing init` prepares it. "
    "DATABASE_URL and TICKETING_INSTANCE say which one it is."
)
P = ParamSpec("P")
R = TypeVar("R")


def house() -> Flask:
    """The app on the settings in the environment; ends the command with one line where they do not fit."""
    try:
        return create_app(read_settings())
    except BadSettings as error:
        raise click.ClickException(str(error)) from error


def in_house(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command within the app; a refusal, or a database that is not prepared, becomes one line and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with house().app_context():
            if not is_migrated():
                raise click.ClickException(UNPREPARED)
            try:
                return command(*args, **kwargs)
            except Refused as error:
                raise click.ClickException(f"{error.text()} ({error.code})") from error

    return run


as_json = click.option("--json", "json_", is_flag=True, help="Answer in JSON.")


def instant(text: str, option: str) -> datetime:
    """The instant that an option names."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.ClickException(f"{option}: {text!r} is no ISO time, such as 2025-10-26T10:00+09:00.") from error
    if value.tzinfo is None:
        raise click.ClickException(f"{option} needs an offset, such as 2025-10-26T10:00+09:00.")
    return value
