"""The app: the only place that knows every room, and hands in time, randomness and the outside world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from flask import Flask, Request, Response, request, send_from_directory
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from ticketing.blueprints import OPEN_TO_PROGRAMS, OTHERS, composers
from ticketing.core import edge, i18n, observe
from ticketing.core.allocation import return_large_buffers
from ticketing.core.assets import BUILD, asset_url, templates_folder
from ticketing.core.clock import Clock, SystemClock
from ticketing.core.db import db, engine_options, prepare_engine
from ticketing.core.ids import Random, SystemRandom
from ticketing.core.keys import derive_keys
from ticketing.core.lifeline import die_with_parent
from ticketing.core.limits import make_limiter
from ticketing.core.settings import Settings, read_settings
from ticketing.events.rehearsals import all_rehearse
from ticketing.mail.transports import FolderTransport, SmtpTransport, Transport
from ticketing.payments.outcome import Gateway
from ticketing.reports.visits import Visits
from ticketing.shop import rendered

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Outside:
    """What the house meets from outside. Left out, each is the real one."""

    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=SystemRandom)
    gateway: Gateway | None = None
    transport: Transport | None = None


class _Sessions(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Most visitors have no cookie of ours: then there is no signature to prepare for."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class _House(Flask):
    session_interface = _Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view of ours is async: asking each function of each request whether it is would be wasted."""
        return func


def create_app(settings: Settings, outside: Outside | None = None) -> Flask:
    """The whole house on these settings."""
    outside = outside or Outside()
    app = _House("ticketing", template_folder=str(templates_folder()), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        SESSION_COOKIE_NAME="form",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
        MAIL_SENDER=_sender(settings),
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    _hand_in(app, settings, outside)
    _open_rooms(app, settings)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    return app


def _hand_in(app: Flask, settings: Settings, outside: Outside) -> None:
    transport = outside.transport
    if transport is None:
        transport = (
            SmtpTransport(settings.smtp_url) if settings.smtp_url else FolderTransport(settings.instance / "mail")
        )
    app.extensions |= {
        "ticketing.settings": settings,
        "ticketing.clock": outside.clock,
        "ticketing.random": outside.random,
        "ticketing.gateway": outside.gateway,
        "ticketing.transport": transport,
        "ticketing.keys": derive_keys(settings.secret_key),
        "ticketing.limiter": make_limiter(settings.instance) if settings.rate_limits else None,
        "ticketing.composers": composers(),
        "ticketing.preview": rendered.preview,
        "ticketing.visits": Visits(),
    }
    for cache in ("catalogs", "stocks", "artworks", "pages", "cards", "tallies", "days"):
        app.extensions[f"ticketing.{cache}"] = {}


def _open_rooms(app: Flask, settings: Settings) -> None:
    observe.init(app)
    i18n.init(app)
    edge.init(app, payment_origin=payment_origin(settings), secure=settings.secure_cookies)
    app.jinja_env.globals["asset"] = asset_url
    app.jinja_env.globals["language"] = i18n.language
    app.jinja_env.globals["all_rehearse"] = all_rehearse
    for blueprint in (*OPEN_TO_PROGRAMS, *OTHERS):
        app.register_blueprint(blueprint)
    for blueprint in OPEN_TO_PROGRAMS:
        edge.csrf.exempt(blueprint)
    app.add_url_rule("/static/build/<path:name>", "static", _asset)


def _asset(name: str) -> Response:
    """A built asset, packed where the browser takes that: its name changes with its content, so it may be kept."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "") and (BUILD / f"{name}.gz").is_file()
    if packed:
        response = send_from_directory(BUILD, f"{name}.gz", mimetype=guess_type(name)[0])
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = send_from_directory(BUILD, name)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def payment_origin(settings: Settings) -> str:
    """Where the browser goes to pay: Stripe's page, or the stand-in."""
    return settings.stripe_api_base if settings.uses_standin else "https://checkout.stripe.com"


def _sender(settings: Settings) -> str:
    host = settings.public_url.split("//", 1)[1].split("/")[0].split(":")[0]
    return f"tickets@{host}"


def wsgi() -> Callable[..., Any]:
    """What the web server calls in each of its processes."""
    die_with_parent()
    return_large_buffers()
    observe.init_logging()
    settings = read_settings()
    app = create_app(settings)
    if not settings.trusted_proxies:
        return app
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers  # noqa: PLC0415 (only behind a proxy)

    wrapped: Callable[..., Any] = wrap_wsgi_with_proxy_headers(app, trusted_hosts=list(settings.trusted_proxies))
    return wrapped
