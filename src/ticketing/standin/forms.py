"""Stripe's form encoding, and readers that turn its texts into typed values.

`a[0][b]=1&a[1][b]=2` means `{"a": [{"b": "1"}, {"b": "2"}]}`. A reader takes the decoded value and the
name to blame, and answers the typed value or raises the error that Stripe would answer."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from ticketing.standin.errors import StripeError, invalid

Reader = Callable[[Any, str], Any]

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_PART = re.compile(r"\[([^\[\]]*)\]")
_INTEGER = re.compile(r"-?[0-9]{1,18}\Z")
_MAX_FIELDS = 5000


def decode(text: str) -> dict[str, Any]:
    """The nested value that a query string or form body stands for; all leaves are texts."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except (ValueError, UnicodeDecodeError) as error:
        raise invalid(f"Invalid form body: {error}", code=None) from error
    root: dict[str, Any] = {}
    for name, value in pairs:
        match = _NAME.match(name)
        if match is None:
            raise invalid(f"Invalid parameter name: {name}", name)
        _place(root, [match[1], *_PART.findall(match[2])], value, name)
    return {key: _fold(value) for key, value in root.items()}


def _place(root: dict[str, Any], path: list[str], value: str, name: str) -> None:
    """Puts one value into the tree; `a[]` appends."""
    node = root
    for step, key in enumerate(path):
        slot = str(len(node)) if key == "" else key
        if step == len(path) - 1:
            if slot in node:
                raise invalid(f"Parameter given more than once: {name}", name)
            node[slot] = value
            return
        deeper = node.setdefault(slot, {})
        if not isinstance(deeper, dict):
            raise invalid(f"Invalid parameter: {name} is both a value and a hash", name)
        node = deeper


def _fold(value: Any) -> Any:
    """Hashes with the keys 0, 1, 2 ... become lists."""
    if not isinstance(value, dict):
        return value
    if "0" in value:
        places = [str(index) for index in range(len(value))]
        if all(place in value for place in places):
            return [_fold(value[place]) for place in places]
    return {key: _fold(item) for key, item in value.items()}


def text(longest: int = 5000) -> Reader:
    """A text of at most `longest` characters; the empty text means "not set"."""

    def read(value: Any, name: str) -> str | None:
        if not isinstance(value, str):
            raise invalid(f"Invalid string: {name}", name)
        if len(value) > longest:
            message = f"Invalid string: {value[:20]}...; must be at most {longest} characters"
            raise invalid(message, name, "parameter_invalid_string_length")
        return value or None

    return read


def integer(least: int | None = None, most: int | None = None) -> Reader:
    """A whole number between `least` and `most`."""

    def read(value: Any, name: str) -> int:
        if not isinstance(value, str) or not _INTEGER.match(value):
            raise invalid(f"Invalid integer: {value}", name, "parameter_invalid_integer")
        number = int(value)
        if least is not None and number < least:
            message = f"This value must be greater than or equal to {least}."
            raise invalid(message, name, "parameter_invalid_integer")
        if most is not None and number > most:
            message = f"This value must be less than or equal to {most}."
            raise invalid(message, name, "parameter_invalid_integer")
        return number

    return read


def boolean(value: Any, name: str) -> bool:
    """`true` or `false`."""
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", name)
    return bool(value == "true")


def one_of(*choices: str) -> Reader:
    """One of the given words."""

    def read(value: Any, name: str) -> str:
        if value not in choices:
            listed = ", ".join(choices[:-1]) + (f", or {choices[-1]}" if len(choices) > 1 else choices[0])
            raise invalid(f"Invalid {name}: must be one of {listed}", name)
        return str(value)

    return read


def metadata(value: Any, name: str) -> dict[str, str]:
    """Up to 50 texts of 500 characters under names of 40; empty ones are left out."""
    return merged(None, metadata_changes(value, name))


def metadata_changes(value: Any, name: str) -> dict[str, str]:
    """The same for an update, where an empty text removes the entry."""
    if value == "":
        return {}
    items = dict(enumerate(value)) if isinstance(value, list) else value
    if not isinstance(items, dict) or not all(isinstance(item, str) for item in items.values()):
        raise invalid(f"Invalid hash: {name}", name)
    if len(items) > 50:
        raise invalid("Metadata can have at most 50 keys", name)
    for key, item in items.items():
        if len(str(key)) > 40 or len(item) > 500:
            raise invalid("Metadata keys are limited to 40 characters, values to 500", f"{name}[{key}]")
    return {str(key): item for key, item in items.items()}


def merged(former: dict[str, str] | None, changes: dict[str, str]) -> dict[str, str]:
    """Metadata after an update: an empty text has taken its entry away."""
    return {key: value for key, value in {**(former or {}), **changes}.items() if value}


def items_of(reader: Reader, most: int = 100) -> Reader:
    """A list of at most `most` values."""

    def read(value: Any, name: str) -> list[Any]:
        if not isinstance(value, list):
            raise invalid(f"Invalid array: {name}", name)
        if len(value) > most:
            raise invalid(f"Array {name} exceeded maximum {most} allowed elements.", name)
        return [reader(item, f"{name}[{index}]") for index, item in enumerate(value)]

    return read


def shape(fields: Mapping[str, Reader], required: tuple[str, ...] = ()) -> Reader:
    """A hash with these fields and no others."""

    def read(value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise invalid(f"Invalid hash: {name}", name)
        return read_fields(value, fields, required, name)

    return read


def read_fields(
    values: Mapping[str, Any], fields: Mapping[str, Reader], required: tuple[str, ...] = (), name: str = ""
) -> dict[str, Any]:
    """The typed values of a request or of one hash in it; unknown and missing parameters are errors."""
    for key in values:
        if key not in fields:
            raise _unknown(f"{name}[{key}]" if name else key)
    for key in required:
        full = f"{name}[{key}]" if name else key
        if key not in values:
            raise invalid(f"Missing required param: {full}.", full, "parameter_missing")
        if values[key] == "":
            message = f"You passed an empty string for '{full}', but it cannot be unset."
            raise invalid(message, full, "parameter_invalid_empty")
    return {key: fields[key](value, f"{name}[{key}]" if name else key) for key, value in values.items()}


def _unknown(name: str) -> StripeError:
    return invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")
