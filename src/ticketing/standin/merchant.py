"""What the merchant has set up at the stand-in: the webhook endpoint that it notifies, and the ways to pay.

Both are as the stand-in was started and cannot be changed by calls."""

from typing import Any

from flask import Blueprint, Response

from ticketing.standin.calls import Caller
from ticketing.standin.errors import unknown_object
from ticketing.standin.events import API_VERSION, SUBSCRIBED
from ticketing.standin.forms import Reader, boolean, integer, items_of, read_fields, text
from ticketing.standin.sessions import METHODS
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

_SINCE = 1767225600  # long before anything else here was made
_EXPAND: dict[str, Reader] = {"expand": items_of(text())}
_PAGING = _EXPAND | {"ending_before": text(), "limit": integer(1, 100), "starting_after": text()}
_FILTERS: dict[str, dict[str, Reader]] = {
    "webhook_endpoint": {},
    "payment_method_configuration": {"active": boolean, "application": text()},
}


def add_reading(api: Blueprint, caller: Caller) -> None:
    """Lists of one object each, and the object."""
    _add(api, caller, "webhook_endpoint", _endpoint)
    _add(api, caller, "payment_method_configuration", _configuration)


def _add(api: Blueprint, caller: Caller, kind: str, made: Any) -> None:
    path = f"/{kind}s"

    def many() -> Response:
        def work(action: Action, values: dict[str, Any]) -> Obj:
            form = read_fields(values, _PAGING | _FILTERS[kind])
            obj: Obj = made(action)
            beyond = form.get("starting_after") or form.get("ending_before")
            if beyond and beyond != obj["id"]:
                raise unknown_object(kind, beyond, "starting_after" if form.get("starting_after") else "ending_before")
            hidden = beyond or form.get("active") is False or form.get("application")
            return {"object": "list", "data": [] if hidden else [obj], "has_more": False, "url": f"/v1{path}"}

        return caller.read(work)

    def single(object_id: str) -> Response:
        def work(action: Action, values: dict[str, Any]) -> Obj:
            read_fields(values, _EXPAND)
            obj: Obj = made(action)
            if object_id != obj["id"]:
                raise unknown_object(kind, object_id)
            return obj

        return caller.read(work)

    api.add_url_rule(path, f"list {path}", many, methods=["GET"])
    api.add_url_rule(f"{path}/<object_id>", f"get {path}", single, methods=["GET"])


def _endpoint(action: Action) -> Obj:
    return {
        "id": "we_1StandinNotifiesThis00",
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "application": None,
        "created": _SINCE,
        "description": "the application that this stand-in notifies",
        "enabled_events": sorted(SUBSCRIBED),
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": action.settings.notify,
    }


def _configuration(action: Action) -> Obj:
    on = {"available": True, "display_preference": {"overridable": None, "preference": "on", "value": "on"}}
    return {
        "id": "pmc_1StandinTakesThese000",
        "object": "payment_method_configuration",
        "active": True,
        "application": None,
        "is_default": True,
        "livemode": False,
        "name": "Default",
        "parent": None,
    } | dict.fromkeys(METHODS, on)
