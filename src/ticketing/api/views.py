"""The routes of the programs' interface."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ticketing.api import hook_calls, reads, writes
from ticketing.api.calls import served, tell_limits
from ticketing.api.description import described

bp = Blueprint("api", __name__, url_prefix="/api/v1")
CALLS = (*reads.CALLS, *writes.CALLS, *hook_calls.CALLS)
for _call in CALLS:
    bp.add_url_rule(_call.path, _call.name, served(_call), methods=[_call.method])
bp.after_request(tell_limits)


@bp.get("/openapi.json")
def openapi() -> Response:
    """All calls, in OpenAPI 3.1. Nothing in it is secret."""
    response = Response(described(CALLS), mimetype="application/json")
    response.add_etag()
    response.headers["Cache-Control"] = "public, max-age=300"
    response.make_conditional(request)
    return response
