"""What a new event file would take away from people who hold a ticket already."""

from __future__ import annotations

from ticketing.events.catalog import Catalog
from ticketing.events.file_parts import EventFile


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
