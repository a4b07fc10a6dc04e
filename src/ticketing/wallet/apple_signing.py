"""A pass as Apple wants it closed: each file with its SHA-1 in a manifest, the manifest signed, all of it zipped.

SHA-1 is Apple's rule for the manifest. The signature is a detached PKCS #7 over SHA-256 with the time of signing, and
carries Apple's intermediate certificate (WWDR), so that a phone needs nothing else.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from ticketing.wallet.faults import BadKeys

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class AppleKeys:
    """The organizer's pass certificate with its key, and Apple's certificates above it."""

    certificate: x509.Certificate
    key: RSAPrivateKey
    above: tuple[x509.Certificate, ...]
    pass_type: str
    team: str


@lru_cache(maxsize=2)
def read_keys(certificates: str, key: str) -> AppleKeys:
    """Read PEM texts: the pass certificate and those above it in any order, and the key. Raises BadKeys.

    Pass type and team stand in the certificate itself, so nobody has to set them.
    """
    try:
        chain = x509.load_pem_x509_certificates(certificates.encode())
        private = serialization.load_pem_private_key(key.encode(), None)
    except (ValueError, TypeError) as error:
        raise BadKeys("APPLE_WALLET_CERTIFICATE or APPLE_WALLET_KEY is no PEM text without a password") from error
    if not isinstance(private, RSAPrivateKey):
        raise BadKeys("APPLE_WALLET_KEY is no RSA key")
    mine = [one for one in chain if one.public_key() == private.public_key()]
    above = tuple(one for one in chain if one not in mine)
    if len(mine) != 1:
        raise BadKeys("APPLE_WALLET_KEY belongs to no certificate in APPLE_WALLET_CERTIFICATE")
    if not above:
        raise BadKeys("APPLE_WALLET_CERTIFICATE lacks Apple's intermediate certificate (WWDR)")
    pass_type, team = (_named(mine[0], oid) for oid in (NameOID.USER_ID, NameOID.ORGANIZATIONAL_UNIT_NAME))
    if not pass_type or not team:
        raise BadKeys("the certificate names no pass type and team: it is none for passes")
    return AppleKeys(mine[0], private, above, pass_type, team)


def _named(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def bundle(files: Mapping[str, bytes], keys: AppleKeys) -> bytes:
    """Return the zip file of a pass."""
    sums = {name: hashlib.sha1(content, usedforsecurity=False).hexdigest() for name, content in files.items()}
    manifest = json.dumps(sums, indent=1).encode()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in {**files, "manifest.json": manifest, "signature": _signed(manifest, keys)}.items():
            pack.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _signed(manifest: bytes, keys: AppleKeys) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
    builder = builder.add_signer(keys.certificate, keys.key, hashes.SHA256())
    for certificate in keys.above:
        builder = builder.add_certificate(certificate)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
    return builder.sign(serialization.Encoding.DER, options)
