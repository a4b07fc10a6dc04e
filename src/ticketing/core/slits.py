"""Counts drawn as slits: one upright bar per place, or per share of places, as SVG path data without any style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

METER_SLITS = 30
METER_HEIGHT = 12
PITCH = 4
SLIT = 3
FREE_HEIGHT = 4


@dataclass(frozen=True)
class Meter:
    """A row of slits: path data for what is taken (full height), held (full height) and free (low stubs)."""

    taken: str
    held: str
    free: str
    width: int = METER_SLITS * PITCH - (PITCH - SLIT)
    height: int = METER_HEIGHT


def shares(counts: Sequence[int], slits: int) -> tuple[int, ...]:
    """Divide `slits` among counts in proportion; a count above 0 always keeps at least one slit.

    So the last free place is seen, and so is the first one sold. The shares add up to `slits` unless there are
    more counts above 0 than slits, or nothing to count."""
    whole = sum(counts)
    if whole <= 0:
        return tuple(0 for _ in counts)
    made = [max(1, count * slits // whole) if count > 0 else 0 for count in counts]
    order = sorted(range(len(counts)), key=lambda index: counts[index] * slits % whole, reverse=True)
    missing = slits - sum(made)
    for step in range(max(0, missing)):
        made[order[step % len(order)]] += 1
    for _ in range(max(0, -missing)):
        largest = max(range(len(made)), key=lambda index: made[index])
        made[largest] -= 1
    return tuple(made)


def bars(first: int, count: int, *, top: int, bottom: int) -> str:
    """Path data of `count` slits from slit number `first` (0 is the leftmost), from `top` down to `bottom`."""
    tall = bottom - top
    return "".join(f"M{slit * PITCH} {top}h{SLIT}v{tall}h-{SLIT}z" for slit in range(first, first + count))


def meter(sold: int, held: int, capacity: int) -> Meter:
    """The meter of one counter with thirty slits; the number always stands beside it in words."""
    taken, kept, free = shares((sold, held, max(0, capacity - sold - held)), METER_SLITS)
    return Meter(
        taken=bars(0, taken, top=0, bottom=METER_HEIGHT),
        held=bars(taken, kept, top=0, bottom=METER_HEIGHT),
        free=bars(taken + kept, free, top=METER_HEIGHT - FREE_HEIGHT, bottom=METER_HEIGHT),
    )
