"""Keying the list on paper in: lines become scans with their true time, each once however often they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request

from ticketing.core import clock
from ticketing.core.db import reading
from ticketing.core.errors import Refused
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.events.places import GateInfo
from ticketing.office.access import actor, asked_event
from ticketing.office.door_key_lines import Day, Keyed, Unread, read_lines
from ticketing.office.door_key_scans import Desk, Taken, take
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_door_keys", __name__, url_prefix="/office/door/paper")


@dataclass(frozen=True)
class TakenShown:
    """A line that was taken, and what became of it."""

    text: str
    look: str
    what: str


@dataclass(frozen=True)
class KeysPage:
    """All that `office/door_keys.html` shows. `left` goes back into the field: what could not be taken."""

    event: Heading
    gates: tuple[tuple[str, str], ...]
    gate: str
    day: str
    left: str
    summary: str
    unread: tuple[Unread, ...]
    taken: tuple[TakenShown, ...]


@bp.get("/keys")
@signed_in_only
def keys() -> str:
    """An empty field for the lines."""
    with reading() as session:
        catalog = asked_event(session, "run_door")
    return render_template("office/door_keys.html", page=_page(catalog, catalog.gates[0].code, _today(catalog), (), ()))


@bp.post("/keys")
@signed_in_only
def key_in() -> tuple[str, int]:
    """Take what can be taken, each line for itself; the rest stays in the field with what is wrong."""
    now = clock.now()
    with reading() as session:
        catalog = asked_event(session, "run_door")
    gate = _gate(catalog)
    on = _day(catalog)
    lines = list(read_lines(request.form.get("lines", ""), Day(on, catalog.zone, now)))
    unread = [line for line in lines if isinstance(line, Unread)]
    taken: list[Taken] = []
    desk = Desk(catalog, gate, now, actor())
    for line in sorted((line for line in lines if isinstance(line, Keyed)), key=lambda line: line.at):
        done = take(desk, line)
        if isinstance(done, Unread):
            unread.append(done)
        else:
            taken.append(done)
    page = _page(catalog, gate.code, on, taken, unread)
    return render_template("office/door_keys.html", page=page), 400 if unread else 200


def _gate(catalog: Catalog) -> GateInfo:
    gate = next((gate for gate in catalog.gates if gate.code == request.form.get("gate")), None)
    if gate is None:
        raise Refused("not_found", 404)
    return gate


def _day(catalog: Catalog) -> date:
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return _today(catalog)


def _today(catalog: Catalog) -> date:
    return clock.now().astimezone(catalog.zone).date()


def _page(catalog: Catalog, gate: str, on: date, taken: Sequence[Taken], unread: Sequence[Unread]) -> KeysPage:
    return KeysPage(
        event=heading(catalog),
        gates=tuple((one.code, pick(one.name)) for one in catalog.gates),
        gate=gate,
        day=on.isoformat(),
        left="\n".join(line.text for line in unread),
        summary=_summary(len(taken), len(unread)) if taken or unread else "",
        unread=tuple(unread),
        taken=tuple(_shown(one) for one in taken),
    )


def _summary(taken: int, unread: int) -> str:
    if unread:
        return _("Lines taken: %(taken)s. Lines that need a look: %(unread)s.", taken=taken, unread=unread)
    return _("Lines taken: %(taken)s.", taken=taken)


def _shown(taken: Taken) -> TakenShown:
    if taken.before:
        return TakenShown(taken.text, "wait", _("was taken before"))
    if taken.conflict:
        return TakenShown(taken.text, "warn", _("taken, with a conflict to settle"))
    return TakenShown(taken.text, "good", _("taken"))
