"""Tables to take away, in the office: streamed, kept in the audit log, and adding up to the page of the money."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from counter import Counter as Till

from back_office import Office, dispute, fail_refund, table
from books_of_stripe import compare, refund
from factories import SLUG, House
from ticketing.blueprints import composers
from ticketing.core.audit import AuditEntry
from ticketing.core.db import reading
from ticketing.office.export_words import CODES, COLUMNS, headings
from ticketing.payments.payout_facts import StripePayout
from ticketing.reports.exports import EXPORTS
from ticketing.reports.money import money
from ticketing.reports.words import LETTERS


def sums(rows: list[dict[str, str]], way: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        if row["way"] == way:
            found.update({name: int(text) for name, text in row.items() if name not in ("day", "way", "currency")})
    return found


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_page_offers_every_table_in_both_forms(house: House, lang: str) -> None:
    page = Office(house).client.get(f"/office/exports?lang={lang}").text
    for kind in EXPORTS:
        for form in ("csv", "xlsx"):
            assert f'href="/office/exports/{kind}.{form}?event={SLUG}"' in page


@pytest.mark.parametrize("kind", list(EXPORTS))
def test_every_table_comes_as_csv_and_as_a_workbook_named_after_event_and_day(house: House, kind: str) -> None:
    house.tablet().scan(house.codes(house.buy(day=1))[0])
    Till(house).open(n1000=5)
    house.gateway.made_payouts["po_1"] = StripePayout(
        "po_1", "paid", 1, "jpy", True, house.clock.now(), date(2025, 10, 27)
    )
    compare(house)
    client = Office(house).client
    assert len(table(client, kind)) == (2 if kind == "accounting" else 1)
    with client.get(f"/office/exports/{kind}.xlsx?event={SLUG}") as book:
        assert f"{SLUG}-{kind}-20251026.xlsx" in book.headers["Content-Disposition"]
        packed = zipfile.ZipFile(io.BytesIO(book.data))
    with packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert (sheet.count("<row ") > 1, "<f>" in sheet) == (True, False)


@pytest.mark.parametrize(
    ("lang", "order", "scan"),
    [
        ("en", {"State": "paid", "Language": "English"}, {"Decision": "refused", "Reason": "already inside"}),
        ("ja", {"状態": "支払い済み", "言語": "English"}, {"判定": "入場不可", "理由": "使用済み(入場中)"}),
    ],
)
def test_tables_for_people_are_in_their_words(
    house: House, lang: str, order: dict[str, str], scan: dict[str, str]
) -> None:
    code = house.codes(house.buy(day=1))[0]
    tablet = house.tablet()
    tablet.scan(code)
    house.clock.advance(timedelta(minutes=5))
    tablet.scan(code)
    client = Office(house).client
    (bought,) = table(client, "orders", f"lang={lang}")
    assert order.items() <= bought.items()
    assert scan.items() <= table(client, "scans", f"lang={lang}")[-1].items()


def test_no_column_and_no_letter_is_without_its_word(house: House) -> None:
    assert {column for export in EXPORTS.values() for column in export.columns} == set(COLUMNS)
    assert {kind for kind in composers() if not kind.startswith("staff.")} - set(LETTERS) == {"event.message_test"}
    for export in EXPORTS.values():
        assert len(set(headings(export.columns))) == len(export.columns)
    coded = {(kind, column) for kind, columns in CODES.items() for column in columns}
    assert coded == {(kind, column) for kind, column in coded if column in EXPORTS[kind].columns}


def test_a_table_that_is_none_is_not_found(house: House) -> None:
    client = Office(house).client
    for name in ("staff.csv", "orders.json", "orders.exe", "orders"):
        assert client.get(f"/office/exports/{name}?event={SLUG}").status_code == 404


def test_who_took_what_stands_in_the_audit_log(house: House) -> None:
    office = Office(house)
    office.client.get(f"/office/exports/attendees.xlsx?event={SLUG}").close()
    with house.app.app_context(), reading() as session:
        (entry,) = session.query(AuditEntry).filter_by(action="event.export")
        assert (entry.actor[:7], entry.facts) == ("person:", {"what": "attendees", "format": "xlsx"})
    assert "Table taken out" in office.get("/audit").text


def test_letters_of_the_event_and_what_became_of_them(house: House) -> None:
    code = house.order_view(house.buy(day=1, email="hanako@example.com")).code
    (letter,) = table(Office(house).client, "letters")
    assert (letter["kind"], letter["order"], letter["to"], letter["state"]) == (
        "order.paid",
        code,
        "hanako@example.com",
        "sent",
    )


def test_accounts_stand_on_the_days_of_the_events_zone_with_their_tax(house: House) -> None:
    path = house.buy(day=2)
    house.clock.advance(timedelta(hours=14, minutes=30))  # ten past midnight in Tokyo, the same day in UTC
    refund(house, path, 1)
    rows = table(Office(house).client, "accounting")
    assert [(row["day"], row["sales"], row["tax"], row["refunds"]) for row in rows] == [
        ("2025-10-26", "4000", "363", "0"),
        ("2025-10-27", "0", "0", "2000"),
    ]
    assert rows[1]["refunds_tax"] == "181"


def test_the_days_add_up_to_the_page_of_the_money(house: House) -> None:
    house.buy(conference=1)
    paths = house.buy(day=2), house.buy(day=1)
    for path in paths:
        refund(house, path, 1)
    fail_refund(house)
    house.clock.advance(timedelta(days=1))
    compare(house)
    days = sums(table(Office(house).client, "accounting"), "stripe")
    with house.app.app_context(), reading() as session:
        found: Any = money(session, house.catalog().id).sums
    told = {"sales": found.gross, "refunds": found.refunded, "fees": found.fee, "net": found.net}
    told |= {"disputed": found.disputed, "paid_outside": found.outside, "fees_unknown": found.fees_unknown}
    assert {name: days[name] for name in told} == told
    assert days["fees"] > 0


def test_what_the_bank_took_back_is_in_the_accounts(house: House) -> None:
    house.buy(day=1)
    dispute(house)
    found = sums(table(Office(house).client, "accounting"), "stripe")
    assert (found["sales"], found["disputed"], found["net"]) == (2000, 2000, 0)
