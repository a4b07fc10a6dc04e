"""The plain page from which a tablet takes the authority."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from ticketing.lan.trust import Offered, create_trust


@pytest.fixture
def visitor() -> FlaskClient:
    return create_trust(Offered(b"der", "AB:CD", "https://192.168.1.5:8443/door")).test_client()


def test_the_page_tells_both_languages_how_and_where_to_go_on(visitor: FlaskClient) -> None:
    page = visitor.get("/")
    for words in ("証明書信頼設定", "Certificate Trust Settings", "AB:CD", 'href="https://192.168.1.5:8443/door"'):
        assert words in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_authority_comes_as_what_tablets_install(visitor: FlaskClient) -> None:
    answer = visitor.get("/ticketing-ca.crt")
    assert (answer.data, answer.mimetype) == (b"der", "application/x-x509-ca-cert")


def test_nothing_else_is_there(visitor: FlaskClient) -> None:
    assert {visitor.get(path).status_code for path in ("/office", "/leaf.key", "/static/build/../../app.py")} == {404}
