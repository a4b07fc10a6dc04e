"""The dashboard's figures counted again from raw rows, one by one: slow, plain, and sharing no query with the house."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ticketing.events.catalog import Catalog
from ticketing.inventory.levels import Levels
from ticketing.reports.board import Board

Row = Mapping[str, Any]
Said = dict[str, Any]


def told(catalog: Catalog, board: Board, levels: Levels) -> Said:
    """What the house says, in the form of the recount."""
    tiers = {tier.id: tier.code for tier in catalog.tiers}
    parts = {**board.sold.days, **board.sold.hours}
    sold = {(part, tiers[tier]): count for part, row in parts.items() for tier, count in row.items() if count}
    gates = board.arrivals.gates
    arrivals = {
        (minute, gate): gates[gate][number]
        for number, minute in enumerate(board.arrivals.minutes)
        for gate in gates
        if gates[gate][number]
    }
    return {
        "gross": board.money.gross,
        "fees": board.money.fee,
        "refunded": board.money.refunded,
        "net": board.money.net,
        "cash": (board.cash.sales, board.cash.net, board.cash.difference),
        "sold": sold,
        "places": {tiers[tier]: (level.sold, level.held) for tier, level in levels.tiers.items()},
        "programs": {program.code: levels.programs[program.id].sold for program in catalog.programs},
        "funnel": (board.funnel.seen, board.funnel.held, board.funnel.paid, board.funnel.came),
        "expected": board.expected,
        "arrivals": arrivals,
        "refused": dict(board.refused),
        "sources": sorted(board.sources),
    }


def recount(session: Session, catalog: Catalog, now: datetime) -> Said:
    """The same from the rows."""
    orders, lines = rows(session, "order"), rows(session, "order_line")
    tickets, scans = rows(session, "ticket"), rows(session, "scan")
    tiers = {tier.id: tier.code for tier in catalog.tiers}
    others = {row["order_id"] for table in ("till_sale", "complimentary") for row in rows(session, table)}
    online = [order for order in orders if order["id"] not in others]
    valid = [ticket for ticket in tickets if ticket["state"] == "valid"]
    came = _came(scans)
    return {
        **_money(session),
        "sold": _sold(tickets, tiers, catalog, now),
        "places": _places(orders, lines, valid, tiers),
        "programs": {
            program.code: sum(program.code in catalog.tier(tiers[ticket["tier_id"]]).admits for ticket in valid)
            for program in catalog.programs
        },
        "funnel": (
            sum(row["count"] for row in rows(session, "visit")),
            len(online),
            sum(order["paid_at"] is not None for order in online),
            len(came),
        ),
        "expected": sum(ticket["id"] not in came for ticket in valid),
        "arrivals": _arrivals(scans, now),
        "refused": _refused(scans, catalog, now),
        "sources": sorted(_sources(session, catalog, now).items()),
    }


def rows(session: Session, table: str) -> list[Row]:
    """Every row of a table."""
    return [row._mapping for row in session.execute(text(f'SELECT * FROM "{table}"'))]  # noqa: S608 (names of ours)


def at(value: Any) -> datetime:
    """A time as the database gave it."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)  # type: ignore[no-any-return]


def _money(session: Session) -> Said:
    """Through Stripe, and apart from that the cash of the tills."""
    paid = [row for row in rows(session, "payment") if row["state"] == "confirmed"]
    in_cash = {row["id"]: row["amount_minor"] for row in paid if row["methods"] == "cash"}
    card = [row for row in paid if row["id"] not in in_cash]
    gross, fees = sum(row["amount_minor"] for row in card), sum(row["fee_minor"] or 0 for row in card)
    on_its_way = {"requested", "pending", "requires_action", "succeeded"}
    refunds = rows(session, "refund")
    back = sum(
        row["amount_minor"] for row in refunds if row["state"] in on_its_way and row["payment_id"] not in in_cash
    )
    given = sum(
        row["amount_minor"]
        for row in refunds
        if row["payment_id"] in in_cash and (row["reason"] == "void" or row["paid_outside_at"])
    )
    shifts = [row for row in rows(session, "cash_shift") if row["counted_minor"] is not None]
    wrong = sum(row["counted_minor"] - row["cash_minor"] for row in shifts)
    left = sum(in_cash.values()) - given + wrong
    cash = (len(in_cash), left, wrong)
    return {"gross": gross, "fees": fees, "refunded": back, "net": gross - fees - back, "cash": cash}


def _sold(tickets: list[Row], tiers: Mapping[int, str], catalog: Catalog, now: datetime) -> Said:
    """By day where the event is, and by hour for the last 24 hours."""
    sold: Counter[tuple[Any, str]] = Counter()
    for ticket in tickets:
        ended = [(at(ticket["revoked_at"]), -1)] if ticket["state"] == "revoked" else []
        for moment, count in [(at(ticket["issued_at"]), 1), *ended]:
            sold[moment.astimezone(catalog.zone).date(), tiers[ticket["tier_id"]]] += count
            if _hour(moment) > _hour(now) - timedelta(hours=24):
                sold[_hour(moment), tiers[ticket["tier_id"]]] += count
    return {key: count for key, count in sold.items() if count}  # type: ignore[misc]


def _places(orders: list[Row], lines: list[Row], valid: list[Row], tiers: Mapping[int, str]) -> Said:
    waiting = {order["id"] for order in orders if order["state"] in ("pending", "awaiting_payment")}
    sold = Counter(tiers[ticket["tier_id"]] for ticket in valid)
    held: Counter[str] = Counter()
    for line in lines:
        held[tiers[line["tier_id"]]] += line["quantity"] if line["order_id"] in waiting else 0
    return {code: (sold[code], held[code]) for code in tiers.values()}


def _entries(scans: list[Row]) -> list[Row]:
    """Those that let somebody in and were not taken back."""
    admitted = [scan for scan in scans if scan["decision"] == "admit"]
    undone = {scan["undoes"] for scan in admitted if scan["undoes"]}
    return [scan for scan in admitted if scan["kind"] == "entry" and not scan["undoes"] and scan["id"] not in undone]


def _came(scans: list[Row]) -> set[str]:
    return {scan["ticket_id"] for scan in _entries(scans) if scan["ticket_id"]}


def _arrivals(scans: list[Row], now: datetime) -> Said:
    """By minute and gate, in the last thirty minutes."""
    first = now.replace(second=0, microsecond=0) - timedelta(minutes=29)
    found: Counter[tuple[datetime, int]] = Counter()
    for scan in _entries(scans):
        if at(scan["received_at"]) >= first:
            found[at(scan["received_at"]).replace(second=0, microsecond=0), scan["gate_id"]] += 1
    return dict(found)  # type: ignore[arg-type]


def _refused(scans: list[Row], catalog: Catalog, now: datetime) -> Said:
    today = now.astimezone(catalog.zone).date()
    refused = [scan for scan in scans if scan["decision"] == "refuse"]
    return dict(
        Counter(one["reason"] for one in refused if at(one["received_at"]).astimezone(catalog.zone).date() == today)
    )


def _sources(session: Session, catalog: Catalog, now: datetime) -> Counter[str]:
    """Of the last 30 days."""
    first = (now - timedelta(days=30)).astimezone(catalog.zone).date()
    found: Counter[str] = Counter()
    for row in rows(session, "visit"):
        found[row["source"]] += row["count"] if str(row["day"]) >= str(first) else 0
    found = +found
    return found


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
