"""The six pairs of strip colours, measured against the grounds of the pages (contrast 3.4 and above)."""

from typing import NamedTuple


class Inks(NamedTuple):
    """Strip a, strip b and where they lie on each other, as #rrggbb."""

    strip_a: str
    strip_b: str
    light: str


class Pair(NamedTuple):
    """One pair in projection (dark pages) and in print (light pages, paper, letters)."""

    dark: Inks
    light: Inks


PAIRS: dict[str, Pair] = {
    "vermilion-teal": Pair(
        Inks("#ff5130", "#1fc7bd", "#fff0dc"),
        Inks("#e8431f", "#00958c", "#241310"),
    ),
    "rose-leaf": Pair(
        Inks("#ff5c8d", "#35c46f", "#fff3e6"),
        Inks("#dd2f68", "#1b8a4b", "#241416"),
    ),
    "orange-azure": Pair(
        Inks("#ff8420", "#4aa3ff", "#fff4ea"),
        Inks("#cf5f00", "#1e79d6", "#1d1612"),
    ),
    "lemon-violet": Pair(
        Inks("#e9d43a", "#9a86ff", "#fff8ea"),
        Inks("#8d7a00", "#6d55e0", "#1d1626"),
    ),
    "magenta-lime": Pair(
        Inks("#ee5ac8", "#a5cf2e", "#fff4ee"),
        Inks("#c02c9c", "#5f8a00", "#201320"),
    ),
    "silver-sepia": Pair(
        Inks("#b9c3cc", "#d08a4c", "#fff6ea"),
        Inks("#6f7a84", "#a8631f", "#1c1611"),
    ),
}
