"""The report of an event as a PDF: its figures in words, in the language in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from ticketing.core import clock, i18n
from ticketing.core.db import snapshot
from ticketing.core.i18n import gettext as _
from ticketing.core.i18n import pick
from ticketing.core.money import Money
from ticketing.events.catalog import Catalog
from ticketing.events.heading import heading
from ticketing.events.titles import short_title
from ticketing.office.access import asked_event
from ticketing.office.order_rows import moment
from ticketing.office.report_paper import Chart, Report, Table
from ticketing.office.scan_rows import REASONS
from ticketing.payments.methods import CASH
from ticketing.reports.accounting import STRIPE, Day
from ticketing.reports.after import AfterEvent, Arrivals, after
from ticketing.staff.views import signed_in_only

bp = Blueprint("office_report", __name__, url_prefix="/office")


@bp.get("/report.pdf")
@signed_in_only
def report_pdf() -> Response:
    """What came of the event: tickets, money, the door."""
    from ticketing.office import report_sheet  # noqa: PLC0415 (reportlab: 18 MiB for who prints only)

    now = clock.now()
    with snapshot() as session:
        catalog = asked_event(session, "see_office")
        found = after(session, catalog)
    response = Response(report_sheet.render(report(catalog, found, now)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{catalog.slug}-report.pdf"'
    return response


def report(catalog: Catalog, found: AfterEvent, now: datetime) -> Report:
    """The report in the language in force."""
    head = heading(catalog)
    made = _("As of %(time)s", time=moment(now, catalog.zone))
    where = f"{i18n.date(catalog.starts_at, catalog.zone)} · {pick(catalog.venue.name)}"
    return Report(
        language=i18n.language(),
        title=_("Report"),
        event=" ".join(filter(None, (_("REHEARSAL") if head.rehearsal else "", short_title(catalog, i18n.language())))),
        about=(where, made if now >= catalog.ends_at else made + " · " + _("the event is not over yet")),
        tables=(_tickets(catalog, found), *_money(catalog, found), _refused(found)),
        chart=_chart(catalog, found.arrivals),
        page=_("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    )


def _tickets(catalog: Catalog, found: AfterEvent) -> Table:
    rows = [(pick(tier.name), found.tiers[tier.id].valid, found.tiers[tier.id].came) for tier in catalog.tiers]
    rows.append((_("in all"), sum(row[1] for row in rows), sum(row[2] for row in rows)))
    cells = tuple((name, str(valid), str(came), str(valid - came), _share(came, valid)) for name, valid, came in rows)
    head = ("", _("valid tickets"), _("came"), _("did not come"), _("attendance"))
    return Table(_("Tickets and who came"), head, cells, sums=True)


def _share(part: int, whole: int) -> str:
    return f"{part * 100 // whole} %" if whole else "–"


def _money(catalog: Catalog, found: AfterEvent) -> Iterator[Table]:
    stripe, cash = found.money[STRIPE], found.money[CASH]
    yield _sum(_("Money through Stripe"), list(_lines(catalog, stripe)))
    if cash.payments:
        yield _sum(_("Cash at the tills"), list(_lines(catalog, cash)))


def _sum(title: str, lines: list[_Line]) -> Table:
    within = frozenset(number for number, line in enumerate(lines) if line.within)
    return Table(title, ("", ""), tuple((line.name, line.value) for line in lines), sums=True, within=within)


@dataclass(frozen=True)
class _Line:
    """A line of a sum, or (`within`) a part of the line above."""

    name: str
    value: str
    within: bool = False


def _lines(catalog: Catalog, sums: Day) -> Iterator[_Line]:
    def money(amount: int) -> str:
        return i18n.money(Money(amount, catalog.currency))

    yield _Line(_("Payments"), str(sums.payments))
    yield _Line(_("Sales, tax included"), money(sums.sales))
    yield _Line(_("Tax in it"), money(sums.tax), within=True)
    if sums.refunds:
        yield _Line(_("Refunds"), money(-sums.refunds))
    if sums.refunds_tax:
        yield _Line(_("Tax in what went back"), money(sums.refunds_tax), within=True)
    more = (
        (_("Stripe fees"), -sums.fees),
        (_("Disputed"), -sums.disputed),
        (_("Paid back outside Stripe"), -sums.paid_outside),
        (_("Difference of the drawers"), sums.till_difference),
    )
    yield from (_Line(name, money(amount)) for name, amount in more if amount)
    if sums.fees_unknown:
        yield _Line(_("Payments whose fee is not known yet"), str(sums.fees_unknown))
    yield _Line(_("What is left"), money(sums.net))


def _refused(found: AfterEvent) -> Table:
    rows = tuple((str(REASONS.get(reason, reason)), str(count)) for reason, count in found.refused.items())
    return Table(_("Refused at the door"), ("", _("scans")), rows or ((_("nobody"), "0"),))


def _chart(catalog: Catalog, arrivals: Arrivals) -> Chart:
    minutes = int(arrivals.step.total_seconds()) // 60
    bars = tuple((i18n.clock_time(at, catalog.zone), count) for at, count in arrivals.counts)
    if not bars:
        return Chart(_("Arrivals"), _("Nobody was let in by scan."), ())
    busiest = max(bars, key=lambda bar: bar[1])
    said = _(
        "First entries in steps of %(minutes)s minutes. Most came from %(time)s on: %(count)s.",
        minutes=minutes,
        time=busiest[0],
        count=busiest[1],
    )
    return Chart(_("Arrivals"), said, bars)
