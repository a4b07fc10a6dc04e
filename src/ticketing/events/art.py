"""The picture of an event, made from its data alone: two strips of slits that close into a figure.

One slit stands for one minute of the program. The same data give the same picture in every process and
language (whole numbers only; `tests/vectors/art.json` holds examples), so it may be cached, printed and shared.
It must never depend on sales.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ticketing.events.art_figures import FIGURES, Figure, Frame, Span, band
from ticketing.events.art_noise import ONE, Noise, scatter, times
from ticketing.events.art_pairs import PAIRS
from ticketing.events.art_strips import Art, Rect, crop, cut_out, intersect, merge
from ticketing.events.art_svg import columns, paths, svg

__all__ = [
    "FIGURES",
    "PAIRS",
    "Art",
    "ArtData",
    "Rect",
    "close_up",
    "columns",
    "crop",
    "cut_out",
    "generate",
    "paths",
    "reel",
    "svg",
    "window",
]

_WIDTH = 2160
_MOST_SLITS = 240
_FEWEST_SLITS = 30
_REEL_SLITS = 72
_REEL_HEIGHT = 160
_SLITS_IN_A_BLOCK = 6


@dataclass(frozen=True, slots=True)
class ArtData:
    """What the picture is made from. Times are aware; `cuts` are the starts of the programs within the event.

    `figure` and `pair` are the organizer's choice; without one the slug's hash chooses, so that moving the
    event changes the noise and not its face.
    """

    slug: str
    starts_at: datetime
    ends_at: datetime
    cuts: Sequence[datetime] = field(default=())
    figure: str | None = None
    pair: str | None = None


@dataclass(frozen=True, slots=True)
class _Slit:
    """One slit while it is made: how far through the figure, how much scatter, how far each strip is moved."""

    scatter: int
    shift_a: int
    shift_b: int


def generate(data: ArtData) -> Art:
    """Draw the poster of an event, twice as wide as high, about 2160 units wide.

    Raises ValueError for a naive time, an end before the start, an unknown figure or pair.
    """
    minutes = _minutes(data)
    count = _slit_count(minutes)
    pitch = _WIDTH // count
    width = pitch * count
    height = width // 2
    frame = Frame(width, height, width * 69 // 100, height * 44 // 100)
    name, pair = _face(data)
    drawing = _Drawing(frame, FIGURES[name], Noise(_seed(data)), pitch)
    drawing.draw(count, _cut_slits(data, minutes, count))
    return drawing.art(name, pair)


def reel(data: ArtData, index: int = 0, of: int = 1) -> Art:
    """Draw the band over program number `index` (from 0) out of `of`: 72 slits, less noise from reel to reel."""
    if not 0 <= index < of:
        raise ValueError("the index of a reel lies between 0 and the number of reels")
    pitch = _WIDTH // _REEL_SLITS
    frame = Frame(pitch * _REEL_SLITS, _REEL_HEIGHT * 3, pitch * _REEL_SLITS // 2, _REEL_HEIGHT)
    drawing = _Drawing(frame, band, Noise(_seed(data) ^ (index + 1)), pitch)
    drawing.done = (ONE * index // of, ONE * (index + 1) // of)
    drawing.draw(_REEL_SLITS, _cut_slits(data, _minutes(data), _REEL_SLITS))
    return drawing.art("band", _face(data)[1])


def window(art: Art, wide: int, high: int) -> Art:
    """Crop the art to the shape `wide` : `high` at full height, so that the figure's end stands at the right edge."""
    width = min(art.width, art.height * wide // high)
    end = max((rect.x + rect.width for rect in art.light), default=art.width)
    left = min(art.width, end + art.pitch) - width
    return crop(art, Rect(max(0, left), 0, width, art.height))


def close_up(art: Art) -> Art:
    """Crop the art to the upper half of the figure, about 2.2 times as wide as high: for the order page on phones."""
    lit = art.light or (Rect(0, 0, art.width, art.height),)
    left = max(0, min(rect.x for rect in lit) - art.pitch)
    width = min(art.width, max(rect.x + rect.width for rect in lit) + art.pitch) - left
    height = min(width * 45 // 100, art.height)
    return crop(art, Rect(left, max(0, art.height // 2 - height * 88 // 100), width, height))


class _Drawing:
    """The strips while they grow, slit by slit. The order of the random numbers is part of the promise."""

    def __init__(self, frame: Frame, figure: Figure, noise: Noise, pitch: int) -> None:
        self._frame = frame
        self._figure = figure
        self._noise = noise
        self._pitch = pitch
        self._slit_width = pitch * 66 // 100 + (1 if pitch * 66 % 100 >= 50 else 0)
        self._layers: tuple[list[Rect], list[Rect], list[Rect]] = ([], [], [])
        self.done = (0, ONE)

    def art(self, figure: str, pair: str) -> Art:
        a, b, light = (tuple(layer) for layer in self._layers)
        return Art(self._frame.width, self._frame.height, self._pitch, figure, pair, a, b, light)

    def draw(self, count: int, cuts: frozenset[int]) -> None:
        middles = [slit * self._pitch + self._pitch // 2 for slit in range(count)]
        standing = [middle for middle in middles if self._figure(self._frame, middle)]
        left, right = standing[0], standing[-1]
        slow = (0, 0)
        for slit, middle in enumerate(middles):
            if slit % _SLITS_IN_A_BLOCK == 0:
                slow = (self._noise.swing(), self._noise.swing())
            spans = self._figure(self._frame, middle)
            if middle < left:
                strips = self._fragments(left - middle, left), self._fragments(left - middle, left)
            else:
                made = self._slit(self._passed(middle - left, right - left), slow)
                strips = self._pieces(spans, made, made.shift_a), self._pieces(spans, made, made.shift_b)
            if slit not in cuts:
                self._keep(slit * self._pitch, *strips)

    def _passed(self, way: int, whole: int) -> int:
        start, end = self.done
        return start + (end - start) * way // max(1, whole)

    def _slit(self, passed: int, slow: tuple[int, int]) -> _Slit:
        out = scatter(passed)
        return _Slit(out, -self._shift(out, slow[0]), self._shift(out, slow[1]))

    def _shift(self, out: int, slow: int) -> int:
        """How far a strip is moved, in units of the art; never below a fifth of what a calm slit moves."""
        calm = times(_percent(5.5), out)
        loose = times(times(out, out), times(_percent(17), slow) + times(_percent(10), self._noise.swing()))
        return self._units(max(calm + loose, calm // 5))

    def _units(self, part: int) -> int:
        return times(part, self._frame.height)

    def _pieces(self, spans: Sequence[Span], slit: _Slit, shift: int) -> list[Span]:
        pieces: list[Span] = []
        for top, bottom in spans:
            number = 1 + (44 * times(slit.scatter, self._noise.part()) // 10 >> 16)
            for piece in range(number):
                length = bottom - top
                start, end = top + length * piece // number, top + length * (piece + 1) // number
                pieces.extend(self._piece(start + shift, end + shift, slit.scatter))
        return merge(pieces, self._frame.height)

    def _piece(self, top: int, bottom: int, out: int) -> list[Span]:
        dropped = self._noise.part() < out // 4
        shorter = times(times(_percent(40), out), self._noise.part()) * (bottom - top) >> 16
        shaken = self._noise.swing()
        moved = self._units(times(times(_percent(5), out), abs(shaken)))
        move = moved if shaken >= 0 else -moved
        return [] if dropped else [(top + move + shorter // 2, bottom + move - (shorter - shorter // 2))]

    def _fragments(self, away: int, most: int) -> list[Span]:
        near = ONE - (away << 16) // most
        chance, place, length = self._noise.part(), self._noise.swing(), self._noise.part()
        if chance > times(_percent(60), times(near, near)):
            return []
        half = self._units(_percent(1) + times(times(_percent(7), near), length))
        offset = self._units(times(_percent(26), abs(place)))
        middle = self._frame.height // 2 + (offset if place >= 0 else -offset)
        return merge([(middle - half, middle + half)], self._frame.height)

    def _keep(self, x: int, a: list[Span], b: list[Span]) -> None:
        for layer, spans in zip(self._layers, (a, b, intersect(a, b)), strict=True):
            layer.extend(Rect(x, top, self._slit_width, bottom - top) for top, bottom in spans)


def _percent(number: float) -> int:
    return int(number * ONE) // 100


def _seed(data: ArtData) -> int:
    start = data.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return int.from_bytes(hashlib.sha256(f"{data.slug}|{start}".encode()).digest()[:8], "big")


def _face(data: ArtData) -> tuple[str, str]:
    digest = hashlib.sha256(data.slug.encode()).digest()
    figure = data.figure or list(FIGURES)[digest[4] % len(FIGURES)]
    pair = data.pair or list(PAIRS)[digest[16] % len(PAIRS)]
    if figure not in FIGURES or pair not in PAIRS:
        raise ValueError(f"no such figure or pair: {figure}, {pair}")
    return figure, pair


def _minutes(data: ArtData) -> int:
    if data.starts_at.tzinfo is None or data.ends_at.tzinfo is None:
        raise ValueError("the times of an event carry an offset")
    minutes = int((data.ends_at - data.starts_at).total_seconds()) // 60
    if minutes <= 0:
        raise ValueError("an event ends after it starts")
    return minutes


def _slit_count(minutes: int) -> int:
    per_slit = -(-minutes // _MOST_SLITS)
    return max(_FEWEST_SLITS, -(-minutes // per_slit))


def _cut_slits(data: ArtData, minutes: int, count: int) -> frozenset[int]:
    after = [int((cut - data.starts_at).total_seconds()) // 60 for cut in data.cuts]
    return frozenset(minute * count // minutes for minute in after if 0 < minute < minutes)
