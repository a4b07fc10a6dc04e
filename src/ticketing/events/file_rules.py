"""The forms that single values of an event file must have, each with the sentence that says what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from email_validator import EmailNotValidError, validate_email

from ticketing.events.file_faults import Said
from ticketing.events.file_faults import say as _


@dataclass(frozen=True)
class Rule:
    """A test of one value, and what would be right."""

    accepts: Callable[[Any], bool]
    right: Said


def between(least: int, most: int, what: Said | None = None) -> Rule:
    """A whole number from `least` to `most`."""
    right = _("use %(least)s to %(most)s", least=least, most=f"{most:,}")
    if what is not None:
        right = _("%(range)s %(what)s", range=right, what=what)
    return Rule(lambda number: least <= number <= most, right)


def form(pattern: str, right: Said) -> Rule:
    """A text of this form from end to end."""
    compiled = re.compile(pattern)
    return Rule(lambda text: compiled.fullmatch(text) is not None, right)


def one_of(*choices: str) -> Rule:
    """One of a few words."""
    return Rule(choices.__contains__, _("use %(choices)s", choices=" or ".join(f'"{choice}"' for choice in choices)))


def at_most(length: int) -> Rule:
    """A text that fits where it is kept."""
    return Rule(lambda text: len(text) <= length, _("use at most %(length)s characters", length=length))


def is_zone(name: str) -> bool:
    """Whether this is a time zone of the IANA list."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)


def close_zone(name: str) -> str | None:
    """The zone that was probably meant."""
    return next(iter(get_close_matches(name, available_timezones(), 1)), None)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
    return known and not re.search(r"[\s\x00-\x20\"<>\\]", text)


def _is_email(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


NOT_BLANK = Rule(lambda text: bool(text.strip()), _("write something, or leave the whole line out"))
# Line breaks and tabs may stand in a text; what a database or a PDF cannot hold may not.
PRINTABLE = Rule(
    lambda text: not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", text),
    _("take the control characters out"),
)
NOT_EMPTY = Rule(bool, _("write at least one"))
# Codes stand in names of form fields (`qty-<code>`), in addresses and on tickets.
CODE = form(
    r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38}[A-Za-z0-9])?",
    _("use letters, digits, - and _, at most 40 and without spaces, like 1-DAY"),
)
SLUG = form(
    r"(?=.{1,80}$)[a-z0-9]+(?:-[a-z0-9]+)*",
    _("use small letters, digits and single -, at most 80, like spring-screening-2026"),
)
ZONE = Rule(is_zone, _("use a time zone of the IANA list, like Asia/Tokyo"))
CURRENCY = Rule("jpy".__eq__, _('use "jpy": prices here are whole yen'))
WEB_ADDRESS = Rule(_is_web_address, _("use a full web address that begins with https:// or http://"))
EMAIL = Rule(_is_email, _("use an e-mail address, like tickets@example.com"))
# A qualified invoice issuer's number: T and 13 digits (National Tax Agency).
REGISTRATION = form(
    r"(?:T[0-9]{13})?",
    _('use T and 13 digits, or "" while the seller is not registered'),
)
