"""The strips of the art as rectangles: cut, shaken, clipped, merged, laid on each other, and read back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ticketing.events.art_figures import Span


class Rect(NamedTuple):
    """A rectangle in units of the art; x and y are its left upper corner, y points down."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Art:
    """Two strips and the light where they lie on each other, each a list of rectangles from left to right.

    `light` is the intersection of the strips and lies on top of both. `pitch` is the distance from slit to
    slit, of which a slit fills about .66. `pair` names a row of `art_pairs.PAIRS`.
    """

    width: int
    height: int
    pitch: int
    figure: str
    pair: str
    strip_a: tuple[Rect, ...]
    strip_b: tuple[Rect, ...]
    light: tuple[Rect, ...]

    @property
    def layers(self) -> tuple[tuple[str, tuple[Rect, ...]], ...]:
        """The three layers in the order of drawing, with the names that classes and inks carry."""
        return (("strip-a", self.strip_a), ("strip-b", self.strip_b), ("light", self.light))


def merge(spans: Iterable[Span], height: int) -> list[Span]:
    """Clip spans to 0 … height, drop empty ones and join those that touch; the result is sorted."""
    merged: list[Span] = []
    for top, bottom in sorted((max(0, top), min(height, bottom)) for top, bottom in spans):
        if bottom <= top:
            continue
        if merged and top <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(bottom, merged[-1][1]))
        else:
            merged.append((top, bottom))
    return merged


def intersect(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """The spans that lie in both lists of merged spans."""
    right = list(right)
    both = ((max(a[0], b[0]), min(a[1], b[1])) for a in left for b in right)
    return sorted((top, bottom) for top, bottom in both if top < bottom)


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of merged spans when `holes`, sorted and without overlap, are cut out of them."""
    rest: list[Span] = []
    holes = list(holes)
    for top, bottom in spans:
        for hole_top, hole_bottom in holes:
            if hole_bottom <= top or hole_top >= bottom:
                continue
            if hole_top > top:
                rest.append((top, hole_top))
            top = hole_bottom
        if top < bottom:
            rest.append((top, bottom))
    return rest


def by_slit(rects: Iterable[Rect]) -> dict[tuple[int, int], list[Span]]:
    """Sort rectangles into slits: (x, width) to the spans that stand there."""
    slits: dict[tuple[int, int], list[Span]] = {}
    for x, y, width, height in rects:
        slits.setdefault((x, width), []).append((y, y + height))
    return slits


def cut_out(art: Art) -> Art:
    """The same picture without anything under the light: for paper, where an edge below would shine through."""
    light = by_slit(art.light)
    strips = [
        tuple(
            Rect(x, top, width, bottom - top)
            for (x, width), spans in by_slit(strip).items()
            for top, bottom in without(spans, light.get((x, width), ()))
        )
        for strip in (art.strip_a, art.strip_b)
    ]
    return Art(art.width, art.height, art.pitch, art.figure, art.pair, strips[0], strips[1], art.light)


def crop(art: Art, window: Rect) -> Art:
    """The part of the art inside `window`, with the window's corner as the new origin; slits may be cut through."""
    layers = [tuple(_inside(rects, window)) for _, rects in art.layers]
    return Art(window.width, window.height, art.pitch, art.figure, art.pair, layers[0], layers[1], layers[2])


def _inside(rects: Iterable[Rect], window: Rect) -> Iterator[Rect]:
    for x, y, width, height in rects:
        left, right = max(x, window.x), min(x + width, window.x + window.width)
        top, bottom = max(y, window.y), min(y + height, window.y + window.height)
        if left < right and top < bottom:
            yield Rect(left - window.x, top - window.y, right - left, bottom - top)
