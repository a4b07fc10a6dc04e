"""The edge of the web: security headers, cross-site protection, size limits, and refusals as pages or JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ticketing.core.errors import Refused
from ticketing.core.observe import log

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_BODY = 1024 * 1024
CSP = (
    "default-src 'none'; script-src 'self'{wasm}; worker-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'{forms}; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# The decoder's worker compiles its code under the policy of its own file, not of the page.
DOOR_FILES = ("/door/", "/static/build/door/")
QUIET = "geolocation=(), microphone=(), payment=(), usb=()"

csrf = CSRFProtect()


def init(app: Flask, *, payment_origin: str, secure: bool) -> None:
    """Put the edge around the app. `payment_origin` is where a checkout form may redirect to."""
    csrf.init_app(app)
    app.wsgi_app = _Hardened(app.wsgi_app, payment_origin, secure=secure)  # type: ignore[method-assign]
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.before_request(_need_length)
    app.register_error_handler(Refused, refuse)
    app.register_error_handler(CSRFError, lambda _: refuse(Refused("form_expired", 400)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(PoolTimeout, lambda _: refuse(Refused("busy", 503)))
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(Exception, _broken)


class _Hardened:
    """Adds the security headers to every answer: ready lists, because this runs for each request.

    Nothing is kept by browsers or proxies unless a view says so.
    """

    def __init__(self, app: WSGIApplication, payment_origin: str, *, secure: bool) -> None:
        self._app = app
        always = [*HEADERS.items(), *([("Strict-Transport-Security", "max-age=31536000")] if secure else [])]
        policy = "Content-Security-Policy"
        permissions = "Permissions-Policy"
        plain = CSP.format(wasm="", forms=f" {payment_origin}")
        door = CSP.format(wasm=" 'wasm-unsafe-eval'", forms="")
        self._plain = [(policy, plain), (permissions, f"camera=(), {QUIET}"), *always]
        self._door = [(policy, door), (permissions, f"camera=(self), {QUIET}"), *always]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        more = self._door if path == "/door" or path.startswith(DOOR_FILES) else self._plain

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if not any(name == "Cache-Control" for name, _ in headers):
                headers.append(("Cache-Control", "no-store"))
            headers.extend(more)
            return start_response(status, headers, exc_info)

        return self._app(environ, start)


def problem(error: Refused) -> Response:
    """A refusal for programs: RFC 9457, with our stable code."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.text(),
        "status": error.status,
        "code": error.code,
        "request_id": g.get("request_id"),
    }
    return Response(msgspec.json.encode(body), error.status, mimetype="application/problem+json")


def refuse(error: Refused) -> Response:
    """Answer with a refusal, as a page or as JSON, by who asks; the request's log line says why."""
    g.refused = error.code
    if request.path.startswith("/api/"):
        response = problem(error)
    else:
        page = render_template("errors/error.html", code=error.code, text=error.text(), status=error.status)
        response = make_response(page, error.status)
    return telling_wait(response, error)


def telling_wait(response: Response, error: Refused) -> Response:
    """The answer, with the seconds to wait where the refusal knows them."""
    if "seconds" in error.facts:
        response.headers["Retry-After"] = str(error.facts["seconds"])
    return response


def _need_length() -> Response | None:
    """A chunked body above the limit would be cut off without an error, so it must say its length first."""
    if "HTTP_TRANSFER_ENCODING" in request.environ and request.content_length is None:
        return refuse(Refused("length_required", 411))
    return None


def _http(error: HTTPException) -> Response:
    codes = {404: "not_found", 405: "not_found", 413: "too_large", 403: "forbidden"}
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    response = refuse(Refused(codes.get(status, "bad_request" if status < 500 else "broken"), status))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _database(error: OperationalError) -> Response:
    log.error("database", error=type(error.orig).__name__)
    return refuse(Refused("busy", 503))


def _unstorable(error: DataError) -> Response:
    """PostgreSQL refuses text with a NUL byte; nobody types one."""
    log.warning("unstorable", error=type(error.orig).__name__)
    return refuse(Refused("bad_request", 400))


def _broken(error: Exception) -> Response:
    log.error("broken", error=type(error).__name__, exc_info=error)
    return refuse(Refused("broken", 500))
