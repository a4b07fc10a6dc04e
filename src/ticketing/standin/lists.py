"""Lists: newest first, in pages. docs.stripe.com/api/pagination"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ticketing.standin.errors import invalid
from ticketing.standin.forms import Reader, integer, items_of, read_fields, shape, text
from ticketing.standin.store import Obj, dump, load
from ticketing.standin.world import Action

_TIME = integer(0)
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_CREATED_RANGE = shape(dict.fromkeys(_COMPARISONS, _TIME))


def _created(value: Any, name: str) -> Any:
    return _CREATED_RANGE(value, name) if isinstance(value, dict) else {"eq": _TIME(value, name)}


_PAGING: dict[str, Reader] = {
    "created": _created,
    "ending_before": text(),
    "expand": items_of(text()),
    "limit": integer(1, 100),
    "starting_after": text(),
}


@dataclass(frozen=True)
class Listing:
    """One kind of list: its address and filters. A filter is a reader and a condition with one `?`."""

    kind: str
    url: str
    filters: Mapping[str, tuple[Reader, str]] = field(default_factory=dict)


def body_filter(name: str) -> tuple[Reader, str]:
    """Filters by a field of the object."""
    return text(), f"json_extract(body, '$.{name}') = ?"


def page(action: Action, listing: Listing, values: dict[str, Any]) -> Obj:
    """One page of the list."""
    readers = _PAGING | {name: reader for name, (reader, _) in listing.filters.items()}
    form = read_fields(values, readers)
    where, arguments = ["kind = ?"], [listing.kind]
    for name, (_, condition) in listing.filters.items():
        if form.get(name) is not None:
            where.append(condition)
            arguments.append(_argument(form[name]))
    _add_created(form.get("created", {}), where, arguments)
    upwards = _add_cursor(action, listing, form, where, arguments)
    limit, order = form.get("limit", 10), "ASC" if upwards else "DESC"
    # SQLite would walk through the whole kind to save the sorting; one payment has a handful of objects.
    table = "objects INDEXED BY objects_of_an_intent" if form.get("payment_intent") else "objects"
    # The conditions are this module's own texts; every value is bound.
    query = (
        f"SELECT body FROM {table} WHERE {' AND '.join(where)} "  # noqa: S608 - see above
        f"ORDER BY created {order}, seq {order} LIMIT {limit + 1}"
    )
    rows = [load(row[0]) for row in action.db.execute(query, arguments)]
    found = rows[:limit]
    return {
        "object": "list",
        "data": found[::-1] if upwards else found,
        "has_more": len(rows) > limit,
        "url": listing.url,
    }


def _argument(value: Any) -> Any:
    return dump(value) if isinstance(value, (list, dict)) else value


def _add_created(created: dict[str, int], where: list[str], arguments: list[Any]) -> None:
    for name, moment in created.items():
        where.append(f"created {_COMPARISONS.get(name, '=')} ?")
        arguments.append(moment)


def _add_cursor(action: Action, listing: Listing, form: dict[str, Any], where: list[str], arguments: list[Any]) -> bool:
    """Adds where the page begins; answers whether it reads towards the newer end."""
    if form.get("starting_after") and form.get("ending_before"):
        raise invalid("You may only specify one of these parameters: starting_after, ending_before.")
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if form.get(name):
            row = action.db.execute(
                "SELECT created, seq FROM objects WHERE id = ? AND kind = ?", (form[name], listing.kind)
            ).fetchone()
            if row is None:
                raise invalid(f"No such {listing.kind}: '{form[name]}'", name, "resource_missing")
            where.append(f"(created, seq) {sign} (?, ?)")
            arguments += row
            return name == "ending_before"
    return False
