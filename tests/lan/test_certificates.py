"""The house's own authority and leaf: real handshakes, renewal, and what the authority may not do."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from ticketing.lan.certificates import LEAF_LIFE, RENEW_BEFORE, keep
from ticketing.lan.hosts import Hosts, Kept, hosts_of_this_machine

NOW = datetime.now(UTC)


def hosts(*addresses: str, name: str = "door-mac") -> Hosts:
    return Hosts((name, f"{name}.local"), tuple(ip_address(one) for one in addresses or ("192.168.1.5",)))


def shake_hands(kept: Kept, certificate: Path, key: Path, host: str) -> None:
    """A client that trusts the authority meets a server with this certificate under this name."""
    trusting = ssl.create_default_context(cadata=kept.authority)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server, server_hostname=host)
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    assert client.version()


@pytest.mark.parametrize("host", ["door-mac", "door-mac.local", "192.168.1.5"])
def test_who_trusts_the_authority_trusts_this_machine(tmp_path: Path, host: str) -> None:
    kept = keep(tmp_path, hosts(), NOW)
    assert kept.new_authority
    shake_hands(kept, kept.certificate, kept.key, host)


def test_the_certificate_stands_for_no_other_host(tmp_path: Path) -> None:
    kept = keep(tmp_path, hosts(), NOW)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake_hands(kept, kept.certificate, kept.key, "192.168.1.6")


def test_with_the_stolen_key_of_the_authority_nobody_poses_as_another_site(tmp_path: Path) -> None:
    kept = keep(tmp_path / "mine", hosts(), NOW)
    thief = tmp_path / "thief"
    keep(thief, hosts("203.0.113.9", name="bank.example"), NOW)
    (thief / "leaf.pem").unlink()
    for name in ("authority.pem", "authority.key"):
        (thief / name).write_bytes((tmp_path / "mine" / name).read_bytes())
    # Only the check before signing keeps `keep` from doing it: sign with the stolen key all the same.
    forged = forge(thief, hosts("203.0.113.9", name="bank.example"))
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shake_hands(kept, forged, thief / "leaf.key", "bank.example")


def forge(folder: Path, wanted: Hosts) -> Path:
    from cryptography import x509

    from ticketing.lan import certificates

    authority = x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes())
    certificates._make_leaf(folder, authority, wanted, NOW)
    return folder / "leaf.pem"


def test_what_is_good_is_kept(tmp_path: Path) -> None:
    first = keep(tmp_path, hosts(), NOW)
    leaf = first.certificate.read_bytes()
    second = keep(tmp_path, hosts(), NOW + timedelta(days=1))
    assert (second.certificate.read_bytes(), second.fingerprint) == (leaf, first.fingerprint)
    assert not second.new_authority


@pytest.mark.parametrize(
    ("wanted", "later"),
    [(hosts("192.168.1.5", "10.0.0.7"), timedelta(0)), (hosts(), LEAF_LIFE - RENEW_BEFORE + timedelta(hours=1))],
)
def test_the_leaf_is_renewed_for_a_new_address_and_before_it_ends(
    tmp_path: Path, wanted: Hosts, later: timedelta
) -> None:
    first = keep(tmp_path, hosts(), NOW)
    leaf = first.certificate.read_bytes()
    second = keep(tmp_path, wanted, NOW + later)
    assert second.certificate.read_bytes() != leaf
    assert not second.new_authority  # so no tablet has to be told again
    assert second.fingerprint == first.fingerprint


@pytest.mark.parametrize(
    ("wanted", "later"),
    [(hosts("203.0.113.9"), timedelta(0)), (hosts(name="elsewhere"), timedelta(0)), (hosts(), timedelta(days=700))],
)
def test_a_new_authority_is_made_where_the_old_one_may_not_vouch_any_more(
    tmp_path: Path, wanted: Hosts, later: timedelta
) -> None:
    first = keep(tmp_path, hosts(), NOW)
    second = keep(tmp_path, wanted, NOW + later)
    assert second.new_authority
    assert second.fingerprint != first.fingerprint


def test_a_broken_file_is_made_anew(tmp_path: Path) -> None:
    kept = keep(tmp_path, hosts(), NOW)
    kept.certificate.write_bytes(b"-----BEGIN CERTIFICATE-----\nhalf a")
    again = keep(tmp_path, hosts(), NOW)
    shake_hands(again, again.certificate, again.key, "door-mac")


def test_keys_are_for_this_user_alone(tmp_path: Path) -> None:
    keep(tmp_path / "lan", hosts(), NOW)
    assert {path.stat().st_mode & 0o077 for path in [tmp_path / "lan", *(tmp_path / "lan").iterdir()]} == {0}


def test_this_machine_knows_itself_by_name_and_by_loopback() -> None:
    found = hosts_of_this_machine("tickets.example", "192.168.1.5")
    assert {"localhost", "tickets.example"} <= set(found.names)
    assert {ip_address("127.0.0.1"), ip_address("192.168.1.5")} <= set(found.addresses)
