"""A certificate authority of the house's own, and a leaf for this machine: made on first use, kept, renewed in time.

People install the authority on their tablets, so it is held short: a name constraint (RFC 5280, 4.2.1.10) binds it to
private networks and to the names of this machine. Whoever took its key could not pose as any other site.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ticketing.lan.hosts import Address, Hosts, Kept

AUTHORITY_LIFE = timedelta(days=730)
LEAF_LIFE = timedelta(days=90)  # Apple's devices refuse more than 825 days, also under an authority of one's own
RENEW_BEFORE = timedelta(days=30)
_BACKDATED = timedelta(days=1)  # clocks of tablets are not always right
_PRIVATE = tuple(
    ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918
        *("169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "::1/128"),
    )
)
_LOCAL_NAMES = ("local", "localhost", "home.arpa", "internal")


def keep(folder: Path, hosts: Hosts, now: datetime) -> Kept:
    """Bring authority and leaf in this folder up to date.

    The leaf is made anew when it lacks one of the hosts or has less than 30 days left; the authority only when it may
    not vouch for one of the hosts or would end before the leaf: then every tablet has to be told again.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = _read(folder / "authority.pem")
    anew = authority is None or not _may_vouch(authority, hosts, now) or not (folder / "authority.key").exists()
    if anew or authority is None:
        authority = _make_authority(folder, hosts, now)
    leaf = _read(folder / "leaf.pem")
    if leaf is None or leaf.issuer != authority.subject or not _covers(leaf, hosts, now):
        _make_leaf(folder, authority, hosts, now)
    digest = authority.fingerprint(hashes.SHA256()).hex(":").upper()
    der = authority.public_bytes(serialization.Encoding.DER)
    return Kept(folder / "leaf.pem", folder / "leaf.key", der, digest, anew)


def _read(path: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None  # not made yet, or cut off while it was written


def _may_vouch(authority: x509.Certificate, hosts: Hosts, now: datetime) -> bool:
    if authority.not_valid_after_utc - now < LEAF_LIFE + _BACKDATED or now < authority.not_valid_before_utc:
        return False
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    suffixes = [one.value for one in permitted if isinstance(one, x509.DNSName)]
    networks = [one.value for one in permitted if isinstance(one, x509.IPAddress)]
    names = all(any(f".{name}".endswith(f".{suffix}") for suffix in suffixes) for name in hosts.names)
    return names and all(any(_within(address, network) for network in networks) for address in hosts.addresses)


def _within(address: Address, network: object) -> bool:
    return isinstance(network, IPv4Network | IPv6Network) and address.version == network.version and address in network


def _covers(leaf: x509.Certificate, hosts: Hosts, now: datetime) -> bool:
    if leaf.not_valid_after_utc - now < RENEW_BEFORE or now < leaf.not_valid_before_utc:
        return False
    stands = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    names = set(stands.get_values_for_type(x509.DNSName))
    return set(hosts.names) <= names and set(hosts.addresses) <= set(stands.get_values_for_type(x509.IPAddress))


def _make_authority(folder: Path, hosts: Hosts, now: datetime) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    # The day tells two authorities of one machine apart in a tablet's list.
    title = f"Ticketing on {hosts.names[0]}, {now:%Y-%m-%d}"[:64]
    usage = _usage(signs_certificates=True)
    certificate = (
        _begin(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)]), key, now, AUTHORITY_LIFE)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(_permitted(hosts), None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(folder / "authority.key", _pem(key))
    _write(folder / "authority.pem", certificate.public_bytes(serialization.Encoding.PEM))
    return certificate


def _permitted(hosts: Hosts) -> list[x509.GeneralName]:
    foreign = (one for one in hosts.addresses if not any(_within(one, network) for network in _PRIVATE))
    networks = [*_PRIVATE, *(ip_network(one) for one in foreign)]
    names = dict.fromkeys((*_LOCAL_NAMES, *hosts.names))
    return [*(x509.DNSName(name) for name in names), *(x509.IPAddress(network) for network in networks)]


def _make_leaf(folder: Path, authority: x509.Certificate, hosts: Hosts, now: datetime) -> None:
    signing = serialization.load_pem_private_key((folder / "authority.key").read_bytes(), password=None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)  # noqa: S101 (we wrote it)
    key = ec.generate_private_key(ec.SECP256R1())
    stands = [*(x509.DNSName(name) for name in hosts.names), *(x509.IPAddress(one) for one in hosts.addresses)]
    certificate = (
        _begin(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts.names[0][:64])]), key, now, LEAF_LIFE)
        .issuer_name(authority.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(stands), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )
    _write(folder / "leaf.key", _pem(key))
    _write(folder / "leaf.pem", certificate.public_bytes(serialization.Encoding.PEM))


def _begin(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """In one step, for this user's eyes only."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)
