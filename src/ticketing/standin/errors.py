"""Stripe's errors, as the API answers them: a type, often a code and a parameter, and a sentence."""

from typing import Any


class StripeError(Exception):
    """One error answer.

    `stored` says that the request had begun its work when it failed: Stripe keeps such answers under the
    idempotency key and gives them again, but not those of requests whose parameters were already wrong.
    """

    def __init__(self, status: int, message: str, *, stored: bool = False, **fields: Any) -> None:
        super().__init__(message)
        self.status = status
        self.stored = stored
        self.fields = {"type": "invalid_request_error", "message": message, **fields}

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        return {"error": {name: value for name, value in self.fields.items() if value is not None}}


def invalid(message: str, param: str | None = None, code: str | None = "parameter_invalid") -> StripeError:
    """400: a parameter that cannot be taken as it is."""
    return StripeError(400, message, param=param, code=code)


def refused(message: str, code: str | None = None, param: str | None = None) -> StripeError:
    """400: the request is well-formed, but the object's state does not allow it."""
    return StripeError(400, message, stored=True, code=code, param=param)


def unknown_object(kind: str, object_id: str, param: str = "id") -> StripeError:
    """404: no such object."""
    name = kind.rpartition(".")[2] if kind != "checkout.session" else kind
    return StripeError(404, f"No such {name}: '{object_id}'", code="resource_missing", param=param)
