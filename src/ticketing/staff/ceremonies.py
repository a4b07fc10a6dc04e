"""The only use of the WebAuthn library, which takes a fifth of a second and 12 MiB to load: that is why it is loaded
where it is first needed (Web Authentication, level 2, sections 7.1 and 7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from ticketing.core.errors import Refused
from ticketing.staff.accounts import Someone
from ticketing.staff.challenges import decode, encode


@dataclass(frozen=True)
class Key:
    """A passkey as a ceremony tells or needs it; `verified`: the person was recognised, by a PIN or a finger."""

    credential_id: str
    public_key: str
    sign_count: int
    verified: bool = False


def refused() -> Refused:
    """What is said of every passkey that is not taken, whatever the fault."""
    return Refused("wrong_passkey", 401)


def site() -> tuple[str, str]:
    """The name that passkeys are bound to, and the origin of our pages."""
    parts = urlsplit(current_app.extensions["ticketing.settings"].public_url)
    return parts.hostname or "", f"{parts.scheme}://{parts.netloc}"


def available() -> bool:
    """Whether browsers make passkeys for this house: not for an address of figures, nor without encryption."""
    name, origin = site()
    try:
        ip_address(name)
    except ValueError:
        return origin.startswith("https://") or name == "localhost"
    return False


def creation_options(me: Someone, challenge: bytes, known: Sequence[str]) -> str:
    """What a browser needs to make a passkey, as JSON; not again on what holds one of the `known`."""
    from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415 (see above)
    from webauthn.helpers import structs  # noqa: PLC0415 (see above)

    wanted = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.PREFERRED,
        user_verification=structs.UserVerificationRequirement.PREFERRED,
    )
    options = generate_registration_options(
        rp_id=site()[0],
        rp_name=site()[0],
        user_name=me.email,
        user_id=me.person_id.encode("ascii"),
        challenge=challenge,
        authenticator_selection=wanted,
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=decode(one)) for one in known],
    )
    return options_to_json(options)


def created(answer: dict[str, Any], challenge: bytes) -> Key:
    """The passkey that a browser made; raises Refused("wrong_passkey", 401)."""
    from webauthn import verify_registration_response  # noqa: PLC0415 (see above)
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 (see above)

    name, origin = site()
    try:
        made = verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=name, expected_origin=origin
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise refused() from error
    return Key(encode(made.credential_id), encode(made.credential_public_key), made.sign_count, made.user_verified)


def request_options(challenge: bytes, known: Sequence[str]) -> str:
    """What a browser needs to sign with a passkey, as JSON: one of the `known`, or (none) any that it has for us."""
    from webauthn import generate_authentication_options, options_to_json  # noqa: PLC0415 (see above)
    from webauthn.helpers import structs  # noqa: PLC0415 (see above)

    how = structs.UserVerificationRequirement
    options = generate_authentication_options(
        rp_id=site()[0],
        challenge=challenge,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=decode(one)) for one in known],
        user_verification=how.PREFERRED if known else how.REQUIRED,
    )
    return options_to_json(options)


def signed(answer: dict[str, Any], challenge: bytes, key: Key) -> Key:
    """The passkey after it has signed; raises Refused("wrong_passkey", 401)."""
    from webauthn import verify_authentication_response  # noqa: PLC0415 (see above)
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 (see above)

    name, origin = site()
    try:
        done = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=name,
            expected_origin=origin,
            credential_public_key=decode(key.public_key),
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise refused() from error
    return Key(key.credential_id, key.public_key, done.new_sign_count, done.user_verified)
