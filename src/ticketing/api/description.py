"""The description of all calls in OpenAPI 3.1, made from the calls and structs that serve them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from ticketing.api import door_calls
from ticketing.api.answers import Problem
from ticketing.api.calls import Call
from ticketing.api.notices import FORMS

REF = "#/components/schemas/{name}"
STATUSES = {
    304: "Nothing has changed since the `ETag` that was sent.",
    400: "The call is not in form.",
    401: "No token, or one that is wrong, revoked or too old.",
    403: "The token was not made for this (`scope_missing`).",
    404: "There is no such thing, or the token does not reach it.",
    409: "It cannot be done as things stand; `code` says why.",
    411: "The body does not say its length.",
    413: "The body is too large.",
    415: "The body is no JSON.",
    422: "The idempotency key belongs to another call.",
    429: "Too often; `Retry-After` says how many seconds to wait.",
    503: "Not now. Trying again is safe.",
}
ALWAYS = (401, 403, 429, 503)
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A text of your own for this act, such as a UUID: sent again with the same body, it counts once.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,64}$", "minLength": 1, "maxLength": 64},
}


@cache
def described(calls: tuple[Call, ...]) -> bytes:
    """The whole document as JSON."""
    kinds = {kind for call in calls for kind in (call.answer, call.body) if kind} | {Problem, *door_calls.STRUCTS}
    _schemas, parts = msgspec.json.schema_components(sorted(kinds, key=lambda kind: kind.__name__), ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(_path(call), {})[call.method.lower()] = _operation(call)
    for path, operation in door_calls.operations(problems):
        paths.setdefault(path, {}).update(operation)
    told = _told(parts)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "ticketing", "version": "1", "description": "Tickets and check-in, for programs."},
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "webhooks": told,
        "components": {
            "schemas": parts,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Made in the office, with scopes."},
                "tablet": {"type": "http", "scheme": "bearer", "description": "Of a paired tablet."},
            },
        },
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1)


def _told(parts: dict[str, Any]) -> dict[str, Any]:
    """What is sent to hooks, by kind."""
    forms = sorted(set(FORMS.values()), key=lambda form: form.__name__)
    parts.update(msgspec.json.schema_components(forms, ref_template=REF)[1])
    return {kind: {"post": _sent(kind, form)} for kind, form in FORMS.items()}


def _sent(kind: str, form: type[msgspec.Struct]) -> dict[str, Any]:
    schema = {"schema": {"$ref": REF.format(name=form.__name__)}}
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    return {
        "operationId": f"told_{kind.replace('.', '_')}",
        "summary": (form.__doc__ or "").strip().splitlines()[0],
        "tags": ["hooks"],
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in names
        ],
        "requestBody": {"required": True, "content": {"application/json": schema}},
        "responses": {
            "2XX": {"description": "Taken. Anything else, and no answer within 10 seconds, is tried again."},
            "410": {"description": "Gone: the hook is switched off."},
        },
    }


def problems(statuses: Sequence[int]) -> dict[str, Any]:
    """Answers that are problems."""
    schema = {"schema": {"$ref": REF.format(name="Problem")}}
    content = {"content": {"application/problem+json": schema}}
    return {str(status): {"description": STATUSES[status], **content} for status in sorted(set(statuses))}


def _path(call: Call) -> str:
    return re.sub(r"<(\w+)>", r"{\1}", call.path)


def _operation(call: Call) -> dict[str, Any]:
    answer = {"application/json": {"schema": {"$ref": REF.format(name=call.answer.__name__)}}}
    statuses = [*ALWAYS, *call.refusals, *((411, 413) if call.changes else ())]
    responses: dict[str, Any] = {"200": {"description": "Done." if call.changes else "So it is.", "content": answer}}
    if not call.changes:
        responses["304"] = {"description": STATUSES[304]}
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "description": f"Needs the scope `{call.scope}`.",
        "tags": [call.scope.partition(":")[0]],
        "security": [{"token": []}],
        "x-scope": call.scope,
        "parameters": _parameters(call),
        "responses": {**responses, **problems(statuses)},
    }
    if call.body is not None:
        schema = {"schema": {"$ref": REF.format(name=call.body.__name__)}}
        operation["requestBody"] = {"required": True, "content": {"application/json": schema}}
    return operation


def _parameters(call: Call) -> list[Mapping[str, Any]]:
    path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 80}}
        for name in re.findall(r"<(\w+)>", call.path)
    ]
    return [*path, *_query(call), *([KEY] if call.changes else [])]


def _query(call: Call) -> list[dict[str, Any]]:
    if call.query is None:
        return []
    _, parts = msgspec.json.schema_components([call.query], ref_template=REF)
    known: dict[str, dict[str, Any]] = parts[call.query.__name__]["properties"]
    return [{"name": name, "in": "query", "required": False, "schema": _present(one)} for name, one in known.items()]


def _present(schema: dict[str, Any]) -> dict[str, Any]:
    """A query has a value or not; there is no null in it."""
    kept = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    plain = {**rest, **(kept[0] if len(kept) == 1 else {})}
    if "enum" in plain:
        plain["enum"] = [value for value in plain["enum"] if value is not None]
    return plain
