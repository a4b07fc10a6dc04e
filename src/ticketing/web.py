"""The web processes. Loads nothing of the house itself: only its processes do, so that they start without delay."""

from __future__ import annotations

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces

from ticketing.core.settings import BadSettings, Settings, read_settings

BLOCKING_THREADS = 8


def serve(settings: Settings) -> None:
    """Serve until told to end. Behind a reverse proxy that buffers request bodies, as docs/operations.md says."""
    server = Granian(
        "ticketing.app:wsgi",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.web_processes,
        blocking_threads=BLOCKING_THREADS,
        respawn_failed_workers=True,
        respawn_interval=5.0,
        workers_kill_timeout=20,
        log_access=False,
    )
    server.serve()


@click.command("web")
def main() -> None:
    """Serve the pages on HOST and PORT with WEB_PROCESSES processes."""
    try:
        serve(read_settings())
    except BadSettings as error:
        raise click.ClickException(str(error)) from error
