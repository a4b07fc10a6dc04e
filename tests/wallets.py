"""Keys as Apple and Google hand them out, made for these tests, and a house that has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

from factories import House

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Organizer:
    """What an organizer has from both: texts as they would stand in the settings, and what others check them with."""

    root: str
    above: str
    certificate: str
    key: str
    account: str
    account_key: RSAPrivateKey


def pem(key: RSAPrivateKey) -> str:
    """The key as a file holds it."""
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def certify(subject: x509.Name, key: RSAPrivateKey, issuer: tuple[x509.Name, RSAPrivateKey], *, authority: bool) -> str:
    """A certificate for this key."""
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer[0]).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return builder.sign(issuer[1], hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def named(**parts: str) -> x509.Name:
    """A name of these parts."""
    return x509.Name([x509.NameAttribute(getattr(NameOID, kind), text) for kind, text in parts.items()])


@pytest.fixture(scope="session")
def organizer() -> Organizer:
    root, above, mine, account = (generate_private_key(65537, 2048) for _ in range(4))
    root_name, above_name = named(COMMON_NAME="Root of the tests"), named(COMMON_NAME="WWDR of the tests")
    own_name = named(
        USER_ID="pass.jp.example.tickets",
        COMMON_NAME="Pass Type ID: pass.jp.example.tickets",
        ORGANIZATIONAL_UNIT_NAME="ABCDE12345",
        ORGANIZATION_NAME="Pacific Voice Co., Ltd.",
    )
    facts = {
        "type": "service_account",
        "client_email": "tickets@house-of-the-tests-123456.iam.gserviceaccount.com",
        "private_key": pem(account),
    }
    return Organizer(
        root=certify(root_name, root, (root_name, root), authority=True),
        above=certify(above_name, above, (root_name, root), authority=True),
        certificate=certify(own_name, mine, (above_name, above), authority=False),
        key=pem(mine),
        account=json.dumps(facts),
        account_key=account,
    )


@pytest.fixture
def set_keys(house: House) -> Callable[..., None]:
    """Settings of the house with these keys."""

    def put(**keys: str) -> None:
        house.app.extensions["ticketing.settings"] = replace(house.app.extensions["ticketing.settings"], **keys)

    return put


@pytest.fixture
def with_wallets(set_keys: Callable[..., None], organizer: Organizer) -> None:
    """The house has all keys."""
    set_keys(
        apple_wallet_certificate=organizer.certificate + organizer.above,
        apple_wallet_key=organizer.key,
        google_wallet_issuer="3388000000012345678",
        google_wallet_key=organizer.account,
    )
