"""What is left of a choice when others were faster: nobody has to choose or type anything again."""

from __future__ import annotations

from collections.abc import Mapping

from ticketing.events.catalog import Catalog
from ticketing.inventory.levels import Levels
from ticketing.inventory.offers import Kept
from ticketing.orders.pricing import Quote, QuoteLine, quote_of

OF_TICKETS = ("attendee-", "kana-")
"""How the names of fields begin that belong to one ticket."""


def what_is_left(catalog: Catalog, wish: Quote, levels: Levels, kept: Kept | None = None) -> Quote:
    """As much of the wish as can still be had, line by line; without lines when that is nothing.

    Tiers share the places of their programs, so each line sees what the lines before it took. What an offer keeps for
    this visitor is there whatever others take."""
    free = {program.code: levels.programs[program.id].left for program in catalog.programs}
    lines: list[QuoteLine] = []
    for line in wish.lines:
        if kept is not None and kept.tier.id == line.tier.id:
            most = min(line.quantity, kept.count)
            lines.append(QuoteLine(line.tier, most, line.tier.price * most))
            continue
        own = levels.tiers[line.tier.id].left
        most = min([line.quantity, own, *(free[code] for code in line.tier.admits)])
        if most > 0:
            lines.append(QuoteLine(line.tier, most, line.tier.price * most))
            for code in line.tier.admits:
                free[code] -= most
    return quote_of(lines, catalog.currency)


def kept_input(wish: Quote, left: Quote, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with each name moved to the ticket of its tier: numbers shift when lines shrink."""
    kept = {field: text for field, text in typed.items() if not field.startswith(OF_TICKETS)}
    before = _numbers(wish)
    for code, numbers in _numbers(left).items():
        for number, old in zip(numbers, before[code], strict=False):
            kept |= {f"{field}{number}": typed[f"{field}{old}"] for field in OF_TICKETS if f"{field}{old}" in typed}
    return kept


def _numbers(quote: Quote) -> dict[str, list[int]]:
    """The numbers of the tickets by tier, counted through from 1 in the order of the lines."""
    numbers: dict[str, list[int]] = {}
    number = 0
    for line in quote.lines:
        numbers[line.tier.code] = list(range(number + 1, number + 1 + line.quantity))
        number += line.quantity
    return numbers
