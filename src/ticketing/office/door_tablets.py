"""The tablets in words: where they stand, how they fare, what they hold, what their self-test said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.door.screen_texts import screen_texts
from ticketing.door.stations import StationView
from ticketing.events.catalog import Catalog

LOW_BATTERY = 20
DASH = "–"
CHECKS = ("camera", "code", "sound", "network", "clock", "storage", "list", "screen")
LOOKS = {"ok": "good", "bad": "bad", "skipped": "wait"}


@dataclass(frozen=True)
class TestLine:
    """One part of a self-test, in the words of the scanner page; `detail` says what is so, or what to do."""

    name: str
    look: str
    word: str
    detail: str


@dataclass(frozen=True)
class TabletRow:
    """A tablet; looks are `good`, `warn`, `bad` or `wait`. What it never told is a dash."""

    id: str
    name: str
    gate: str
    look: str
    state: str
    contact: str
    queue: str
    battery: str
    battery_low: bool
    list_at: str
    places: str
    held: str
    test_look: str
    test: str
    tests: tuple[TestLine, ...]
    gone: bool
    written_off: bool


def tablet_row(catalog: Catalog, view: StationView, now: datetime) -> TabletRow:
    """The tablet in the language in force."""
    look, state = _state(catalog, view)
    tests = _tests(catalog, view.test)
    test_look, test = _tested(catalog, view, tests)
    gates = {gate.code: pick(gate.name) for gate in catalog.gates}
    list_at = now - timedelta(seconds=view.list_age_s) if view.list_age_s is not None else None
    return TabletRow(
        id=view.device_id,
        name=view.name,
        gate=gates.get(view.gate_code, view.gate_code),
        look=look,
        state=state,
        contact=_at(catalog, view.contact_at, now, seconds=True),
        queue=_number(view.queued),
        battery=f"{view.battery} %" if view.battery is not None else DASH,
        battery_low=view.battery is not None and view.battery < LOW_BATTERY,
        list_at=_at(catalog, list_at, now, seconds=False),
        places=_number(view.permits if view.contact_at else None),
        held=str(view.stays_held),
        test_look=test_look,
        test=test,
        tests=tests,
        gone=view.revoked_at is not None,
        written_off=view.written_off_at is not None,
    )


def counted(rows: tuple[TabletRow, ...]) -> str:
    """How many of the tablets in use are online, in a few words."""
    live = [row for row in rows if not row.gone]
    online = sum(row.look == "good" for row in live)
    return _("%(online)s online, %(offline)s not", online=online, offline=len(live) - online)


def _state(catalog: Catalog, view: StationView) -> tuple[str, str]:
    if view.written_off_at:
        return "bad", _("written off %(time)s", time=i18n.clock_time(view.written_off_at, catalog.zone))
    if view.revoked_at:
        return "bad", _("taken off %(time)s", time=i18n.clock_time(view.revoked_at, catalog.zone))
    if view.contact_at is None:
        return "wait", _("no word from it yet")
    if view.online:
        return "good", _("online")
    return "bad", _("offline since %(time)s", time=i18n.clock_time(view.contact_at, catalog.zone))


def _tests(catalog: Catalog, said: dict[str, Any] | None) -> tuple[TestLine, ...]:
    """What the tablet sent (static/door/_selftest.js), in its own order; what is none of its parts is left out."""
    checks = (said or {}).get("checks")
    if not isinstance(checks, dict):
        return ()
    words = screen_texts()[i18n.language()]
    values = _values(catalog, (said or {}).get("details"))
    return tuple(_line(words, name, str(checks[name]), values) for name in CHECKS if checks.get(name) in LOOKS)


def _line(words: dict[str, str], name: str, state: str, values: dict[str, str]) -> TestLine:
    detail = words.get(f"test.{name}.{state}", "")
    for key, value in values.items():
        detail = detail.replace(f"{{{key}}}", value)
    title = words.get(f"test.{name}", name)
    return TestLine(title, LOOKS[state], words.get(f"test.{state}", state), "" if "{" in detail else detail)


def _values(catalog: Catalog, details: object) -> dict[str, str]:
    """The figures that belong into the details; a tablet may send anything."""
    if not isinstance(details, dict):
        return {}
    found = {}
    if isinstance(details.get("clock_ms"), int | float):
        found["s"] = f"{abs(details['clock_ms']) / 1000:.1f}"
    if isinstance(details.get("list_count"), int):
        found["n"] = str(details["list_count"])
    try:
        found["time"] = i18n.clock_time(datetime.fromisoformat(str(details.get("list_at"))), catalog.zone)
    except ValueError:
        found["time"] = DASH
    return found


def _tested(catalog: Catalog, view: StationView, tests: tuple[TestLine, ...]) -> tuple[str, str]:
    if view.tested_at is None or not tests:
        return "wait", _("no self-test yet")
    failed = [line.name for line in tests if line.look != "good"]
    if failed:
        return "bad", _("self-test failed: %(parts)s", parts=_(", ").join(failed))
    return "good", _("self-test passed %(time)s", time=i18n.clock_time(view.tested_at, catalog.zone))


def _at(catalog: Catalog, when: datetime | None, now: datetime, *, seconds: bool) -> str:
    """A time of day; with the date where it is another day."""
    if when is None:
        return DASH
    local = when.astimezone(catalog.zone)
    time = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    if local.date() == now.astimezone(catalog.zone).date():
        return time
    return f"{i18n.date(when, catalog.zone, year=False)} {time}"


def _number(value: int | None) -> str:
    return DASH if value is None else str(value)
