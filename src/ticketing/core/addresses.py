"""E-mail addresses as people type them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ticketing.core.errors import Refused
from ticketing.core.typos import suggestion

ASKED, TAKEN = "email_asked", "email_taken"
"""The fields of a form that say which address was asked about, and which one its sender took instead."""
LOOSE = frozenset({"docomo.ne.jp", "ezweb.ne.jp", "au.com"})
"""Until 2009 docomo and au gave out addresses with dots where RFC 5321 has none (hanako.@docomo.ne.jp), and whoever had
one kept it; what stood at ezweb.ne.jp stands at au.com since 2018."""
DOTTED = re.compile(r"(?=.*[a-z0-9])[a-z0-9._-]{1,64}", re.IGNORECASE)
ATOMS = re.compile(r"[^.\s\"@]+(?:\.[^.\s\"@]+)*")


def typed_email(form: Mapping[str, str]) -> str:
    """The address that this form means: what was typed, or what its sender took instead after a question."""
    return (form.get(TAKEN) or form.get("email", "")).strip()


def read_email_once_asked(form: Mapping[str, str]) -> str:
    """The address in a form, as `read_email`; one that looks like a slip is asked about once, then it passes.

    Raises what `read_email` raises, and Refused("email_doubtful", 400) with `domain` and `suggestion`.
    """
    typed = typed_email(form)
    meant = suggestion(typed)
    doubtful = bool(meant) and form.get(ASKED, "") != typed
    if not (doubtful and _is_loose(meant)):  # an old address of a phone company is none anywhere else
        email = read_email(typed)
    if doubtful:
        raise Refused("email_doubtful", 400, domain=typed.rpartition("@")[2], suggestion=meant)
    return email


def read_email(text: str) -> str:
    """The address as every mail server takes it, without spaces around it; its domain in lower case.

    Old ones of docomo and au keep their dots: mail servers take them as `on_the_wire` writes them.

    Raises Refused("email_missing") or Refused("email_invalid"), status 400. Nothing is asked over the network.
    """
    text = text.strip()
    if not text:
        raise Refused("email_missing", 400)
    if _is_loose(text):
        local, _, domain = text.rpartition("@")
        return f"{_bare(local)}@{domain.lower()}"
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 (40 ms of every start otherwise)

    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise Refused("email_invalid", 400) from error
    return checked.ascii_email or checked.normalized


def is_regular(address: str) -> bool:
    """Whether a checked address follows RFC 5321 as it stands; others may refuse one that does not."""
    return ATOMS.fullmatch(address.rpartition("@")[0]) is not None


def on_the_wire(address: str) -> str:
    """A checked address as mail servers want it: dots where RFC 5321 (4.1.2) has none stand between quotes, as Postfix
    writes them too, and the phone companies' servers take the quotes off."""
    local, _, domain = address.rpartition("@")
    return address if is_regular(address) else f'"{local}"@{domain}'


def _is_loose(typed: str) -> bool:
    """Whether it is an old address of a phone company; people who know about it may have typed the quotes, too."""
    local, _, domain = typed.rpartition("@")
    return domain.lower() in LOOSE and not is_regular(f"{_bare(local)}@") and DOTTED.fullmatch(_bare(local)) is not None


def _bare(local: str) -> str:
    quoted = len(local) > 1 and local[0] == local[-1] == '"'
    return local[1:-1] if quoted else local
