"""Running the house: the web processes, the migrations, and everything at once for a rehearsal."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.serving import make_server

from ticketing import web, worker
from ticketing.app import PACKAGE, create_app
from ticketing.core import clock, observe
from ticketing.core.allocation import return_large_buffers
from ticketing.core.db import db, writing
from ticketing.core.health import is_migrated
from ticketing.core.i18n import pick
from ticketing.core.settings import BadSettings, Settings, is_loopback, read_settings
from ticketing.lan.offer import Offer, choose, listen_on, offer, told
from ticketing.lan.trust import Offered, create_trust
from ticketing.mail.inbox import create_inbox
from ticketing.rehearsal import demo_staff, rehearsal_event
from ticketing.staff import devices
from ticketing.supervisor import Child, Supervisor


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
    return_large_buffers()
    observe.init_logging()
    worker.run(create_app(settings))


def inbox(settings: Settings, port: int) -> None:
    """Show the letters that were written into the instance folder; reachable from this machine only."""
    app = create_inbox(settings.instance / "mail")
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


def trust(offered: Offered, listen: str, port: int) -> None:
    """Show how to trust the house's own authority, at a plain address of the local network."""
    make_server(listen, port, create_trust(offered), threaded=True).serve_forever()


def serve(*, lan: bool = False) -> int:
    """Prepare the instance, start every process, print where everything is; returns the exit code.

    With `lan` the local network is served too, over https. Loopback stays as it is beside it: the stand-in's webhooks
    and health checks go there.
    """
    settings = _choose(Path(os.environ.get("TICKETING_INSTANCE", "instance")).resolve(), lan)
    offered = offer(settings, listen_on(os.environ), datetime.now(UTC)) if lan else None
    lines = _prepare(settings, offered)
    if offered:  # what may not be reached from the network is refused here, before anything starts
        read_settings({**os.environ, "TICKETING_INSTANCE": str(settings.instance), "HOST": offered.listen})
    supervisor = Supervisor(_children(settings, offered), settings.instance / "log", _say)
    return supervisor.run(lambda: _say("\n".join(lines)))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _choose(instance: Path, lan: bool) -> Settings:
    """Choose ports and addresses and write them down, so that every command reaches what runs here."""
    instance.mkdir(parents=True, exist_ok=True)
    kept = instance / "serve.env"
    kept.unlink(missing_ok=True)
    chosen = {"PORT": _wished_port(os.environ.get("PORT", "")) or str(free_port(8000))}
    environ = {**os.environ, "TICKETING_INSTANCE": str(instance)}
    if lan:
        chosen |= choose(os.environ, free_port)
        environ["HOST"] = "127.0.0.1"  # for what is served in the clear; the network gets https
    else:
        chosen["PUBLIC_URL"] = _plain_url(os.environ, chosen["PORT"])
    if not os.environ.get("STRIPE_SECRET_KEY") and not os.environ.get("STRIPE_SECRET_KEY_FILE"):
        port = free_port(12111)
        chosen["STRIPE_API_BASE"] = os.environ.get("STRIPE_API_BASE") or f"http://127.0.0.1:{port}"
    chosen["TICKETING_INBOX_PORT"] = str(free_port(8025))
    kept.write_text("".join(f"{name}={value}\n" for name, value in chosen.items()), encoding="utf-8")
    return read_settings(environ)


def _plain_url(environ: Mapping[str, str], port: str) -> str:
    return environ.get("PUBLIC_URL") or f"http://{environ.get('HOST', '127.0.0.1')}:{port}"


def _wished_port(text: str) -> str:
    """The port that PORT names, unless somebody listens there: two servers would share it without a word."""
    if text.isdigit() and free_port(int(text)) != int(text):
        raise BadSettings(f"PORT {text} is in use: end what listens there, or choose another one.")
    return text


def free_port(wish: int, host: str = "127.0.0.1") -> int:
    """The wished port of this address, or the next one that nobody listens on."""
    for port in range(wish, wish + 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise BadSettings(f"No free port between {wish} and {wish + 199}: end what listens there.")


def _prepare(settings: Settings, offered: Offer | None) -> list[str]:
    """Bring the database, the rehearsal event, staff and a pairing code; what to tell the person who started this."""
    with create_app(settings).app_context():
        if not is_migrated():
            migrate()
        catalog = rehearsal_event()
        logins = demo_staff(settings, to_network=offered is not None)
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
    if offered:
        lines += told(offered, code, colour=sys.stdout.isatty())
    return [*lines, "Ctrl-C ends everything."]


def inbox_url(settings: Settings) -> str:
    """Where the inbox page of this instance is."""
    return f"http://127.0.0.1:{inbox_port(settings)}"


def inbox_port(settings: Settings) -> int:
    """The port that was chosen for the inbox page."""
    lines = (settings.instance / "serve.env").read_text(encoding="utf-8").splitlines()
    return int(dict(line.split("=", 1) for line in lines)["TICKETING_INBOX_PORT"])


def _children(settings: Settings, offered: Offer | None) -> list[Child]:
    env = {"TICKETING_INSTANCE": str(settings.instance), "HOST": settings.host}
    children = []
    if settings.uses_standin and is_loopback(settings.stripe_api_base.split("//")[1].split(":")[0]):
        children.append(_standin(settings, env))
    if offered:
        children += _for_network(settings, offered, env)
        settings = replace(settings, web_processes=1)  # of loopback, where little is asked then
    children.append(Child("web", partial(web.serve, settings), env, f"{_local(settings)}/healthz"))
    children.append(Child("worker", partial(work, settings), env, f"{_local(settings)}/readyz"))
    if not settings.smtp_url:
        port = inbox_port(settings)
        children.append(Child("inbox", partial(inbox, settings, port), env, f"http://127.0.0.1:{port}/"))
    return children


def _for_network(settings: Settings, offered: Offer, env: dict[str, str]) -> list[Child]:
    listening = replace(settings, host=offered.listen, port=offered.port)
    serving = partial(web.serve, listening, web.Tls(offered.certificate, offered.key))
    children = [Child("lan", serving, {**env, "HOST": offered.listen}, f"{offered.local}/healthz")]
    if offered.own:
        page = Offered(offered.own.authority, offered.own.fingerprint, f"{offered.url}/door")
        port = urlsplit(offered.trust_url).port or 80
        local = offered.local.replace("https:", "http:").rpartition(":")[0]
        children.append(Child("trust", partial(trust, page, offered.listen, port), env, f"{local}:{port}/"))
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
