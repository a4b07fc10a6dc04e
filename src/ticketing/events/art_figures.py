"""The figures that the noise closes into: each says which spans of a vertical line at x belong to it.

Lengths are whole units of the art. The middle of a figure is ``middle`` across and half the height down; its
radius is .44 of the height. A span is (top, bottom), y pointing down.
"""

from collections.abc import Callable
from math import isqrt
from typing import NamedTuple

Span = tuple[int, int]


class Frame(NamedTuple):
    """Where a figure stands: the art's size, the figure's middle across, its radius."""

    width: int
    height: int
    middle: int
    radius: int


Figure = Callable[[Frame, int], list[Span]]


def _half_chord(radius: int, away: int) -> int:
    return isqrt(radius * radius - away * away) if abs(away) < radius else 0


def _around(center: int, half: int) -> list[Span]:
    return [(center - half, center + half)] if half > 0 else []


def disc(frame: Frame, x: int) -> list[Span]:
    """A full disc."""
    return _around(frame.height // 2, _half_chord(frame.radius, x - frame.middle))


def ring(frame: Frame, x: int) -> list[Span]:
    """A disc with a hole of a little less than half its radius."""
    center = frame.height // 2
    outer = _half_chord(frame.radius, x - frame.middle)
    inner = _half_chord(frame.radius * 48 // 100, x - frame.middle)
    if not inner:
        return _around(center, outer)
    return [(center - outer, center - inner), (center + inner, center + outer)]


def lens(frame: Frame, x: int) -> list[Span]:
    """Two arcs that meet in points left and right."""
    long, high = frame.radius * 125 // 100, frame.radius * 55 // 100
    bow = (long * long + high * high) // (2 * high)
    if abs(x - frame.middle) >= long:
        return []
    return _around(frame.height // 2, _half_chord(bow, x - frame.middle) - (bow - high))


def pair(frame: Frame, x: int) -> list[Span]:
    """Two discs side by side."""
    radius = frame.radius * 62 // 100
    step = frame.radius * 66 // 100
    halves = (_half_chord(radius, x - frame.middle + step), _half_chord(radius, x - frame.middle - step))
    return _around(frame.height // 2, max(halves))


def arch(frame: Frame, x: int) -> list[Span]:
    """A doorway: half a disc on two upright sides."""
    wide = frame.radius * 85 // 100
    away = x - frame.middle
    if abs(away) > wide:
        return []
    shoulder = frame.height // 2 - frame.radius + wide
    return [(shoulder - _half_chord(wide + 1, away), frame.height // 2 + frame.radius)]


def wedge(frame: Frame, x: int) -> list[Span]:
    """The beam of a projector, opening to the right edge."""
    start = frame.middle - frame.radius * 110 // 100
    if x < start:
        return []
    grown = (x - start) * (frame.radius - frame.radius // 5) // (frame.width - start)
    return _around(frame.height // 2, frame.radius // 5 + grown)


def frame(frame: Frame, x: int) -> list[Span]:
    """A picture of the academy shape, 1.37 to 1."""
    high = frame.radius * 76 // 100
    return _around(frame.height // 2, high) if abs(x - frame.middle) <= high * 137 // 100 else []


def dome(frame: Frame, x: int) -> list[Span]:
    """Half a disc on a level floor."""
    floor = frame.height // 2 + frame.radius * 55 // 100
    high = _half_chord(frame.radius * 122 // 100, x - frame.middle)
    return [(floor - high, floor)] if high else []


def band(frame: Frame, x: int) -> list[Span]:
    """The whole height, for the reels of the program."""
    return [(0, frame.height)] if 0 <= x <= frame.width else []


FIGURES: dict[str, Figure] = {
    "disc": disc,
    "ring": ring,
    "lens": lens,
    "pair": pair,
    "arch": arch,
    "wedge": wedge,
    "frame": frame,
    "dome": dome,
}
