"""`expand`: names replaced by the objects they name. docs.stripe.com/api/expanding_objects"""

from typing import Any

from ticketing.standin import balance
from ticketing.standin.errors import invalid
from ticketing.standin.store import Obj
from ticketing.standin.world import Action

_MOST_LEVELS = 4
# What a field names, by the kind of object that has the field.
_FIELDS: dict[str, dict[str, str]] = {
    "checkout.session": {"payment_intent": "payment_intent", "line_items": "item"},
    "payment_intent": {"latest_charge": "charge"},
    "charge": {
        "payment_intent": "payment_intent",
        "balance_transaction": "balance_transaction",
        "failure_balance_transaction": "balance_transaction",
        "refunds": "refund",
    },
    "refund": {
        "payment_intent": "payment_intent",
        "charge": "charge",
        "balance_transaction": "balance_transaction",
        "failure_balance_transaction": "balance_transaction",
    },
    "dispute": {"payment_intent": "payment_intent", "charge": "charge"},
    "payout": {
        "balance_transaction": "balance_transaction",
        "failure_balance_transaction": "balance_transaction",
    },
    "balance_transaction": {"source": "charge refund dispute payout"},
}


def expanded(action: Action, obj: Obj, paths: list[str]) -> Obj:
    """The object with every path filled in; a list object takes paths that begin with `data.`."""
    for index, path in enumerate(paths):
        steps = path.split(".")
        if len(steps) > _MOST_LEVELS:
            raise invalid("You cannot expand more than 4 levels of a property.", f"expand[{index}]")
        if obj["object"] == "list":
            if steps[0] != "data":
                raise _not_expandable(path, index)
            for item in obj["data"]:
                _fill(action, item, steps[1:], (path, index))
        else:
            _fill(action, obj, steps, (path, index))
    return obj


def _fill(action: Action, obj: Obj, steps: list[str], blame: tuple[str, int]) -> None:
    if not steps:
        return
    name, rest = steps[0], steps[1:]
    kinds = _FIELDS.get(obj["object"], {}).get(name)
    if kinds is None:
        raise _not_expandable(*blame)
    if not isinstance(obj.get(name), dict):
        obj[name] = _value(action, obj, name, kinds.split())
    inner = obj[name]
    if inner is None or not rest:
        return
    for item in inner["data"] if inner["object"] == "list" else [inner]:
        _fill(action, item, rest[1:] if rest[0] == "data" else rest, blame)


def _value(action: Action, obj: Obj, name: str, kinds: list[str]) -> Any:
    if name == "line_items":
        return inner_list(f"/v1/checkout/sessions/{obj['id']}/line_items", line_items(action, obj["id"]))
    if name == "refunds":
        refunds = action.of_intent("refund", obj["payment_intent"])
        return inner_list(f"/v1/charges/{obj['id']}/refunds", refunds[::-1])
    for kind in kinds:
        found = action.find(kind, obj[name]) if obj.get(name) else None
        if found is not None:
            return balance.seen_now(action, found) if kind == "balance_transaction" else found
    return None


def line_items(action: Action, session_id: str) -> list[Obj]:
    """What a session sells."""
    items: list[Obj] = action.private(session_id)["line_items"]
    return items


def inner_list(url: str, items: list[Obj]) -> Obj:
    """A list inside an object: its first ten."""
    return {"object": "list", "data": items[:10], "has_more": len(items) > 10, "url": url}


def _not_expandable(path: str, index: int) -> Exception:
    return invalid(f"This property cannot be expanded ({path}).", f"expand[{index}]", None)
