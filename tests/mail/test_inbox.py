"""The inbox page over real letters in a folder."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ticketing.mail.inbox import PAGE, create_inbox
from ticketing.mail.transports import FolderTransport

PDF = b"%PDF-1.7 a ticket"


def letter(to: str = "hanako@example.jp", subject: str = "チケットをお届けします") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "tickets@example.jp"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Sun, 26 Oct 2025 10:00:00 +0900"
    message.set_content("ご注文 http://127.0.0.1:8000/o/ABC/secret <b>\n")
    message.add_alternative(
        '<p style="color: red">ご注文 <a href="http://127.0.0.1:8000/o/ABC/secret">見る</a>', "html"
    )
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="チケット.pdf")
    message.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="page.html")
    return message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def inbox(folder: Path) -> FlaskClient:
    return create_inbox(folder).test_client()


@pytest.fixture
def file(folder: Path) -> str:
    FolderTransport(folder).send(letter(), "L1")
    return next(folder.glob("*.eml")).name


def test_an_inbox_without_letters_says_what_to_do(inbox: FlaskClient) -> None:
    page = inbox.get("/")
    assert page.status_code == 200
    assert "まだメールはありません" in page.text


def test_letters_are_listed_newest_first(inbox: FlaskClient, folder: Path) -> None:
    for number in range(3):
        FolderTransport(folder).send(letter(subject=f"number {number}"), f"L{number}")
    subjects = [one["subject"] for one in inbox.get("/inbox.json").json]  # type: ignore[union-attr]
    assert subjects == ["number 2", "number 1", "number 0"]
    page = inbox.get("/").text
    assert page.index("number 2") < page.index("number 0")


def test_the_json_list_tells_programs_what_came(inbox: FlaskClient, file: str) -> None:
    assert inbox.get("/inbox.json").json == [
        {
            "file": file,
            "to": "hanako@example.jp",
            "subject": "チケットをお届けします",
            "date": "2025-10-26T01:00:00+00:00",
            "attachments": ["チケット.pdf", "page.html"],
        }
    ]


def test_the_json_list_can_be_kept_to_one_address(inbox: FlaskClient, folder: Path) -> None:
    FolderTransport(folder).send(letter(to="Taro <Taro@example.jp>"), "L1")
    FolderTransport(folder).send(letter(to="hanako@example.jp"), "L2")
    found = inbox.get("/inbox.json?to=taro@example.jp").json
    assert [one["to"] for one in found] == ["Taro <Taro@example.jp>"]  # type: ignore[union-attr]


def test_older_letters_come_on_further_pages(inbox: FlaskClient, folder: Path) -> None:
    folder.mkdir()
    for number in range(PAGE + 1):
        (folder / f"{number:04}-L.eml").write_bytes(b"To: a@example.jp\nSubject: n\n\n")
    first = inbox.get("/inbox.json").json
    rest = inbox.get(f"/inbox.json?before={first[-1]['file']}").json  # type: ignore[index]
    assert len(first) == PAGE  # type: ignore[arg-type]
    assert [one["file"] for one in rest] == ["0000-L.eml"]  # type: ignore[union-attr]


def test_a_letter_is_shown_with_its_links_and_escaped_text(inbox: FlaskClient, file: str) -> None:
    page = inbox.get(f"/letters/{file}").text
    assert '<a href="http://127.0.0.1:8000/o/ABC/secret"' in page
    assert "&lt;b&gt;" in page
    assert "2025-10-26 10:00:00" in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


def test_the_html_of_a_letter_may_run_and_load_nothing(inbox: FlaskClient, file: str) -> None:
    answer = inbox.get(f"/letters/{file}/html")
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert "ご注文" in answer.text
    assert "allow-scripts" not in policy["sandbox"]
    assert "allow-same-origin" not in policy["sandbox"]
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "data:"


def test_a_pdf_opens_in_the_page_and_anything_else_is_only_saved(inbox: FlaskClient, file: str) -> None:
    pdf = inbox.get(f"/letters/{file}/attachments/1")
    page = inbox.get(f"/letters/{file}/attachments/2")
    assert (pdf.data, pdf.mimetype) == (PDF, "application/pdf")
    assert pdf.headers["Content-Disposition"].startswith("inline")
    assert page.mimetype == "application/octet-stream"
    assert page.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    [
        "/letters/nothing.eml",
        "/letters/..%2Fsecret.eml",
        "/letters/%2Fetc%2Fpasswd",
        "/letters/link.eml",
        "/letters/.draft.eml",
        "/static/build/../../mail/inbox.py",
    ],
)
def test_only_letters_of_the_folder_are_opened(inbox: FlaskClient, folder: Path, file: str, path: str) -> None:
    (folder.parent / "secret.eml").write_bytes(b"Subject: secret\n\n")
    (folder / "link.eml").symlink_to(folder.parent / "secret.eml")
    (folder / ".draft.eml").write_bytes(b"Subject: not yet whole\n\n")
    assert inbox.get(path).status_code == 404


@pytest.mark.parametrize("number", [0, 3, 99])
def test_an_attachment_that_is_not_there_is_not_found(inbox: FlaskClient, file: str, number: int) -> None:
    assert inbox.get(f"/letters/{file}/attachments/{number}").status_code == 404


@pytest.mark.parametrize("host", ["127.0.0.1:8025", "localhost:8025"])
def test_loopback_names_are_answered(inbox: FlaskClient, host: str) -> None:
    assert inbox.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["inbox.example.jp", "127.0.0.1.example.jp", "10.0.0.5:8025", "localhost.example.jp"])
def test_foreign_names_are_refused(inbox: FlaskClient, file: str, host: str) -> None:
    answer = inbox.get("/inbox.json", headers={"Host": host})
    assert answer.status_code == 400
    assert file not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed(inbox: FlaskClient, file: str, method: str) -> None:
    assert inbox.open(f"/letters/{file}", method=method).status_code == 405


def test_every_answer_carries_a_strict_policy(inbox: FlaskClient, file: str) -> None:
    for path in ("/", "/inbox.json", f"/letters/{file}", "/nothing"):
        answer = inbox.get(path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
