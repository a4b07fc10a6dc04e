"""One API call from the wire to the answer: key, version, parameters, idempotency, transaction, errors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, g, request

from ticketing.standin.auth import check_key
from ticketing.standin.errors import StripeError, invalid
from ticketing.standin.events import API_VERSION
from ticketing.standin.expand import expanded
from ticketing.standin.forms import decode
from ticketing.standin.idempotency import Kept, KeysInUse, fingerprint, keep, recall
from ticketing.standin.store import Obj, dump
from ticketing.standin.world import Action, World

Work = Callable[[Action, dict[str, Any]], Obj]


@dataclass(frozen=True)
class Caller:
    """Carries calls out in one world."""

    world: World
    keys: KeysInUse

    def read(self, work: Work) -> Response:
        """A GET: `work` answers the object; the caller's `expand` is applied."""
        _check_request()
        values = decode(request.query_string.decode("utf-8", "replace"))
        with self.world.action() as action:
            return _answer(200, dump(_worked(action, work, values)))

    def write(self, work: Work) -> Response:
        """A POST: done once per idempotency key, and answered again from memory after that."""
        _check_request()
        key = request.headers.get("Idempotency-Key")
        body = request.get_data(cache=False)
        if not key:
            return self._do(work, body)
        with self.keys.claim(key):
            return self._once(work, body, key)

    def _do(self, work: Work, body: bytes) -> Response:
        with self.world.action(request={"id": g.request_id, "idempotency_key": None}) as action:
            return _answer(200, dump(_worked(action, work, _form(body))))

    def _once(self, work: Work, body: bytes, key: str) -> Response:
        mark = fingerprint(request.method, request.path, body)
        try:
            with self.world.action(request={"id": g.request_id, "idempotency_key": key}) as action:
                kept = recall(action, key, mark)
                if kept is not None:
                    return _answer(kept.status, kept.answer, replayed=True)
                answer = dump(_worked(action, work, _form(body)))
                keep(action, key, mark, Kept(200, answer))
                return _answer(200, answer)
        except StripeError as error:
            if error.stored:
                with self.world.action() as action:
                    keep(action, key, mark, Kept(error.status, dump(error.body())))
            raise


def _check_request() -> None:
    check_key(request.headers.get("Authorization"), request.method, request.path)
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise invalid(f"This stand-in speaks API version {API_VERSION}, not {version}.", None, None)


def _form(body: bytes) -> dict[str, Any]:
    if body and request.mimetype != "application/x-www-form-urlencoded":
        raise invalid("Send the parameters as application/x-www-form-urlencoded.", None, None)
    try:
        return decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise invalid("Invalid request body: not UTF-8.", None, None) from error


def _worked(action: Action, work: Work, values: dict[str, Any]) -> Obj:
    obj = work(action, values)
    paths = values.get("expand", [])
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise invalid("Invalid array: expand", "expand")
    return expanded(action, obj, paths) if paths else obj


def _answer(status: int, text: str, replayed: bool = False) -> Response:
    response = Response(text, status, content_type="application/json")
    response.headers["Stripe-Version"] = API_VERSION
    key = request.headers.get("Idempotency-Key")
    if key and request.method == "POST":
        response.headers["Idempotency-Key"] = key
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def error_answer(error: StripeError) -> Response:
    """The answer for an error."""
    return _answer(error.status, dump(error.body()))
