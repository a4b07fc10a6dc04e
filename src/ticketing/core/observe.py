"""What is seen from outside: one JSON log line for each request, and counters for Prometheus.

No line holds a name, an e-mail address or a secret: paths of order links are logged by their route, and the order's
code stands beside it.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from flask import Flask, Response, g, has_request_context, request
from structlog.typing import EventDict, Processor

log = structlog.get_logger("ticketing")


def init_logging() -> None:
    """Send everything, the libraries' records too, to standard error as JSON lines."""
    shared: list[Processor] = [
        _with_request_id,
        structlog.processors.add_log_level,
        _with_time,
        structlog.processors.format_exc_info,
    ]
    as_json = structlog.processors.JSONRenderer(serializer=_json)
    structlog.configure(
        processors=[*shared, as_json],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=as_json, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def _json(facts: Any, **_options: Any) -> str:
    return msgspec.json.encode(facts, enc_hook=str).decode()


def _with_time(_logger: Any, _method: str, facts: EventDict) -> EventDict:
    facts["at"] = datetime.now(UTC).isoformat()
    return facts


def _with_request_id(_logger: Any, _method: str, facts: EventDict) -> EventDict:
    if has_request_context() and "request_id" in g:
        facts["request_id"] = g.request_id
    return facts


def init(app: Flask) -> None:
    """Give each request an id, and write one line when it is answered."""

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def end(response: Response) -> Response:
        if "request_id" not in g:
            return response
        response.headers.add("X-Request-Id", g.request_id)
        rule = request.url_rule
        facts = {
            "method": request.method,
            "route": rule.rule if rule else None,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.started) * 1000, 1),
        }
        if "refused" in g:
            facts["refused"] = g.refused
        if request.view_args and "order_code" in request.view_args:
            facts["order"] = request.view_args["order_code"]
        log.info("request", **facts)
        return response
