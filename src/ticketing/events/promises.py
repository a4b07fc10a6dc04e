"""What a new event file would take away from people who hold a ticket already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ticketing.events.catalog import Catalog
from ticketing.events.file_parts import EventFile
from ticketing.events.file_plain import plain

NOTHING_BACK = 100
"""The fee in percent of a time in which nothing comes back."""


def narrowed(catalog: Catalog, file: EventFile) -> dict[int, str]:
    """For each tier that would admit to less than now, its id and what it would lose.

    Events know nothing of sales: whoever imports a file asks the counters about these tiers, and refuses the file
    where one of them is sold. Tiers that left the file altogether are refused by `store.save`.
    """
    now = {tier.code: tier for tier in catalog.tiers}
    lost = {}
    for part in file.tiers:
        if part.code not in now:
            continue
        tier = now[part.code]
        away = [code for code in tier.admits if code not in part.admits]
        if tier.reentry and not part.reentry:
            away.append("reentry")
        if away:
            lost[tier.id] = f"{part.code}: {', '.join(away)}"
    return lost


def worsened(catalog: Catalog, file: EventFile, now: datetime) -> list[str]:
    """What of the terms that people bought under would be worse from now on: a higher fee or nothing back at a time
    when more came back, an earlier last moment to change a ticket. What is over already is nobody's promise."""
    policy: Mapping[str, Any] = plain(file.policy)
    lost = [f"policy.refunds: {what}" for what in _dearer(_rules(catalog.policy), _rules(policy), now)]
    before = _last_change(catalog.policy, catalog.starts_at)
    # Where neither sets a moment it is the start, and an event that moves is told to ticket holders, not refused.
    if policy.get("change_until") and now < before and _last_change(policy, file.event.starts_at) < before:
        lost.append(f"policy.change_until: {before.isoformat()}")
    return lost


def _last_change(policy: Mapping[str, Any], start: datetime) -> datetime:
    """Without a moment of its own, tickets change until the event begins."""
    text = policy.get("change_until")
    return _moment(text) if text else start


def _dearer(
    before: Sequence[tuple[datetime, int]], after: Sequence[tuple[datetime, int]], now: datetime
) -> Iterator[str]:
    """The ends of stretches of time in which buyers would get less; fees are constant between two ends."""
    for end in sorted({until for until, _ in (*before, *after) if until > now}):
        was, will = _fee(before, end), _fee(after, end)
        if will > was:
            yield f"{end.isoformat()} {was} % → {will} %"


def _rules(policy: Mapping[str, Any]) -> Sequence[tuple[datetime, int]]:
    return sorted((_moment(rule["until"]), int(rule["fee_percent"])) for rule in policy.get("refunds") or ())


def _fee(rules: Sequence[tuple[datetime, int]], at: datetime) -> int:
    return next((fee for until, fee in rules if at <= until), NOTHING_BACK)


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
