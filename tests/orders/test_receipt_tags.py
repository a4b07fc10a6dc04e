"""A receipt for those who do not see it: a tagged PDF with its tables as tables."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from factories import House
from tagged import elements, unmarked

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_receipt_is_read_in_order_with_its_tables(house: House, lang: str) -> None:
    path = house.buy(day=2, conference=1)
    house.client.post(f"{path}/receipt", data={"addressee": "𠮷田商店"})
    read = PdfReader(io.BytesIO(house.client.get(f"{path}/receipt.pdf?lang={lang}").data), strict=True)
    assert unmarked(read) == []
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a boolean of the file, not of Python
    every = list(elements(root["/StructTreeRoot"]))
    kinds = [str(one["/S"]) for one in every]
    assert kinds[:3] == ["/Document", "/Sect", "/H1"]
    assert kinds.count("/Table") == 2
    rows = [
        [str(cell["/S"]) for cell in elements(row)] for row in elements(root["/StructTreeRoot"]) if row["/S"] == "/TR"
    ]
    assert rows[0] == ["/TH"] * 4
    assert rows[1:3] == [["/TH", "/TD", "/TD", "/TD"]] * 2
    assert rows[3] == ["/TH"] * 3
    assert rows[4] == ["/TH", "/TD", "/TD"]
