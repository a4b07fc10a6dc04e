"""Running the house: the web processes, the migrations, and everything at once for a rehearsal."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from ticketing import web, worker
from ticketing.app import PACKAGE, create_app
from ticketing.core import clock, observe
from ticketing.core.db import db, writing
from ticketing.core.errors import Refused
from ticketing.core.health import is_migrated
from ticketing.core.i18n import pick
from ticketing.core.settings import BadSettings, Settings, is_loopback, read_settings
from ticketing.events.catalog import Catalog, load
from ticketing.events.file import read
from ticketing.mail.inbox import create_inbox
from ticketing.office.publish import publish
from ticketing.staff import accounts, devices
from ticketing.staff.models import Person
from ticketing.supervisor import Child, Supervisor

FIRST_EVENT = PACKAGE / "events" / "future-of-filmmaking-with-ai.toml"
DEMO_STAFF = (("owner@example.com", "owner"), ("viewer@example.com", "viewer"))


def migrate() -> None:
    """Create the tables, or bring them to this version. Safe to repeat."""
    from flask_migrate import Migrate, upgrade  # noqa: PLC0415 (380 ms and 12 MiB that only this command needs)

    Migrate(_app(), db, directory=str(PACKAGE / "migrations"))
    upgrade()


def _app() -> Flask:
    from flask import current_app  # noqa: PLC0415

    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def work(settings: Settings) -> None:
    """Settle payments, end unpaid orders, send letters; several may run."""
    observe.init_logging()
    worker.run(create_app(settings))


def inbox(settings: Settings, port: int) -> None:
    """Show the letters that were written into the instance folder; reachable from this machine only."""
    app = create_inbox(settings.instance / "mail")
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


def serve() -> int:
    """Prepare the instance, start every process, print where everything is; returns the exit code."""
    settings = _choose(Path(os.environ.get("TICKETING_INSTANCE", "instance")).resolve())
    lines = _prepare(settings)
    supervisor = Supervisor(_children(settings), settings.instance / "log", _say)
    return supervisor.run(lambda: _say("\n".join(lines)))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _choose(instance: Path) -> Settings:
    """Choose ports and addresses and write them down, so that every command reaches what runs here."""
    instance.mkdir(parents=True, exist_ok=True)
    kept = instance / "serve.env"
    kept.unlink(missing_ok=True)
    chosen = {"PORT": _wished_port(os.environ.get("PORT", "")) or str(free_port(8000))}
    host = os.environ.get("HOST", "127.0.0.1")
    chosen["PUBLIC_URL"] = os.environ.get("PUBLIC_URL") or f"http://{host}:{chosen['PORT']}"
    if not os.environ.get("STRIPE_SECRET_KEY") and not os.environ.get("STRIPE_SECRET_KEY_FILE"):
        port = free_port(12111)
        chosen["STRIPE_API_BASE"] = os.environ.get("STRIPE_API_BASE") or f"http://127.0.0.1:{port}"
    chosen["TICKETING_INBOX_PORT"] = str(free_port(8025))
    kept.write_text("".join(f"{name}={value}\n" for name, value in chosen.items()), encoding="utf-8")
    return read_settings({**os.environ, "TICKETING_INSTANCE": str(instance)})


def _wished_port(text: str) -> str:
    """The port that PORT names, unless somebody listens there: two servers would share it without a word."""
    if text.isdigit() and free_port(int(text)) != int(text):
        raise BadSettings(f"PORT {text} is in use: end what listens there, or choose another one.")
    return text


def free_port(wish: int) -> int:
    """The wished port of this machine, or the next one that nobody listens on."""
    for port in range(wish, wish + 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise BadSettings(f"No free port between {wish} and {wish + 199}: end what listens there.")


def _prepare(settings: Settings) -> list[str]:
    """Bring the database, the rehearsal event, staff and a pairing code; what to tell the person who started this."""
    with create_app(settings).app_context():
        if not is_migrated():
            migrate()
        catalog = _rehearsal_event()
        logins = _staff(settings)
        with writing() as session:
            gate = catalog.gates[0]
            code, expires_at = devices.make_code(session, catalog.id, gate.id, clock.now(), "cli")
        db.engine.dispose()  # the children are forks, and a fork may not share a connection
    url = settings.public_url
    lines = [
        "",
        f"{pick(catalog.title, 'en')} (rehearsal: starts {catalog.starts_at.astimezone(catalog.zone):%H:%M})",
        f"  buyers     {url}/e/{catalog.slug}",
        f"  door       {url}/door   pairing code {code} (gate {gate.code}, until "
        f"{expires_at.astimezone(catalog.zone):%H:%M})",
        f"  organizer  {url}/office",
    ]
    lines += [f"  log-in     {login}" for login in logins]
    if settings.uses_standin:
        lines.append(f"  payments   local stand-in for Stripe at {settings.stripe_api_base} (card 4242 4242 4242 4242)")
    if not settings.smtp_url:
        lines.append(f"  letters    {inbox_url(settings)}")
    return [*lines, "Ctrl-C ends everything."]


def inbox_url(settings: Settings) -> str:
    """Where the inbox page of this instance is."""
    return f"http://127.0.0.1:{inbox_port(settings)}"


def inbox_port(settings: Settings) -> int:
    """The port that was chosen for the inbox page."""
    lines = (settings.instance / "serve.env").read_text(encoding="utf-8").splitlines()
    return int(dict(line.split("=", 1) for line in lines)["TICKETING_INBOX_PORT"])


def _rehearsal_event() -> Catalog:
    """The first event, moved so that its doors are open now; moved again once its day is over."""
    text = FIRST_EVENT.read_text(encoding="utf-8")
    now = datetime.now(UTC)
    slug = read(text).event.slug
    with writing() as session:
        try:
            present = load(session, slug)
        except Refused:
            present = None
        if present and min(p.doors_open_at for p in present.programs) <= now < present.programs[0].ends_at:
            return present
        starts_at = (now + timedelta(minutes=10)).replace(second=0, microsecond=0)
        return publish(session, text, starts_at, now, "cli")


def _staff(settings: Settings) -> list[str]:
    """Random passwords on the first start, kept in the instance folder."""
    kept = settings.instance / "staff-passwords.txt"
    with writing() as session:
        if session.scalar(select(func.count()).select_from(Person)) == 0:
            if not is_loopback(settings.host):
                return ["add staff with `ticketing staff add EMAIL --role owner`"]
            logins = [(email, role, secrets.token_urlsafe(9)) for email, role in DEMO_STAFF]
            for email, role, password in logins:
                accounts.add(session, email, role, password, clock.now())
            kept.touch(mode=0o600)
            kept.write_text("".join(f"{email}  {password}  ({role})\n" for email, role, password in logins), "utf-8")
    return kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []


def _children(settings: Settings) -> list[Child]:
    env = {"TICKETING_INSTANCE": str(settings.instance)}
    children = []
    if settings.uses_standin and is_loopback(settings.stripe_api_base.split("//")[1].split(":")[0]):
        children.append(_standin(settings, env))
    children.append(Child("web", partial(web.serve, settings), env, f"{_local(settings)}/healthz"))
    children.append(Child("worker", partial(work, settings), env, f"{_local(settings)}/readyz"))
    if not settings.smtp_url:
        port = inbox_port(settings)
        children.append(Child("inbox", partial(inbox, settings, port), env, f"http://127.0.0.1:{port}/"))
    return children


def _standin(settings: Settings, env: dict[str, str]) -> Child:
    port = settings.stripe_api_base.rpartition(":")[2]
    notify = f"{_local(settings)}/stripe/webhook"
    state = settings.instance / "standin.sqlite3"
    command = [sys.executable, "-m", "ticketing.standin", "--port", port, "--notify", notify, "--state", str(state)]
    secret = {"STRIPE_WEBHOOK_SECRET": settings.stripe_webhook_secret}
    return Child("standin", command, {**env, **secret}, f"{settings.stripe_api_base}/healthz")


def _local(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 (compared, not bound)
    return f"http://{host}:{settings.port}"
