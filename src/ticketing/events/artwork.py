"""The art of an event, drawn once for each revision of it and each process."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from ticketing.events.art import Art, ArtData, generate, reel, svg
from ticketing.events.catalog import Catalog


@dataclass(frozen=True)
class Artwork:
    """The poster, and as SVG the poster and the band over each program, by program code."""

    poster: Art
    poster_svg: str
    reel_svgs: dict[str, str]


def artwork(catalog: Catalog) -> Artwork:
    """The art of this revision."""
    drawn: dict[tuple[int, int], Artwork] = current_app.extensions["ticketing.artworks"]
    key = (catalog.id, catalog.revision)
    if key not in drawn:
        drawn[key] = draw(catalog)
    return drawn[key]


def draw(catalog: Catalog) -> Artwork:
    """The art of an event that is kept nowhere, or not yet."""
    chosen = catalog.page.get("art") or {}
    data = ArtData(
        slug=catalog.slug,
        starts_at=catalog.starts_at.astimezone(catalog.zone),
        ends_at=catalog.ends_at.astimezone(catalog.zone),
        cuts=[program.starts_at for program in catalog.programs],
        figure=chosen.get("figure"),
        pair=chosen.get("pair"),
    )
    poster = generate(data)
    count = len(catalog.programs)
    reels = {
        program.code: svg(reel(data, index, count), fit="none", name="reel-art")
        for index, program in enumerate(catalog.programs)
    }
    return Artwork(poster, svg(poster), reels)
