"""However a file is broken, the answer is a list of faults with lines that exist, never another error."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ticketing.events.file import BadEventFile, Fault, read
from ticketing.events.file_checks import check
from ticketing.events.file_parts import EventFile
from ticketing.events.file_reader import Reader

NASTY = [
    "",
    "1",
    "-1",
    "2.5",
    '"x"',
    "true",
    "[]",
    "[1, {}]",
    "{}",
    "{ ja = 1 }",
    "2026-01-01",
    "10:00:00",
    "nan",
    '"T\\u0000"',
]
SECTIONS = ["event", "venue", "rooms", "gates", "programs", "tiers", "policy", "seller"]
KEYS = ["code", "room", "admits", "capacity", "places", "starts_at", "ends_at", "refunds", "until", "fee_percent", "x"]

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.datetimes() | st.dates()
values = st.recursive(
    scalars, lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(KEYS), part, max_size=4)
)


def faults(text: str) -> tuple[Fault, ...] | None:
    """None for a file that is read."""
    try:
        read(text)
    except BadEventFile as refusal:
        return refusal.faults
    return None


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_line_changed_anywhere_is_read_or_refused(small: str, data: st.DataObject) -> None:
    lines = small.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        key, equals, _ = lines[number].partition(" = ")
        lines[number] = key + equals + data.draw(st.sampled_from(NASTY))
    found = faults("\n".join(lines))
    assert found is None or found
    assert all(1 <= fault.line <= len(lines) and fault.message for fault in found or ())


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(SECTIONS), values, max_size=8))
def test_no_shape_of_a_document_trips_the_checks(document: dict[str, Any]) -> None:
    reader = Reader()
    reader.table(document, EventFile, ())
    told = [*reader.faults, *check(document)]
    assert told
    assert all(message for _, message in told)
