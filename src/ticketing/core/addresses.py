"""E-mail addresses as people type them."""

from __future__ import annotations

from ticketing.core.errors import Refused


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
