"""The art: the same picture from the same data, whole numbers, and small enough to stand in a page."""

import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ticketing.events.art import (
    FIGURES,
    ArtData,
    Rect,
    close_up,
    columns,
    crop,
    cut_out,
    generate,
    paths,
    reel,
    svg,
    window,
)
from ticketing.events.art_noise import Noise
from ticketing.events.art_strips import by_slit

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "art.json").read_text(encoding="utf-8"))
START = datetime(2025, 10, 26, 1, tzinfo=UTC)
EVENT = ArtData("future-of-filmmaking-with-ai", START, START + timedelta(minutes=180), [START + timedelta(minutes=120)])


def _data(row: dict[str, object]) -> ArtData:
    times = {name: datetime.fromisoformat(str(row[name])) for name in ("starts_at", "ends_at")}
    cuts = [datetime.fromisoformat(cut) for cut in row["cuts"]]
    return ArtData(row["slug"], times["starts_at"], times["ends_at"], cuts, row["figure"], row["pair"])


@pytest.mark.parametrize("row", VECTORS["art"], ids=lambda row: row["name"])
def test_the_same_data_give_the_same_art_in_every_language(row: dict[str, object]) -> None:
    art = reel(_data(row), *row["reel"]) if row["reel"] else generate(_data(row))
    expected = row["expect"]
    assert (art.width, art.height, art.pitch, art.figure, art.pair) == tuple(
        expected[name] for name in ("width", "height", "pitch", "figure", "pair")
    )
    assert [hashlib.sha256(path.encode()).hexdigest() for path in paths(art)] == expected["sha256"]
    assert list(paths(art)) == expected.get("paths", list(paths(art)))


@pytest.mark.parametrize("row", VECTORS["noise"], ids=lambda row: row["seed"])
def test_the_noise_is_xorshift64(row: dict[str, object]) -> None:
    noise = Noise(int(row["seed"], 16))
    assert [noise.part() for _ in row["parts"]] == row["parts"]


def test_the_event_of_the_seed_is_a_disc_of_vermilion_and_teal() -> None:
    art = generate(EVENT)
    assert (art.figure, art.pair, art.pitch) == ("disc", "vermilion-teal", 12)


def test_the_svg_holds_classes_only_and_stays_under_three_kilobytes_packed() -> None:
    drawn = svg(generate(EVENT))
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own text
    assert [path.get("class") for path in root] == ["strip-a", "strip-b", "light"]
    assert root.get("aria-hidden") == "true"
    assert root.get("shape-rendering") == "crispEdges"
    assert "style" not in drawn
    assert "fill" not in drawn
    assert len(drawn) <= 10_000
    assert len(gzip.compress(drawn.encode())) <= 3_000


@pytest.mark.parametrize("figure", FIGURES)
def test_the_strips_stay_inside_and_the_light_is_where_both_lie(figure: str) -> None:
    art = generate(ArtData("any", START, START + timedelta(minutes=100), figure=figure))
    a, b, light = (by_slit(rects) for _, rects in art.layers)
    for x, y, width, height in (*art.strip_a, *art.strip_b):
        assert x >= 0
        assert x + width <= art.width
        assert 0 <= y < y + height <= art.height
    for place, spans in light.items():
        ours = {row for top, bottom in spans for row in range(top, bottom)}
        both = [{row for top, bottom in strip.get(place, []) for row in range(top, bottom)} for strip in (a, b)]
        assert ours == both[0] & both[1]


@pytest.mark.parametrize("figure", FIGURES)
def test_noise_on_the_left_closes_into_a_figure_on_the_right(figure: str) -> None:
    art = generate(ArtData("any", START, START + timedelta(minutes=180), figure=figure))
    lit = sorted(rect.x for rect in art.light)
    middle = (lit[0] + lit[-1]) // 2

    def share(rects: tuple[Rect, ...], *, right: bool) -> int:
        return sum(rect.height for rect in rects if (rect.x > middle) == right)

    loose = [share(cut_out(art).strip_a, right=right) / share(art.light, right=right) for right in (False, True)]
    assert loose[0] > 2 * loose[1]


def test_a_program_cut_leaves_one_dark_slit() -> None:
    art = generate(EVENT)
    whole = generate(ArtData(EVENT.slug, EVENT.starts_at, EVENT.ends_at))
    gone = {rect.x for rect in whole.light} - {rect.x for rect in art.light}
    assert gone == {120 * 12}


def test_a_crop_for_paper_ends_where_the_figure_ends() -> None:
    art = window(generate(EVENT), 190, 130)
    assert art.width * 130 // 190 == pytest.approx(art.height, abs=1)
    assert art.width - max(rect.x + rect.width for rect in art.light) == art.pitch
    assert crop(art, Rect(0, 0, 10, 10)).width == 10


@pytest.mark.parametrize("figure", FIGURES)
def test_a_close_up_shows_the_figure_from_edge_to_edge(figure: str) -> None:
    art = close_up(generate(ArtData("any", START, START + timedelta(minutes=180), figure=figure)))
    assert 1.9 < art.width / art.height < 2.4
    assert min(rect.x for rect in art.light) <= art.width // 8
    assert max(rect.x + rect.width for rect in art.light) >= art.width * 7 // 8


def test_nothing_lies_under_the_light_once_it_is_cut_out() -> None:
    art = cut_out(generate(EVENT))
    seen: set[tuple[int, int]] = set()
    for _, rects in art.layers[1:]:
        for x, y, _width, height in rects:
            rows = {(x, row) for row in range(y, y + height)}
            assert not seen & rows
            seen |= rows


def test_table_columns_have_one_height_and_show_both_strips_and_light() -> None:
    cells = columns(generate(EVENT), 50, 80)
    assert len(cells) == 50
    assert {sum(height for _, height in column) for column in cells} == {80}
    assert {layer for column in cells for layer, _ in column} == {"", "strip-a", "strip-b", "light"}


@pytest.mark.parametrize(
    "wrong",
    [
        ArtData("x", START.replace(tzinfo=None), START),
        ArtData("x", START, START),
        ArtData("x", START, START + timedelta(hours=1), figure="cube"),
        ArtData("x", START, START + timedelta(hours=1), pair="black-white"),
    ],
)
def test_data_that_make_no_art_are_refused(wrong: ArtData) -> None:
    with pytest.raises(ValueError, match=r"offset|ends after|no such"):
        generate(wrong)
