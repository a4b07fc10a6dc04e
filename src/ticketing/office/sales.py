"""Sales in words and charts: day by day with the forecast, and the last 24 hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ticketing.core import i18n
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.events.catalog import Catalog
from ticketing.inventory.levels import Levels
from ticketing.office.charts import Ahead, Chart, Series, Table
from ticketing.reports.board import ByTier, Sold
from ticketing.reports.forecast import Forecast, forecast

MOST_DAYS, MOST_AHEAD = 60, 60

Days = Mapping[date, Counter[int]]


@dataclass(frozen=True)
class Sales:
    """Both charts with their tables; `outlook` says the forecast in one sentence, `method` how it is made."""

    days: Chart
    day_table: Table
    hours: Chart
    hour_table: Table
    outlook: str
    method: str


def sales(catalog: Catalog, levels: Levels, sold: Sold, now: datetime) -> Sales:
    """How the sale goes: tickets sold, less those given back."""
    days = _by_day(catalog, sold, now)
    places = _places(catalog, levels)
    total = sold.valid
    ends_at = max(tier.sale_ends_at for tier in catalog.tiers)
    days_left = (ends_at.astimezone(catalog.zone).date() - max(days)).days if now < ends_at else 0
    ahead = None if total >= places else _forecast(days, total, places, days_left)
    hours = sold.hours
    return Sales(
        days=_day_chart(catalog, days, places, ahead),
        day_table=_day_table(catalog, days),
        hours=Chart(
            labels=[i18n.clock_time(hour, catalog.zone) for hour in hours],
            series=_series(catalog, [hours[hour] for hour in hours]),
        ),
        hour_table=_table(
            catalog, _("Hour"), [(_hour(catalog, hour), hours[hour]) for hour in sorted(hours, reverse=True)]
        ),
        outlook=_outlook(ahead, total, places, max(days), days_left if now < ends_at else None),
        method=_(
            "The forecast lets the pace of the last seven full days go on; its range holds 19 times in 20 while that "
            "pace does not change. It knows nothing of a rush in the last days."
        ),
    )


def _by_day(catalog: Catalog, sold: Sold, now: datetime) -> Days:
    """Every day from the first sale until today, also those without a sale."""
    today = now.astimezone(catalog.zone).date()
    first, last = min((*sold.days, today)), max((*sold.days, today))
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {day: Counter(sold.days.get(day, {})) for day in every}


def _places(catalog: Catalog, levels: Levels) -> int:
    """How many tickets there can be: the places of a program that every ticket admits to, else all tiers' together."""
    for program in catalog.programs:
        if all(program.code in tier.admits for tier in catalog.tiers):
            return levels.programs[program.id].capacity
    return sum(level.capacity for level in levels.tiers.values())


def _forecast(days: Days, total: int, places: int, days_left: int) -> Forecast | None:
    full_days = [max(0, counts.total()) for counts in list(days.values())[:-1]]
    return forecast(full_days, total, places, min(days_left, MOST_AHEAD))


def _day_chart(catalog: Catalog, days: Days, places: int, ahead: Forecast | None) -> Chart:
    running: Counter[int] = Counter()
    sums: list[Counter[int]] = []
    for counts in days.values():
        running.update(counts)
        sums.append(running.copy())
    shown = list(days)[-MOST_DAYS:]
    labels = [_short(day) for day in shown]
    start = len(labels)
    if ahead:
        labels += [_short(shown[-1] + timedelta(days=number + 1)) for number in range(len(ahead.likely))]
    return Chart(
        labels=labels,
        series=_series(catalog, sums[-MOST_DAYS:]),
        limit=places,
        ahead=Ahead(start, ahead.likely, ahead.low, ahead.high) if ahead else None,
    )


def _series(catalog: Catalog, counts: Sequence[ByTier]) -> list[Series]:
    return [Series(pick(tier.name), [count.get(tier.id, 0) for count in counts]) for tier in catalog.tiers]


def _day_table(catalog: Catalog, days: Days) -> Table:
    """The newest day first, with the sum until then."""
    table = _table(catalog, _("Day"), [(i18n.calendar_day(day), counts) for day, counts in days.items()])
    rows, total = [], 0
    for row, counts in zip(table.rows, days.values(), strict=True):
        total += counts.total()
        rows.append((*row, f"{total:,}"))
    return Table((*table.heads, _("until then")), rows[::-1])


def _table(catalog: Catalog, head: str, rows: Sequence[tuple[str, ByTier]]) -> Table:
    names = [pick(tier.name) for tier in catalog.tiers]
    cells = [(name, *(f"{counts.get(tier.id, 0):,}" for tier in catalog.tiers)) for name, counts in rows]
    return Table((head, *names), cells)


def _hour(catalog: Catalog, hour: datetime) -> str:
    return f"{i18n.day(hour, catalog.zone)} {i18n.span(hour, hour + timedelta(hours=1), catalog.zone)}"


def _short(day: date) -> str:
    return f"{day.month}/{day.day}" if i18n.language() == "ja" else f"{day:%d %b}".lstrip("0")


def _outlook(ahead: Forecast | None, total: int, places: int, today: date, days_left: int | None) -> str:
    """`days_left` is how many days the sale goes on after this one, None where it is over."""
    if total >= places:
        return _("Sold out.")
    if not days_left:
        return _("The sale is over.") if days_left is None else _("The sale ends today.")
    if ahead is None:
        return _("Too early to say when it will be sold out: that takes three full days and ten tickets in a week.")
    facts = {"likely": f"{ahead.likely[-1]:,}", "low": f"{ahead.low[-1]:,}", "high": f"{ahead.high[-1]:,}"}
    if ahead.full_in is not None:
        day = i18n.calendar_day(today + timedelta(days=ahead.full_in))
        return _("At this pace sold out about %(day)s.", day=day)
    return _("At this pace %(likely)s tickets when the sale ends (%(low)s to %(high)s).", **facts)
