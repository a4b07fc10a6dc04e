"""The web processes. Loads nothing of the house itself: only its processes do, so that they start without delay."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, SSLProtocols

from ticketing.core.settings import BadSettings, Settings, read_settings

BLOCKING_THREADS = 8
HEAPS = 2
M_ARENA_MAX = -8  # <malloc.h>


@dataclass(frozen=True)
class Tls:
    """The PEM files to serve https with."""

    certificate: Path
    key: Path


def serve(settings: Settings, tls: Tls | None = None) -> None:
    """Serve until told to end. Behind a reverse proxy that buffers request bodies, as docs/operations.md says.

    With `tls` it speaks https itself, for a rehearsal in the local network."""
    _share_heaps()
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
        ssl_cert=tls.certificate if tls else None,
        ssl_key=tls.key if tls else None,
        ssl_protocol_min=SSLProtocols.tls12,  # old tablets know no newer one
    )
    server.serve()


def _share_heaps() -> None:
    """Let the threads of the processes that this one forks share heaps, where the C library has such a setting (glibc).

    It likes one for each thread; then 13 MiB of 127 lay idle in a process that had served pages. Python's own objects
    lie elsewhere, so threads hardly meet in them.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, HEAPS)


@click.command("web")
def main() -> None:
    """Serve the pages on HOST and PORT with WEB_PROCESSES processes."""
    try:
        serve(read_settings())
    except BadSettings as error:
        raise click.ClickException(str(error)) from error
