"""The house map: one slit per place, tall for who is inside, lower for sold, held and free. Height says it too."""

from __future__ import annotations

from dataclasses import dataclass

from ticketing.core.slits import shares

MOST_SLITS = 600
PITCH = 10
SLIT = 7
ROW = 40
GAP = 14
HEIGHTS = {"inside": ROW, "sold": ROW * 3 // 4, "held": ROW // 3, "free": 4}


@dataclass(frozen=True)
class People:
    """Where the places of the room have gone; the four add up to its limit, unless more people are inside."""

    inside: int
    sold: int
    held: int
    free: int


@dataclass(frozen=True)
class House:
    """The map at one width: SVG path data by kind of place."""

    width: int
    height: int
    paths: dict[str, str]


def house(people: People, per_row: int) -> House:
    """Draw the map with so many slits in a row; above 600 places one slit stands for several."""
    counts = (people.inside, people.sold, people.held, people.free)
    kinds: list[str] = []
    slits = shares(counts, min(sum(counts), MOST_SLITS))
    for kind, number in zip(HEIGHTS, slits, strict=True):
        kinds.extend([kind] * number)
    rows = max(1, -(-len(kinds) // per_row))
    drawn: dict[str, list[str]] = {kind: [] for kind in HEIGHTS}
    for place, kind in enumerate(kinds):
        row, column = divmod(place, per_row)
        top = row * (ROW + GAP) + ROW - HEIGHTS[kind]
        drawn[kind].append(f"M{column * PITCH} {top}h{SLIT}v{HEIGHTS[kind]}h-{SLIT}z")
    return House(
        width=per_row * PITCH - (PITCH - SLIT),
        height=rows * (ROW + GAP) - GAP,
        paths={kind: "".join(parts) for kind, parts in drawn.items()},
    )
