"""When an event may be sold out: the pace of the last seven full days goes on. Plain, and silent where it knows little.

The pace is tickets a day. Tickets are sold by people who mostly do not know of each other, so that their number n in a
week scatters by about √n: the range is what n − 2√n and n + 2√n would make, which holds 19 times in 20 while the pace
does not change. It knows nothing of the last days before an event, when more is sold, nor of a poster hung up today.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

DAYS = 7
FEWEST_DAYS, FEWEST_SOLD = 3, 10


@dataclass(frozen=True)
class Forecast:
    """Sold at the end of each day to come, likely and at least and at most; `full_in` days it is sold out, or None."""

    likely: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    full_in: int | None


def forecast(full_days: Sequence[int], sold: int, places: int, days_left: int) -> Forecast | None:
    """Go on from `sold` of `places` for `days_left` days. `full_days` are the tickets sold on each day so far, the last
    yesterday's. None: too early to say (fewer than 3 full days, or 10 tickets in the last 7).
    """
    week = full_days[-DAYS:]
    count = sum(week)
    if len(week) < FEWEST_DAYS or count < FEWEST_SOLD or days_left <= 0:
        return None
    spread = 2 * math.sqrt(count)
    paces = [pace / len(week) for pace in (count, max(0.0, count - spread), count + spread)]
    likely, low, high = (_line(sold, places, pace, days_left) for pace in paces)
    full = math.ceil(max(0, places - sold) / paces[0])
    return Forecast(likely, low, high, full if full <= days_left else None)


def _line(sold: int, places: int, pace: float, days: int) -> tuple[int, ...]:
    return tuple(max(sold, min(places, round(sold + pace * day))) for day in range(1, days + 1))
