"""The report after the event: right figures in both languages, no names, and a document that can be read aloud."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from books_of_stripe import compare, refund
from factories import House
from tagged import elements, unmarked
from ticketing.core.db import snapshot
from ticketing.office import report_sheet
from ticketing.office.report_views import report
from ticketing.reports.after import MOST_STEPS, after, in_steps

NOON = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)


def over(house: House) -> FlaskClient:
    """An event with sales, a refund, people who came at two times, and a refusal."""
    first, second = house.buy(day=2, name="山田 花子"), house.buy(conference=2)
    refund(house, house.buy(day=1), 1)
    tablet = house.tablet()
    for code in house.codes(first):
        tablet.scan(code)
    house.clock.advance(timedelta(minutes=25))
    tablet.scan(house.codes(second)[0])
    tablet.scan(house.codes(second)[0])
    compare(house)
    return house.staff()


def read(client: FlaskClient, lang: str) -> PdfReader:
    answer = client.get(f"/office/report.pdf?lang={lang}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    if folder := os.environ.get("PICTURES"):
        (Path(folder) / f"report-{lang}.pdf").write_bytes(answer.data)
    return PdfReader(io.BytesIO(answer.data))


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ("Report", "valid tickets", "already inside", "¥8,000", "¥725", "−¥2,000", "¥181", "in steps of 5")),
        ("ja", ("実施報告", "有効なチケット", "入場率", "8,000円", "725円", "−2,000円", "5分ごと")),
    ],
)
def test_it_tells_tickets_money_and_the_door_without_a_name(house: House, lang: str, told: tuple[str, ...]) -> None:
    found = read(over(house), lang)
    text = "\n".join(page.extract_text() for page in found.pages)
    for part in told:
        assert part in text
    assert "山田" not in text
    assert "75 %" in text  # three of four valid tickets came
    assert found.metadata
    assert told[0] in str(found.metadata.title)


def test_it_is_tagged_with_headings_tables_and_a_figure_that_says_what_it_shows(house: House) -> None:
    found = read(over(house), "en")
    root = found.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en", True)
    kinds = [(str(one["/S"]), one.get("/Alt")) for one in elements(root["/StructTreeRoot"])]
    names = [kind for kind, _ in kinds]
    assert (names.count("/H1"), names.count("/Table") >= 3, "/TH" in names) == (1, True, True)
    assert [str(alt) for kind, alt in kinds if kind == "/Figure" and "Most came from" in str(alt)]
    assert unmarked(found) == []


def test_it_adds_up_to_the_page_of_the_money(house: House) -> None:
    client = over(house)
    with house.app.app_context(), snapshot() as session:
        stripe = after(session, house.catalog()).money["stripe"]
    page = client.get("/office/money?lang=en").text
    assert f">¥{stripe.net:,}<" in page
    assert 'href="/office/report.pdf' in page


def test_an_event_before_its_first_sale_has_a_report_too(house: House) -> None:
    text = read(house.staff(), "en").pages[0].extract_text()
    assert "Nobody was let in by scan." in text
    assert "the event is not over yet" in text


def test_many_ticket_types_take_as_many_pages_as_they_need(house: House) -> None:
    with house.app.test_request_context("/?lang=ja"), house.app.app_context(), snapshot() as session:
        whole = report(house.catalog(), after(session, house.catalog()), house.clock.now())
    long = replace(whole.tables[0], rows=whole.tables[0].rows * 60)
    found = PdfReader(io.BytesIO(report_sheet.render(replace(whole, tables=(long, *whole.tables[1:])))))
    text = "".join(page.extract_text() for page in found.pages)
    assert text.count("合計") >= 60
    assert len(found.pages) > 3
    assert unmarked(found) == []


@pytest.mark.parametrize("hours", [0, 1, 5, 30, 24 * 40, 24 * 4000])
def test_arrivals_fit_into_the_room_for_them_and_nobody_is_left_out(hours: int) -> None:
    minutes = {NOON: 3, NOON + timedelta(hours=hours) / 2: 2, NOON + timedelta(hours=hours): 1}
    found = in_steps(minutes)
    assert len(found.counts) <= MOST_STEPS
    assert sum(count for _, count in found.counts) == sum(minutes.values())
