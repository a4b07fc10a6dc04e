"""The office's view models: today's figures (as a page and, live, as JSON) and the tablets at the gates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.slits import Meter, meter
from ticketing.events.catalog import Catalog, ProgramInfo
from ticketing.events.heading import Heading, heading
from ticketing.inventory.levels import Levels
from ticketing.office.house import House, People, house
from ticketing.office.scan_rows import ScanRow, scan_row
from ticketing.reports.day import DayFigures

WIDE, NARROW = 100, 50


@dataclass(frozen=True)
class LevelRow:
    """One line of the table of places: a program with its meter, or a tier under it. `key` names its live figures."""

    key: str
    name: str
    time: str
    sign: int
    is_program: bool


@dataclass(frozen=True)
class Dashboard:
    """All that `office/dashboard.html` shows. `figures` and `paths` hold every number and drawing that moves."""

    event: Heading
    status: str
    zone: str
    doors_open: bool
    figures: dict[str, str]
    paths: dict[str, str]
    wide: House
    narrow: House
    rows: tuple[LevelRow, ...]
    meters: dict[str, Meter]
    signs: tuple[int, ...]
    scans: tuple[ScanRow, ...]


def dashboard(catalog: Catalog, levels: Levels, figures: DayFigures, now: datetime) -> Dashboard:
    """The day at a glance: who is inside once the doors are open, what is sold before that."""
    program = _present(catalog, now)
    people = _people(levels, figures, program)
    open_since = catalog.programs[0].doors_open_at
    doors_open = now >= open_since or figures.inside > 0
    wide, narrow = house(people, WIDE), house(people, NARROW)
    meters = {f"p{row.id}": _meter(levels, row) for row in catalog.programs}
    return Dashboard(
        event=heading(catalog),
        status=_status(catalog, now),
        zone=str(catalog.zone),
        doors_open=doors_open,
        figures=_figures(catalog, levels, figures, people, doors_open),
        paths=_paths(wide, narrow, meters),
        wide=wide,
        narrow=narrow,
        rows=_rows(catalog),
        meters=meters,
        signs=tuple(tier.sign for tier in catalog.tiers),
        scans=tuple(scan_row(catalog, line) for line in figures.last_scans),
    )


def figures_json(catalog: Catalog, levels: Levels, figures: DayFigures, now: datetime) -> dict[str, Any]:
    """What the open page asks for again and again: the same texts and drawings under the same names.

    It holds no clock, so that nothing changes while nothing happens."""
    page = dashboard(catalog, levels, figures, now)
    return {"figures": page.figures, "paths": page.paths, "scans": [row.plain() for row in page.scans]}


def _present(catalog: Catalog, now: datetime) -> ProgramInfo:
    """The program that is on or comes next; after the last, the last."""
    return next((program for program in catalog.programs if now < program.ends_at), catalog.programs[-1])


def _people(levels: Levels, figures: DayFigures, program: ProgramInfo) -> People:
    """The room's limit divided: inside, sold and not in yet, held, free. Tapped guests hold no ticket."""
    level = levels.programs[program.id]
    with_ticket = figures.inside - figures.untracked
    waiting = max(0, level.sold - with_ticket)
    free = max(0, figures.capacity - figures.inside - waiting - level.held)
    return People(inside=figures.inside, sold=waiting, held=level.held, free=free)


def _status(catalog: Catalog, now: datetime) -> str:
    first, last = catalog.programs[0], catalog.programs[-1]
    if now >= last.ends_at:
        return _("The event is over.")
    if now >= first.doors_open_at:
        return _("Doors open since %(time)s", time=i18n.clock_time(first.doors_open_at, catalog.zone))
    days = (catalog.starts_at.astimezone(catalog.zone).date() - now.astimezone(catalog.zone).date()).days
    if days == 0:
        return _("Today, doors open at %(time)s", time=i18n.clock_time(first.doors_open_at, catalog.zone))
    return _("1 day to go") if days == 1 else _("%(days)s days to go", days=days)


def _figures(catalog: Catalog, levels: Levels, figures: DayFigures, people: People, doors_open: bool) -> dict[str, str]:
    """Every number on the page by the name under which it is kept up to date."""
    first = levels.programs[catalog.programs[0].id]
    texts = {
        "big": str(figures.inside if doors_open else first.sold),
        "limit": str(figures.capacity if doors_open else first.capacity),
        "inside": str(people.inside),
        "waiting": str(people.sold),
        "held": str(people.held),
        "free": str(people.free),
        "untracked": str(figures.untracked),
    }
    for program in catalog.programs:
        level = levels.programs[program.id]
        texts |= {f"p{program.id}-sold": str(level.sold), f"p{program.id}-held": str(level.held)}
        texts[f"p{program.id}-left"] = str(level.left)
    for tier in catalog.tiers:
        texts[f"t{tier.id}-sold"] = str(figures.sold_by_tier.get(tier.id, 0))
        texts[f"t{tier.id}-held"] = str(figures.held_by_tier.get(tier.id, 0))
        texts[f"t{tier.id}-left"] = str(levels.left(catalog, tier))
    return texts


def _paths(wide: House, narrow: House, meters: dict[str, Meter]) -> dict[str, str]:
    drawn = {f"wide-{kind}": data for kind, data in wide.paths.items()}
    drawn |= {f"narrow-{kind}": data for kind, data in narrow.paths.items()}
    for key, row in meters.items():
        drawn |= {f"{key}-taken": row.taken, f"{key}-held": row.held, f"{key}-free": row.free}
    return drawn


def _meter(levels: Levels, program: ProgramInfo) -> Meter:
    level = levels.programs[program.id]
    return meter(level.sold, level.held, level.capacity)


def _rows(catalog: Catalog) -> tuple[LevelRow, ...]:
    """Each program, and under it the tiers that share its places where there are several."""
    rows = []
    for program in catalog.programs:
        time = i18n.clock_time(program.starts_at, catalog.zone)
        rows.append(LevelRow(f"p{program.id}", pick(program.title), time, -1, True))
        tiers = [tier for tier in catalog.tiers if program.code in tier.admits]
        if len(tiers) > 1:
            rows.extend(LevelRow(f"t{tier.id}", pick(tier.name), "", tier.sign, False) for tier in tiers)
    return tuple(rows)
