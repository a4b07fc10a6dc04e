"""The rest of the dashboard: sales, money, the door today, how far people came and from where; parts and charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.events.heading import Heading, heading
from ticketing.inventory.levels import Levels
from ticketing.office import sales
from ticketing.office.charts import Chart, Series, Table
from ticketing.office.door_pages import tablet_rows
from ticketing.office.door_tablets import TabletRow, counted
from ticketing.office.money import Part, Verdict, amount, fees_unknown, parts, verdict
from ticketing.office.sales import Sales
from ticketing.office.scan_rows import REASONS
from ticketing.payments.reconcile import FULL, latest
from ticketing.reports.board import Arrivals, Board, Funnel, board
from ticketing.reports.money import CashSums
from ticketing.reports.visits import DIRECT, OTHER

SOURCES_SHOWN = 12
PARTS = ("money", "outlook", "sales", "hours", "arrivals", "door", "tablets", "funnel", "sources")
"""Each is a template, office/board_<name>.html."""


@dataclass(frozen=True)
class Step:
    """One step of the way from seeing to being inside; `share` is that of the step before."""

    name: str
    count: str
    share: str


@dataclass(frozen=True)
class Gate:
    """A gate's arrivals in a few words."""

    name: str
    now: int
    most: int


@dataclass(frozen=True)
class BoardPage:
    """All of it. `cash` is empty where no till sold for it; `expected` are valid tickets still to come, which after the
    event are no-shows (`is_over`)."""

    event: Heading
    money: tuple[Part, ...]
    fees_unknown: str
    cash: str
    verdict: Verdict
    sales: Sales
    gates: tuple[Gate, ...]
    arrivals: Chart
    arrivals_table: Table
    came: str
    expected: str
    is_over: bool
    refused: tuple[tuple[str, int], ...]
    tablets: tuple[TabletRow, ...]
    tablets_counted: str
    funnel: tuple[Step, ...]
    sources: tuple[tuple[str, str], ...]

    @property
    def charts(self) -> Mapping[str, Chart]:
        """By the name under which the page draws them."""
        return {"sales": self.sales.days, "hours": self.sales.hours, "arrivals": self.arrivals}


def board_page(session: Session, catalog: Catalog, levels: Levels, now: datetime) -> BoardPage:
    """The figures in the language in force."""
    found = board(session, catalog, now)
    tablets = tuple(row for row in tablet_rows(session, catalog, now) if not row.gone)
    return BoardPage(
        event=heading(catalog),
        money=parts(found.money, catalog.currency),
        fees_unknown=fees_unknown(found.money),
        cash=_cash(catalog, found.cash),
        verdict=verdict(catalog, latest(session, FULL), False, now),
        sales=sales.sales(catalog, levels, found.sold, now),
        gates=_gates(catalog, found.arrivals),
        arrivals=_arrivals(catalog, found.arrivals),
        arrivals_table=_arrivals_table(catalog, found.arrivals),
        came=f"{found.funnel.came:,}",
        expected=f"{found.expected:,}",
        is_over=now >= catalog.programs[-1].ends_at,
        refused=tuple((str(REASONS.get(reason, reason)), count) for reason, count in found.refused.items()),
        tablets=tablets,
        tablets_counted=counted(tablets),
        funnel=_funnel(found.funnel),
        sources=_sources(found),
    )


def plain(page: BoardPage) -> dict[str, Any]:
    """What the open page asks for again and again: parts that come whole, and charts as data."""
    return {
        "parts": {name: render_template(f"office/board_{name}.html", board=page) for name in PARTS},
        "charts": {name: chart.plain() for name, chart in page.charts.items()},
    }


def _cash(catalog: Catalog, found: CashSums) -> str:
    if not found.sales:
        return ""
    return _("Besides, cash of the tills: %(amount)s", amount=amount(found.net, catalog.currency))


def _gates(catalog: Catalog, found: Arrivals) -> tuple[Gate, ...]:
    return tuple(Gate(pick(gate.name), found.gates[gate.id][-1], max(found.gates[gate.id])) for gate in catalog.gates)


def _arrivals(catalog: Catalog, found: Arrivals) -> Chart:
    """The first gate, third, … upwards, the others downwards."""
    return Chart(
        labels=[i18n.clock_time(minute, catalog.zone) for minute in found.minutes],
        series=[
            Series(pick(gate.name), found.gates[gate.id], down=bool(number % 2))
            for number, gate in enumerate(catalog.gates)
        ],
        blocks=True,
    )


def _arrivals_table(catalog: Catalog, found: Arrivals) -> Table:
    """The newest minute first; minutes in which nobody came are left out."""
    rows = [
        (i18n.clock_time(minute, catalog.zone), *(str(found.gates[gate.id][number]) for gate in catalog.gates))
        for number, minute in enumerate(found.minutes)
        if any(counts[number] for counts in found.gates.values())
    ]
    return Table((_("Minute"), *(pick(gate.name) for gate in catalog.gates)), rows[::-1])


def _funnel(found: Funnel) -> tuple[Step, ...]:
    steps = (
        (_("visits of the event page"), found.seen),
        (_("orders begun, places held"), found.held),
        (_("orders paid"), found.paid),
    )
    shown = [Step(steps[0][0], f"{steps[0][1]:,}", "")]
    for (name, count), (_before, of) in zip(steps[1:], steps, strict=False):
        shown.append(Step(name, f"{count:,}", f"{100 * count / of:.0f} %" if of >= count and of else ""))
    return (*shown, Step(_("tickets that came in"), f"{found.came:,}", ""))


def _sources(found: Board) -> tuple[tuple[str, str], ...]:
    names = {DIRECT: _("directly, or not told"), OTHER: _("many others")}
    rows = [(names.get(name, name.removeprefix("utm:")), count) for name, count in found.sources]
    shown, rest = rows[:SOURCES_SHOWN], sum(count for _name, count in rows[SOURCES_SHOWN:])
    shown += [(_("all others"), rest)] if rest else []
    return tuple((name, f"{count:,}") for name, count in shown)
