"""E-mail addresses as people type them."""

from __future__ import annotations

from collections.abc import Mapping

from ticketing.core.errors import Refused
from ticketing.core.typos import suggestion

ASKED, TAKEN = "email_asked", "email_taken"
"""The fields of a form that say which address was asked about, and which one its sender took instead."""


def typed_email(form: Mapping[str, str]) -> str:
    """The address that this form means: what was typed, or what its sender took instead after a question."""
    return (form.get(TAKEN) or form.get("email", "")).strip()


def read_email_once_asked(form: Mapping[str, str]) -> str:
    """The address in a form, as `read_email`; one that looks like a slip is asked about once, then it passes.

    Raises what `read_email` raises, and Refused("email_doubtful", 400) with `domain` and `suggestion`.
    """
    typed = typed_email(form)
    email, meant = read_email(typed), suggestion(typed)
    if meant and form.get(ASKED, "") != typed:
        raise Refused("email_doubtful", 400, domain=typed.rpartition("@")[2], suggestion=meant)
    return email


def read_email(text: str) -> str:
    """The address as every mail server takes it, without spaces around it; its domain in lower case.

    Raises Refused("email_missing") or Refused("email_invalid"), status 400. Nothing is asked over the network.
    """
    text = text.strip()
    if not text:
        raise Refused("email_missing", 400)
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 (40 ms of every start otherwise)

    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise Refused("email_invalid", 400) from error
    return checked.ascii_email or checked.normalized
