"""The stage of the benchmark: a house of its own in a temporary folder, with tickets sold and a tablet paired."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bare import TABLES, make_engine
from sqlalchemy import select, text

from ticketing.app import create_app
from ticketing.core import clock
from ticketing.core.db import db, writing
from ticketing.core.lifeline import die_with_parent
from ticketing.core.money import Money
from ticketing.core.settings import Settings, read_settings
from ticketing.events.catalog import Catalog
from ticketing.office.publish import publish
from ticketing.orders.pdf import tickets_pdf
from ticketing.orders.pricing import QuoteLine
from ticketing.orders.reading import OrderView, TicketView
from ticketing.rehearsal import FIRST_EVENT
from ticketing.serving import free_port, migrate
from ticketing.staff import devices
from ticketing.tickets.issue import Seat, code_of, issue
from ticketing.tickets.models import Ticket
from ticketing.web import BLOCKING_THREADS

PROCESSES = 2
PLACES = 100_000
HERE = Path(__file__).resolve().parent
AS_INSTALLED = HERE / "installed"
SEATS = 4


@dataclass
class Stage:
    """What the steps drive, and the figures that are no requests."""

    database: str
    environment: dict[str, str]
    web: tuple[str, int]
    bare: tuple[str, int]
    event_path: str
    token: str
    codes: Sequence[str]
    web_pid: int
    settings: Settings
    catalog: Catalog

    def pdf(self) -> tuple[str, float, str]:
        """The median time of one ticket's PDF in a warm process."""
        with create_app(self.settings).app_context():
            order = _order(self.catalog, self.codes[0])
            times = []
            for round_ in range(60):
                began = time.perf_counter()
                tickets_pdf(self.catalog, order)
                if round_ >= 10:
                    times.append((time.perf_counter() - began) * 1000)
        return "PDF per ticket", statistics.median(times), "ms"

    def cold_start(self) -> tuple[str, float, str]:
        """From starting the web command to its first answer, the median of three."""
        times = []
        for _ in range(3):
            port = free_port(19000)
            began = time.perf_counter()
            with _process([sys.executable, "-m", "ticketing", "web"], {**self.environment, "PORT": str(port)}):
                _wait(f"http://127.0.0.1:{port}/healthz")
                times.append((time.perf_counter() - began) * 1000)
        return "cold start", statistics.median(times), "ms"

    def memory(self) -> tuple[str, float, str]:
        """Resident memory of the largest web process after all that was asked of it."""
        children = subprocess.run(
            ["pgrep", "-P", str(self.web_pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        return "memory of a web process", max(_resident(int(pid)) for pid in children) / 1024, "MiB"


@contextmanager
def on_stage(folder: Path, database: str, tickets: int) -> Iterator[Stage]:
    """Build the house, sell `tickets` tickets, start web, stand-in and the bare app, and end them afterwards."""
    ports = {name: free_port(start) for name, start in (("web", 18000), ("bare", 18300), ("standin", 18600))}
    url = database or f"sqlite:///{folder / 'bench.sqlite3'}"
    bare_url = database or f"sqlite:///{folder / 'bare.sqlite3'}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "TICKETING_"))},
        "TICKETING_INSTANCE": str(folder),
        "DATABASE_URL": url,
        "PORT": str(ports["web"]),
        "PUBLIC_URL": f"http://127.0.0.1:{ports['web']}",
        "STRIPE_API_BASE": f"http://127.0.0.1:{ports['standin']}",
        "TICKETING_RATE_LIMITS": "off",
        "WEB_PROCESSES": str(PROCESSES),
        "BARE_DATABASE_URL": bare_url,
        "PYTHONPATH": str(AS_INSTALLED),
    }
    settings = read_settings(environment)
    catalog, token, codes = _sell(settings, tickets)
    _make_bare(bare_url)
    with ExitStack() as started:
        started.enter_context(_standin(environment, settings, ports))
        web = started.enter_context(_process([sys.executable, "-m", "ticketing", "web"], environment))
        started.enter_context(_process(_bare_command(ports["bare"]), {**environment, "PYTHONPATH": str(HERE)}))
        _wait(f"http://127.0.0.1:{ports['web']}/healthz")
        _wait(f"http://127.0.0.1:{ports['bare']}/hello")
        yield Stage(
            database=url.partition(":")[0],
            environment=environment,
            web=("127.0.0.1", ports["web"]),
            bare=("127.0.0.1", ports["bare"]),
            event_path=f"/e/{catalog.slug}",
            token=token,
            codes=codes,
            web_pid=web.pid,
            settings=settings,
            catalog=catalog,
        )


def _sell(settings: Settings, tickets: int) -> tuple[Catalog, str, list[str]]:
    source = FIRST_EVENT.read_text(encoding="utf-8").replace("capacity = 300", f"capacity = {PLACES}")
    with create_app(settings).app_context():
        migrate()
        now = clock.now()
        with writing() as session:
            catalog = publish(session, source, now, now, "cli")
        with writing() as session:
            tier = catalog.tiers[0].id
            for first in range(0, tickets, SEATS):
                seats = [Seat(tier, "山田 花子")] * min(SEATS, tickets - first)
                issue(session, catalog.id, f"B{first:06X}", seats, now)
            pairing, _ = devices.make_code(session, catalog.id, catalog.gates[0].id, now, "cli")
        with writing() as session:
            token = devices.pair(session, pairing, "bench", now).token
            codes = [code_of(ticket) for ticket in session.scalars(select(Ticket))]
        db.engine.dispose()
    return catalog, token, codes


def _make_bare(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        for statement in TABLES:
            connection.execute(text(statement))
    engine.dispose()


def _bare_command(port: int) -> list[str]:
    """The same server with the same settings as the web command."""
    options = f"--interface wsgi --http 1 --no-ws --workers {PROCESSES} --blocking-threads {BLOCKING_THREADS}"
    address = f"--factory --no-access-log --host 127.0.0.1 --port {port}"
    return [sys.executable, "-m", "granian", *options.split(), *address.split(), "bare:wsgi"]


@contextmanager
def _standin(environment: Mapping[str, str], settings: Settings, ports: Mapping[str, int]) -> Iterator[None]:
    notify = f"http://127.0.0.1:{ports['web']}/stripe/webhook"
    command = [sys.executable, "-m", "ticketing.standin", "--port", str(ports["standin"]), "--notify", notify]
    with _process(command, {**environment, "STRIPE_WEBHOOK_SECRET": settings.stripe_webhook_secret}):
        _wait(f"http://127.0.0.1:{ports['standin']}/healthz")
        yield


@contextmanager
def _process(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    parent = os.getpid()
    process = subprocess.Popen(
        command,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: die_with_parent(parent),
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urlopen(url, timeout=5):  # noqa: S310 (our own address)
                return
        except (URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return float(status.partition("VmRSS:")[2].split()[0])


def _order(catalog: Catalog, code: str) -> OrderView:
    """An order of one ticket, as it would be read."""
    tier, now = catalog.tiers[0], clock.now()
    return OrderView(
        id="bench",
        code="K7M2QF",
        secret="",
        state="paid",
        buyer_name="山田 花子",
        buyer_email="hanako@example.com",
        language="ja",
        total=tier.price,
        tax=Money(181),
        created_at=now,
        expires_at=now,
        paid_at=now,
        lines=(QuoteLine(tier, 1, tier.price),),
        tickets=(TicketView(1, tier, "山田 花子", "valid", code),),
    )
