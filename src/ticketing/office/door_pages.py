"""The door at a glance: the view model of the page, and the same for the page that keeps itself up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.door import stations, supervisors
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.office import door_rooms
from ticketing.office.door_rooms import RoomShown
from ticketing.office.door_tablets import TabletRow, counted, tablet_row
from ticketing.reports.conflicts import count_open
from ticketing.staff import devices


@dataclass(frozen=True)
class Boss:
    """A supervisor: may overrule the door with a PIN, since when."""

    id: int
    name: str
    since: str


@dataclass(frozen=True)
class Alarm:
    """A room that needs a word."""

    full: bool
    text: str


@dataclass(frozen=True)
class DoorPage:
    """All that `office/door.html` shows. `figures`, `paths` and what `parts` renders move while the page is open."""

    event: Heading
    zone: str
    rooms: tuple[RoomShown, ...]
    figures: dict[str, str]
    paths: dict[str, str]
    alarms: tuple[Alarm, ...]
    tablets: tuple[TabletRow, ...]
    tablets_counted: str
    open_conflicts: int
    bosses: tuple[Boss, ...]


def door_page(session: Session, catalog: Catalog, now: datetime) -> DoorPage:
    """The door as it stands now, in the language in force."""
    rooms = tuple(door_rooms.shown(room) for room in door_rooms.rooms_now(session, catalog))
    tablets = tablet_rows(session, catalog, now)
    figures: dict[str, str] = {}
    paths: dict[str, str] = {}
    for room in rooms:
        figures |= door_rooms.figures(room.now)
        paths |= door_rooms.paths(room)
    return DoorPage(
        event=heading(catalog),
        zone=str(catalog.zone),
        rooms=rooms,
        figures=figures,
        paths=paths,
        alarms=tuple(Alarm(one.now.alarm == "full", door_rooms.alarm_text(one.now)) for one in rooms if one.now.alarm),
        tablets=tablets,
        tablets_counted=counted(tablets),
        open_conflicts=count_open(session, catalog.id),
        bosses=tuple(
            Boss(one.id, one.name, i18n.date(one.created_at, catalog.zone, year=False))
            for one in supervisors.of_event(session, catalog.id)
        ),
    )


def tablet_rows(session: Session, catalog: Catalog, now: datetime) -> tuple[TabletRow, ...]:
    """The tablets, those in use first. What stands for a list on paper is no tablet."""
    paper = devices.paper_ids(session, catalog.id)
    views = [view for view in stations.of_event(session, catalog.id, now) if view.device_id not in paper]
    return tuple(sorted((tablet_row(catalog, view, now) for view in views), key=lambda row: row.gone))


def figures_json(page: DoorPage) -> dict[str, Any]:
    """What the open page asks for again and again: texts and drawings by name, and the parts that come whole."""
    parts = {
        "alarms": render_template("office/door_alarms.html", page=page),
        "tablets": render_template("office/door_tablets.html", page=page),
    }
    return {"figures": page.figures, "paths": page.paths, "parts": parts}
