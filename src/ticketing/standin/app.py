"""The Flask application of one stand-in: the API, the buyer's pages, the controls."""

from dataclasses import dataclass, field

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from ticketing.standin import api, control, mail_pages, page
from ticketing.standin.calls import Caller, error_answer
from ticketing.standin.clock import Clock
from ticketing.standin.errors import StripeError
from ticketing.standin.faults import Faults, as_error
from ticketing.standin.idempotency import KeysInUse
from ticketing.standin.ids import new_id
from ticketing.standin.posting import Outbox
from ticketing.standin.store import Store
from ticketing.standin.world import Settings, World

_NEVER_FAILS = ("/_control", "/healthz")
# A form of a hundred line items stays far below this.
_LARGEST_BODY = 1024 * 1024


@dataclass
class Standin:
    """All parts of one running stand-in."""

    world: World
    outbox: Outbox
    faults: Faults = field(default_factory=Faults)
    keys: KeysInUse = field(default_factory=KeysInUse)


def open_standin(path: str, settings: Settings) -> Standin:
    """Opens the state file (`:memory:` for none) and puts the parts together. Starts no thread."""
    store = Store(path)
    outbox = Outbox(store)
    return Standin(World(store, Clock(store), settings, outbox), outbox)


def create_app(standin: Standin) -> Flask:
    """The WSGI application."""
    app = Flask("ticketing.standin", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(api.blueprint(Caller(standin.world, standin.keys)))
    app.register_blueprint(page.blueprint(standin.world))
    app.register_blueprint(mail_pages.blueprint(standin.world))
    app.register_blueprint(control.blueprint(standin.world, standin.outbox, standin.faults))

    @app.get("/healthz")
    def health() -> Response:
        return jsonify(ok=True, now=standin.world.clock.now())

    _add_faults(app, standin.faults)
    _add_errors(app)
    return app


def _add_faults(app: Flask, faults: Faults) -> None:
    """Fails calls as ordered. What a status cannot say is left to the server, in the WSGI environment."""

    @app.before_request
    def begin() -> Response | None:
        g.request_id = new_id("req_", 14)
        if request.path.startswith(_NEVER_FAILS):
            return None
        how = faults.meet(request.method, request.path)
        if how is None:
            return None
        if how == "drop_after":
            request.environ["standin.after"] = "drop"
            return None
        if how == "timeout":
            request.environ["standin.after"] = "hang"
            return Response(status=504)
        return error_answer(as_error(how))

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["Request-Id"] = g.get("request_id", "")
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _add_errors(app: Flask) -> None:
    @app.errorhandler(StripeError)
    def stripe_error(error: StripeError) -> Response:
        return error_answer(error)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        message = f"{error.name} ({request.method}: {request.path})."
        if status in (404, 405):
            status, message = 404, f"Unrecognized request URL ({request.method}: {request.path})."
        return error_answer(
            StripeError(status, message, type="api_error" if status >= 500 else "invalid_request_error")
        )
