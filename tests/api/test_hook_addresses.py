"""Where hooks may lead: never into a network, whatever a name says when; and posting ends in time."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from receiver import DRIP, LOST, Told, receiver
from ticketing.api import posting
from ticketing.api.addresses import Closed, machines, read
from ticketing.api.posting import Answer, Post, post
from ticketing.core.errors import Refused
from ticketing.lan import certificates
from ticketing.lan.hosts import Hosts

ONE = Post(b'{"a":1}', {"Content-Type": "application/json"})
INSIDE = (
    "127.0.0.1",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
)


def leads_to(*numbers: str) -> Any:
    """A name server that says this."""

    def lookup(_host: str, port: int, **_more: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    return lookup


@pytest.mark.parametrize("number", INSIDE)
def test_numbers_inside_are_not_spoken_to_however_they_are_named(number: str) -> None:
    written = f"https://[{number}]/" if ":" in number else f"https://{number}/"
    with pytest.raises(Refused, match="hook_address_closed"):
        read(written, loopback=False)
    target = read("https://hooks.example.com/", loopback=False)
    for found in ((number,), ("8.8.8.8", number)):
        with pytest.raises(Closed):
            machines(target, loopback=True, lookup=leads_to(*found))


def test_numbers_outside_are_spoken_to() -> None:
    target = read("https://hooks.example.com/a?b=c", loopback=False)
    found = ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"]
    assert machines(target, loopback=False, lookup=leads_to(*found)) == found
    assert (target.port, target.path) == (443, "/a?b=c")


@pytest.mark.parametrize("short", ["https://2130706433/", "https://0x7f.1/", "https://127.1/"])
def test_a_number_in_another_writing_is_the_same_number(short: str) -> None:
    with pytest.raises(Closed):
        machines(read(short, loopback=False), loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.com",
        "ftp://example.com/",
        "http://example.com/",
        "https://",
        "https://./",
        "https://a:b@example.com/",
        "https://example.com/#there",
        "https://example.com:0x1/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://example.com/\r\nX: y",
        "https://example.com\\@10.0.0.1/",
        "https://例え.jp/",
        "https://example.com/" + "x" * 500,
    ],
)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="hook_address_invalid"):
        read(address, loopback=True)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:9/"])
def test_this_machine_is_spoken_to_in_rehearsals_only(address: str) -> None:
    assert read(address, loopback=True).is_loopback
    with pytest.raises(Refused):
        read(address, loopback=False)


def test_what_was_written_in_a_rehearsal_does_not_lead_here_in_earnest() -> None:
    with receiver() as there:
        assert post(read(there.address, loopback=True), ONE, loopback=False) == Answer(error="closed")
        assert there.told == []


def test_a_name_that_leads_to_nothing_is_closed() -> None:
    def nothing(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror

    target = read("https://hooks.example.com/", loopback=False)
    assert post(target, ONE, loopback=False, lookup=nothing) == Answer(error="closed")


def test_a_redirect_is_an_answer_and_leads_nowhere() -> None:
    with receiver() as there, receiver() as elsewhere:
        there.usual, there.location = 307, elsewhere.address
        answer = post(read(there.address, loopback=True), ONE, loopback=True)
        assert (answer.status, answer.is_taken, len(there.told), elsewhere.told) == (307, False, 1, [])
        assert there.told[0].headers["host"] == there.address.split("/")[2]


@pytest.mark.parametrize(("status", "error"), [(DRIP, "timeout"), (LOST, "broken")])
def test_an_answer_that_drips_or_never_comes_ends_in_time(status: int, error: str) -> None:
    with receiver() as there:
        there.usual, begun = status, time.monotonic()
        assert post(read(there.address, loopback=True), ONE, loopback=True, seconds=0.4) == Answer(error=error)
        assert time.monotonic() - begun < 2


def test_where_nobody_listens_there_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    target = read(f"http://127.0.0.1:{port}/", loopback=True)
    assert post(target, ONE, loopback=True) == Answer(error="unreachable")


@contextmanager
def secure_server(context: ssl.SSLContext) -> Iterator[int]:
    """A server that answers one request over TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with line:
                try:
                    with context.wrap_socket(line, server_side=True) as inside:
                        inside.recv(4096)
                        inside.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(timeout=5)


def test_a_certificate_must_be_that_of_the_name_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = certificates.keep(tmp_path, Hosts(names=("localhost",), addresses=()), datetime.now(UTC))
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(ssl.DER_cert_to_PEM_cert(kept.authority), encoding="ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(kept.certificate, kept.key)
    with secure_server(context) as port:
        assert post(read(f"https://localhost:{port}/", loopback=True), ONE, loopback=True) == Answer(error="tls")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    posting.tls.cache_clear()
    for host, answer in (("localhost", Answer(204)), ("127.0.0.1", Answer(error="tls"))):
        with secure_server(context) as port:
            assert post(read(f"https://{host}:{port}/", loopback=True), ONE, loopback=True) == answer
    posting.tls.cache_clear()


def test_the_signature_is_that_of_the_published_example() -> None:
    """From the documents of the libraries of Standard Webhooks."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    told = Told(headers, b'{"test": 2432232314}')
    assert told.is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert not told.is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
