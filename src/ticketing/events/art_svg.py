"""The art as SVG (classes only, so one drawing serves dark and light) and as cells of a table for letters."""

from collections.abc import Iterable, Mapping

from ticketing.events.art_figures import Span
from ticketing.events.art_strips import Art, Rect, by_slit, crop, without

CLASSES: Mapping[str, str] = {"strip-a": "strip-a", "strip-b": "strip-b", "light": "light"}


def paths(art: Art) -> tuple[str, str, str]:
    """Return the SVG path data of strip a, strip b and the light."""
    a, b, light = (_path(rects) for _, rects in art.layers)
    return a, b, light


def _path(rects: Iterable[Rect]) -> str:
    """Write one closed box per rectangle; boxes of one slit after the first are written relative, to be short."""
    written: list[str] = []
    column, bottom = -1, 0
    for x, y, width, height in rects:
        start = f"m0 {y - bottom}" if x == column else f"M{x} {y}"
        written.append(f"{start}h{width}v{height}h-{width}")
        column, bottom = x, y + height
    return "".join(written)


def svg(art: Art, *, classes: Mapping[str, str] = CLASSES, fit: str = "xMaxYMid slice", name: str = "art") -> str:
    """Return an `<svg>` for a page: hidden from screen readers, coloured by the page's classes, no style.

    `classes` maps strip-a, strip-b and light to other class names, `name` is the class of the drawing itself,
    `fit` is its preserveAspectRatio ("none" lets a reel fill its column).
    """
    drawn = "".join(
        f'<path class="{classes[layer]}" d="{data}"/>' for (layer, _), data in zip(art.layers, paths(art), strict=True)
    )
    return (
        f'<svg class="{name}" viewBox="0 0 {art.width} {art.height}" preserveAspectRatio="{fit}"'
        f' shape-rendering="crispEdges" aria-hidden="true" focusable="false">{drawn}</svg>'
    )


def columns(art: Art, count: int = 50, height: int = 80) -> tuple[tuple[tuple[str, int], ...], ...]:
    """Return the upper half of the art as table columns: per column cells (layer or "", height) from the top.

    The heights of every column add up to `height` (pixels); neighbours of the same layer are joined.
    """
    half = crop(art, Rect(0, 0, art.width, art.height // 2))
    layers = {layer: by_slit(rects) for layer, rects in half.layers}
    return tuple(_column(_fullest(layers, half, number, count), layers, half, height) for number in range(count))


_Slits = Mapping[tuple[int, int], list[Span]]


def _fullest(layers: Mapping[str, _Slits], art: Art, number: int, count: int) -> tuple[int, int]:
    """The slit that stands for a column: the one that shows most, so that no column falls on a splice."""
    start, end = number * art.width // count, (number + 1) * art.width // count
    shown: dict[tuple[int, int], int] = {}
    for slits in layers.values():
        for place, spans in slits.items():
            if start <= place[0] < end:
                shown[place] = shown.get(place, 0) + sum(bottom - top for top, bottom in spans)
    return max(shown, key=lambda place: (shown[place], -place[0]), default=(-1, 0))


def _column(place: tuple[int, int], layers: Mapping[str, _Slits], art: Art, height: int) -> tuple[tuple[str, int], ...]:
    light = layers["light"].get(place, [])
    spans = [(top, bottom, "light") for top, bottom in light]
    taken = light
    for layer in ("strip-a", "strip-b"):
        free = without(layers[layer].get(place, []), taken)
        spans.extend((top, bottom, layer) for top, bottom in free)
    cells: list[tuple[str, int]] = []
    reached = 0
    for top, bottom, layer in sorted(spans):
        start, end = top * height // art.height, bottom * height // art.height
        _add(cells, "", start - reached)
        _add(cells, layer, end - max(start, reached))
        reached = max(reached, end)
    _add(cells, "", height - reached)
    return tuple(cells)


def _add(cells: list[tuple[str, int]], layer: str, height: int) -> None:
    if height > 0:
        cells.append((layer, height))
